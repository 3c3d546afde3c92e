// All that is wrong is said at once.
use multitask::{task, yield_};

#[task]
async fn wait((first, _): (u32, u32)) {
    let wait = || yield_!();
    let again = async { yield_!() };
    other(first).await;
}

async fn other(_n: u32) {}

fn main() {}
