// The way out: `yield_!(child())`.
use multitask::{task, yield_};

#[task]
fn child() {
    yield_!();
}

#[task]
fn parent() {
    yield_!(child);
}

fn main() {}
