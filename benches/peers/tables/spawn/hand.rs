//! Machines in a slab, and a run queue of their numbers.

use std::{collections::VecDeque, hint::black_box, mem};

use peers::{Sample, time};

use super::{TASKS, work};

trait Task {
    fn new(number: u64) -> Self;

    fn run(self) -> u64;
}

/// What one writes if there is one kind of task.
struct Machine(u64);

impl Task for Machine {
    fn new(number: u64) -> Self {
        Machine(number)
    }

    fn run(self) -> u64 {
        work(self.0)
    }
}

/// What one writes if there are several.
impl Task for Box<dyn FnOnce() -> u64> {
    fn new(number: u64) -> Self {
        Box::new(move || work(number))
    }

    fn run(self) -> u64 {
        self()
    }
}

enum Slot<T> {
    Free,
    Ready(T),
    Over(u64),
}

struct Scheduler<T> {
    slots: Vec<Slot<T>>,
    free: Vec<u32>,
    ready: VecDeque<u32>,
}

impl<T: Task> Scheduler<T> {
    fn new() -> Self {
        Scheduler { slots: Vec::new(), free: Vec::new(), ready: VecDeque::new() }
    }

    fn spawn(&mut self, task: T) -> u32 {
        let index = self.free.pop().unwrap_or_else(|| {
            self.slots.push(Slot::Free);
            self.slots.len() as u32 - 1
        });
        self.slots[index as usize] = Slot::Ready(task);
        self.ready.push_back(index);
        index
    }

    fn run(&mut self) {
        while let Some(index) = self.ready.pop_front() {
            let slot = &mut self.slots[index as usize];
            if let Slot::Ready(task) = mem::replace(slot, Slot::Free) {
                *slot = Slot::Over(task.run());
            }
        }
    }

    fn join(&mut self, index: u32) -> u64 {
        let slot = mem::replace(&mut self.slots[index as usize], Slot::Free);
        self.free.push(index);
        let Slot::Over(result) = slot else { unreachable!("all have run") };
        result
    }
}

fn each<T: Task>() -> Sample {
    let mut scheduler = Scheduler::<T>::new();
    time(TASKS, || {
        let mut sum = 0;
        for number in 0..TASKS {
            let task = scheduler.spawn(T::new(black_box(number)));
            scheduler.run();
            sum += scheduler.join(black_box(task));
        }
        sum
    })
}

fn all<T: Task>() -> Sample {
    time(TASKS, || {
        let mut scheduler = Scheduler::<T>::new();
        let tasks: Vec<_> = (0..TASKS).map(|number| scheduler.spawn(T::new(black_box(number)))).collect();
        scheduler.run();
        tasks.into_iter().map(|task| scheduler.join(task)).sum()
    })
}

pub(super) fn one_by_one() -> Sample {
    each::<Machine>()
}

pub(super) fn closures_one_by_one() -> Sample {
    each::<Box<dyn FnOnce() -> u64>>()
}

pub(super) fn together() -> Sample {
    all::<Machine>()
}

pub(super) fn closures_together() -> Sample {
    all::<Box<dyn FnOnce() -> u64>>()
}
