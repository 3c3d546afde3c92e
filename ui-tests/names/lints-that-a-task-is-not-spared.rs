// The compiler sees the user's code: what is unused is said to be.
#![deny(unused_variables)]
use multitask::{task, yield_};

#[task]
fn wait() {
    let unused = 1;
    yield_!();
}

fn main() {
    multitask::block_on(wait());
}
