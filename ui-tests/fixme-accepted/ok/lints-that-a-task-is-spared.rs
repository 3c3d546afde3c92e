// FIXME: this must be refused: `of` is unused, and `changed` need not be `mut`.
#![deny(unused)]
use multitask::{task, yield_};

#[task]
fn count(of: u32) {
    let mut changed = 1;
    yield_!();
    println!("{changed}");
}

fn main() {
    multitask::block_on(count(1));
}
