use multitask::{task, yield_};

#[task]
fn child() {
    yield_!();
}

#[task]
fn parent() {
    yield_!(child());
}

fn main() {
    multitask::block_on(parent());
}
