// The compiler sees the user's code: what is unused is said to be.
#![deny(unused_variables, unused_mut, dead_code)]
use multitask::{task, yield_};

#[task]
fn wait(unused_argument: u32) {
    let unused_local = 1;
    yield_!();
    let mut never_changed = 2;
    println!("{never_changed}");
}

fn main() {
    multitask::block_on(wait(0));
}
