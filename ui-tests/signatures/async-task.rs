// A task is not a future. The way out: remove `async`.
use multitask::{task, yield_};

#[task]
async fn wait() {
    yield_!();
}

fn main() {}
