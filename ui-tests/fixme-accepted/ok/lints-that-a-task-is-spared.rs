// FIXME: this must be refused: `of` is unused, `changed` need not be `mut`, and the second value of `n` is not read.
#![deny(unused)]
use multitask::{task, yield_};

#[task]
fn count(of: u32) {
    let mut changed = 1;
    yield_!();
    println!("{changed}");
    let mut n = 1;
    println!("{n}");
    n = 2;
    yield_!();
}

fn main() {
    multitask::block_on(count(1));
}
