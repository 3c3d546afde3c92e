// They will have a meaning, and have none yet.
use multitask::{task, yield_};

#[task(name = Echo)]
fn echo() {
    yield_!();
}

#[task(yields = u8, lend)]
fn lent(bytes: &[u8]) {
    yield_!(bytes[0]);
}

#[task(derive(Clone))]
fn cloned() {
    yield_!();
}

fn main() {
    multitask::block_on(echo());
}
