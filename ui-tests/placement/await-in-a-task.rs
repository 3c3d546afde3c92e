// A task is no future, and does not await any. The way out: `yield_!`.
use multitask::{sleep, task};

#[task]
fn pause() {
    sleep(std::time::Duration::ZERO).await;
}

fn main() {}
