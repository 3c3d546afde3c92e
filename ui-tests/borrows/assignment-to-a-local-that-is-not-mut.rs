// The way out: `let mut`.
use multitask::{task, yield_};

#[task]
fn count(of: u32) -> u32 {
    let n = 0;
    yield_!();
    n += 1;
    of += n;
    of
}

fn main() {}
