//! The same by `SmartQueue`, whose getters say what they want.

use std::{cell::Cell, hint::black_box, rc::Rc};

use multitask::{TaskManager, queue::SmartQueue, task, yield_};
use peers::{Sample, time};

use super::ITEMS;

#[task]
fn ping(pings: SmartQueue<u64>, pongs: SmartQueue<u64>, total: Rc<Cell<u64>>) {
    for number in 0..black_box(ITEMS) {
        yield_!(pings.put(number)).expect("it is open");
        total.set(total.get() + yield_!(pongs.get()).expect("there is an answer"));
    }
    pings.close();
}

#[task]
fn pong(pings: SmartQueue<u64>, pongs: SmartQueue<u64>) {
    while let Ok(number) = yield_!(pings.get_if(|number: &u64| *number != u64::MAX)) {
        yield_!(pongs.put(number + 1)).expect("it is open");
    }
}

pub(super) fn ping_pong() -> Sample {
    let (pings, pongs, total) = (SmartQueue::bounded(1), SmartQueue::bounded(1), Rc::default());
    let manager = TaskManager::new();
    manager.add(ping(pings.clone(), pongs.clone(), Rc::clone(&total)));
    manager.add(pong(pings, pongs));
    time(ITEMS, || {
        manager.run().expect("no descriptor is waited for");
        total.get()
    })
}
