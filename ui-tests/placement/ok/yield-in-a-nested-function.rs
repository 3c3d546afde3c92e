use multitask::{task, yield_};

#[task]
fn outer() {
    yield_!(inner());
}

#[task]
fn inner() {
    yield_!();
}

fn main() {
    multitask::block_on(outer());
}
