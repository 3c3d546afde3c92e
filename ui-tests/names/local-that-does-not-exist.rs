use multitask::{sleep, task, yield_};
use std::time::Duration;

#[task]
fn pause(time: Duration) {
    yield_!(sleep(tiem));
    println!("{time:?}");
}

fn main() {}
