// The way out: `yield_!(sleep(..))`.
#![deny(unused_must_use)]
use multitask::{sleep, task};
use std::time::Duration;

#[task]
fn pause() {
    sleep(Duration::from_secs(1));
}

fn main() {}
