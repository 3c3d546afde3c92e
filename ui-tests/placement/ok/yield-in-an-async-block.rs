use multitask::{task, yield_};

#[task]
fn wait() {
    // It may be made in a task, and await: the task does not.
    drop(async { std::future::ready(1).await });
    yield_!(instead());
}

#[task]
fn instead() {
    yield_!();
}

fn main() {
    multitask::block_on(wait());
}
