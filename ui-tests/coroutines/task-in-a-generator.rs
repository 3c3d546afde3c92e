// A generator cannot wait: `yield_!` hands out its argument, and the task would not be run.
use std::time::Duration;
use multitask::{sleep, task, yield_};

#[task(yields = u32)]
fn slowly() {
    yield_!(sleep(Duration::from_secs(1)));
    yield_!(1);
}

fn main() {
    slowly();
}
