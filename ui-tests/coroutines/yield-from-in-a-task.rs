// A task waits for another task with `yield_!`; it hands out nothing.
use multitask::{task, yield_, yield_from};

#[task]
fn child() {
    yield_!();
}

#[task]
fn parent() {
    yield_from!(child());
}

fn main() {
    multitask::block_on(parent());
}
