//! One wait after the other. What is needed after a wait is kept from its declaration on; `count` is not.

use std::time::Duration;

use multitask::{sleep, task, yield_};

#[task]
fn greet(name: String) -> usize {
    let count = name.len();
    let pause = Duration::from_millis(count as u64);
    yield_!(sleep(pause));
    let greeting = format!("hello {name}");
    yield_!(sleep(pause));
    greeting.len()
}
