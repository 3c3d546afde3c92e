// The way out: at the top of the body, or outside of the function.
use multitask::{task, yield_};

#[task]
fn limited(n: u32) -> u32 {
    if n > 0 {
        const LIMIT: u32 = 10;
        yield_!();
        return n.min(LIMIT);
    }
    n
}

fn main() {}
