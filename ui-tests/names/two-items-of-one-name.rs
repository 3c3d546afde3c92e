// The items of blocks with a wait are declared once, for the whole function. The way out: another name.
use multitask::{task, yield_};

#[task]
fn limited(n: u32) -> u32 {
    if n > 0 {
        const LIMIT: u32 = 10;
        yield_!();
        return n.min(LIMIT);
    }
    const LIMIT: u32 = 20;
    yield_!();
    LIMIT
}

fn main() {}
