//! Tasks of the manager.

use std::hint::black_box;

use multitask::{TaskHandle, TaskManager, task, yield_};
use peers::{Sample, time};

use super::{TASKS, work};

#[task]
fn trivial(number: u64) -> u64 {
    work(black_box(number))
}

#[task]
fn each(manager: TaskManager) -> u64 {
    let mut sum = 0;
    for number in 0..TASKS {
        sum += yield_!(manager.add(trivial(number))).expect("it does not panic");
    }
    sum
}

#[task]
fn all(manager: TaskManager) -> u64 {
    let tasks: Vec<TaskHandle<u64>> = (0..TASKS).map(|number| manager.add(trivial(number))).collect();
    let mut sum = 0;
    for task in tasks {
        sum += yield_!(task).expect("it does not panic");
    }
    sum
}

pub(super) fn one_by_one() -> Sample {
    let manager = TaskManager::new();
    time(TASKS, || manager.block_on(each(manager.clone())))
}

pub(super) fn together() -> Sample {
    let manager = TaskManager::new();
    time(TASKS, || manager.block_on(all(manager.clone())))
}
