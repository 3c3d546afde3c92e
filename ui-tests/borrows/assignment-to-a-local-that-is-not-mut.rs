// The way out: `let mut`.
use multitask::{task, yield_};

#[task]
fn count() -> u32 {
    let n = 0;
    yield_!();
    n += 1;
    n
}

fn main() {}
