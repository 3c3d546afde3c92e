// A task does nothing before it is resumed. The way out: `yield_!(child())`, or `multitask::add(child())`.
#![deny(unused_must_use)]
use multitask::{task, yield_};

#[task]
fn child() {
    yield_!();
}

#[task]
fn parent() {
    child();
    yield_!();
}

fn main() {
    multitask::block_on(parent());
}
