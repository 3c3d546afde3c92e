// FIXME: this must be refused: the trait `Task` is not `#[must_use]`, so nobody is told of a forgotten `yield_!`.
#![deny(unused_must_use)]
use multitask::{task, yield_};

#[task]
fn child() {
    unreachable!("a task does nothing before it is resumed");
}

#[task]
fn parent() {
    child();
    yield_!();
}

fn main() {
    multitask::block_on(parent());
}
