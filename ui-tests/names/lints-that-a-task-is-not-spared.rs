// The compiler sees the user's code: what is unused is said to be.
#![deny(unused_variables, dead_code)]
use multitask::{task, yield_};

#[task]
fn wait() {
    let unused = 1;
    yield_!();
}

#[task]
fn never_called() {
    yield_!();
}

fn main() {
    multitask::block_on(wait());
}
