// They will have a meaning, and have none yet.
use multitask::{task, yield_};

#[task(yields = u32)]
fn numbers() {
    yield_!();
}

#[task(yields = u32, resumes = u32)]
fn exchange() {
    yield_!();
}

#[task(name = Echo)]
fn echo() {
    yield_!();
}

#[task(lend)]
fn lent(_bytes: &[u8]) {
    yield_!();
}

#[task(derive(Clone))]
fn cloned() {
    yield_!();
}

fn main() {
    multitask::block_on(echo());
}
