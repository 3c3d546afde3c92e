// As in any function, also if the wait lies between.
use multitask::{task, yield_};

#[task]
fn number(known: bool) -> u32 {
    let n: u32;
    if known {
        n = 1;
    }
    yield_!();
    n
}

fn main() {}
