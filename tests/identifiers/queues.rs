//! Queues.

mod cancelled;
mod plain;
mod smart;

use multitask::{
    queue::{Queue, SmartQueue},
    task, yield_,
};

use crate::support::Log;

#[task]
fn getter(queue: Queue<u32>, log: Log<(&'static str, u32)>, name: &'static str) {
    while let Ok(item) = yield_!(queue.get()) {
        log.push((name, item));
    }
}

#[task]
fn get_one(queue: Queue<u32>, log: Log<u32>) {
    log.push(yield_!(queue.get()).expect("it is open"));
}

#[task]
fn put_one(queue: Queue<u32>, item: u32, log: Log<u32>) {
    yield_!(queue.put(item)).expect("it is open");
    log.push(item);
}

#[task]
fn smart_get(queue: SmartQueue<u32>, wanted: fn(&u32) -> bool, log: Log<u32>) {
    log.push(yield_!(queue.get_if(wanted)).expect("it is open"));
}

#[task]
fn smart_put(queue: SmartQueue<u32>, item: u32, log: Log<u32>) {
    yield_!(queue.put(item)).expect("it is open");
    log.push(item);
}

fn is_even(n: &u32) -> bool {
    n.is_multiple_of(2)
}

fn is_odd(n: &u32) -> bool {
    !is_even(n)
}
