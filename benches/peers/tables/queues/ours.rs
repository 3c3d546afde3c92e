//! The same by `Queue`.

use std::{cell::Cell, hint::black_box, rc::Rc};

use multitask::{TaskManager, queue::Queue, task, yield_};
use peers::{Sample, time};

use super::{CAPACITY, ITEMS, PRODUCERS};

type Total = Rc<Cell<u64>>;

#[task]
fn ping(pings: Queue<u64>, pongs: Queue<u64>, total: Total) {
    for number in 0..black_box(ITEMS) {
        yield_!(pings.put(number)).expect("it is open");
        total.set(total.get() + yield_!(pongs.get()).expect("there is an answer"));
    }
    pings.close();
}

#[task]
fn pong(pings: Queue<u64>, pongs: Queue<u64>) {
    while let Ok(number) = yield_!(pings.get()) {
        yield_!(pongs.put(number + 1)).expect("it is open");
    }
}

pub(super) fn ping_pong() -> Sample {
    let (pings, pongs, total) = (Queue::bounded(1), Queue::bounded(1), Total::default());
    let manager = TaskManager::new();
    manager.add(ping(pings.clone(), pongs.clone(), total.clone()));
    manager.add(pong(pings, pongs));
    time(ITEMS, || {
        manager.run().expect("no descriptor is waited for");
        total.get()
    })
}

#[task]
fn produce(numbers: Queue<u64>) {
    for number in 0..black_box(ITEMS / PRODUCERS) {
        yield_!(numbers.put(number)).expect("it is open");
    }
}

#[task]
fn consume(numbers: Queue<u64>, total: Total) {
    for _ in 0..black_box(ITEMS) {
        total.set(total.get() + yield_!(numbers.get()).expect("it is open"));
    }
}

pub(super) fn fan_in() -> Sample {
    let (numbers, total) = (Queue::bounded(CAPACITY), Total::default());
    let manager = TaskManager::new();
    for _ in 0..PRODUCERS {
        manager.add(produce(numbers.clone()));
    }
    manager.add(consume(numbers, total.clone()));
    time(ITEMS, || {
        manager.run().expect("no descriptor is waited for");
        total.get()
    })
}
