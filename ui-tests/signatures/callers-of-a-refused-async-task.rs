// `async` is taken off, so that the caller has just a task.
use multitask::{task, yield_};

#[task]
async fn refused() -> u32 {
    yield_!();
    1
}

#[task]
fn parent() -> u32 {
    yield_!(refused()) + 1
}

fn main() {
    multitask::block_on(parent());
}
