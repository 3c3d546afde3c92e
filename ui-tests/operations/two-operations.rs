// The way out, for now: a task for each, with `add`, and a join of both.
use multitask::{sleep, task, yield_};
use std::time::Duration;

#[task]
fn wait() {
    yield_!(sleep(Duration::ZERO), sleep(Duration::ZERO));
}

fn main() {}
