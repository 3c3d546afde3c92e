// The compiler sees the user's code: what is unused is said to be.
#![deny(unused_variables, unused_assignments)]
use multitask::{task, yield_};

#[task]
fn wait() {
    let unused = 1;
    yield_!();
    let mut n = 1;
    println!("{n}");
    n = 2;
    yield_!();
}

fn main() {
    multitask::block_on(wait());
}
