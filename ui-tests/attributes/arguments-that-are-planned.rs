// They will have a meaning, and have none yet.
use multitask::{task, yield_};

#[task(name = Echo)]
fn echo() {
    yield_!();
}

#[task(derive(Clone))]
fn cloned() {
    yield_!();
}

fn main() {
    multitask::block_on(echo());
}
