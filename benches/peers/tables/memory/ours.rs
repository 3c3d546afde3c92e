//! Tasks of a manager.

use std::{task::Poll, time::Duration};

use multitask::{Context, Operation, TaskManager, queue::Queue, sleep, task, yield_};

use super::{Measure, TASKS, Wait};

/// Waits for what does not come.
struct Nothing;

impl Operation for Nothing {
    type Output = ();
    type Wait = ();

    fn begin(self) {}

    fn poll(_: &mut (), _: impl FnOnce() -> Self, _: &mut Context<'_>) -> Poll<()> {
        Poll::Pending
    }
}

#[task]
fn wait_for_nothing() {
    yield_!(Nothing);
}

/// Between one hour and two.
#[task]
fn wait_for_timer(number: u64) {
    yield_!(sleep(Duration::from_millis(3_600_000 + number * 3)));
}

#[task]
fn wait_for_queue(queue: Queue<u64>) {
    yield_!(queue.get()).expect("it is open");
}

pub(super) fn tasks(wait: Wait, measure: Measure<'_>) {
    let queue = Queue::new();
    let manager = TaskManager::new();
    for number in 0..TASKS {
        match wait {
            Wait::Nothing => drop(manager.add(wait_for_nothing())),
            Wait::Timer => drop(manager.add(wait_for_timer(number))),
            Wait::Queue => drop(manager.add(wait_for_queue(queue.clone()))),
        }
    }
    while manager.has_runnable() {
        manager.run_next(Some(Duration::ZERO)).expect("no descriptor is waited for");
    }
    measure();
}
