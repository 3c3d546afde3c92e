// As in any function.
use multitask::{task, yield_};

#[task]
fn count() -> u32 {
    let mut n = 0;
    let first = &mut n;
    let second = &mut n;
    yield_!();
    *first += 1;
    *second += 1;
    n
}

fn main() {}
