//! What a resume of the innermost of so many nested calls costs.

mod hand;
mod nested;
mod ours;
mod stackful;

use std::{cell::Cell, collections::VecDeque, rc::Rc, time::Duration};

use peers::{Sample, Table, Workload, grouped, processor_time};

use crate::programs::Program;

/// The innermost of so many nested calls is resumed so many times.
#[derive(Clone, Copy)]
struct Load {
    depth: u64,
    resumes: u64,
}

/// What the innermost call does in each of its turns.
#[inline]
fn work(sum: u64, turn: u64) -> u64 {
    sum.wrapping_mul(3).wrapping_add(turn)
}

/// Times the resumes but for the first, which makes the calls, and the last, which returns from all of them.
fn time(load: Load, mut resume: impl FnMut() -> Option<u64>) -> Sample {
    let mut until_end = |resumes| (0..resumes).find_map(|_| resume());
    assert_eq!(until_end(1), None);
    let mut sample = peers::time(load.resumes, || u64::from(until_end(load.resumes).is_some()));
    assert_eq!(sample.sum, 0, "the last resume is still to come");
    sample.sum = until_end(1).expect("that was the last turn");
    sample
}

/// What the innermost call itself tells of the time between its turns, where a scheduler decides when it is resumed.
#[derive(Clone, Default)]
struct Clock(Rc<Cell<Duration>>);

impl Clock {
    fn start(&self) {
        self.0.set(processor_time());
    }

    fn stop(&self) {
        self.0.set(processor_time() - self.0.get());
    }

    fn sample(&self, load: Load, sum: u64) -> Sample {
        Sample::per_item(self.0.get(), load.resumes, sum)
    }
}

/// Like [`time`], for a task in a ring, which is what one has where there is no scheduler.
fn time_in_ring<T>(load: Load, task: T, mut resume: impl FnMut(&mut T) -> Option<u64>) -> Sample {
    let mut ring = VecDeque::from([task]);
    time(load, || {
        let mut task = ring.pop_front()?;
        let result = resume(&mut task);
        ring.push_back(task);
        result
    })
}

pub(crate) fn measure(table: &mut Table) {
    let python = Program::python(include_str!("depth.py"));
    for depth in [10, 100, 1_000, 10_000, 100_000, 1_000_000] {
        let load = Load { depth, resumes: 1_000_000 };
        table.measure(resumed(load, &python));
        table.measure(scheduled(load, &python));
    }
}

/// More takes more of the program's own stack than there is, and each resume takes as long.
const DEEPEST_FUTURE: u64 = 10_000;
const DEEPEST_IN_PYTHON: u64 = 1_000;

fn shorter(load: Load) -> Load {
    Load { resumes: 5 * load.resumes / load.depth, ..load }
}

/// Resumed in a loop, with nothing in between.
fn resumed(load: Load, python: &Program) -> Workload<'_> {
    let depth = load.depth;
    let mut workload = Workload::new("resume", format!("depth {}", grouped(depth)), "ns per resume")
        .floor(move || hand::resumed(load))
        .peer("corosensei", move || stackful::resumed(load));
    if depth <= DEEPEST_FUTURE {
        workload = workload.peer("boxed async fn", move || nested::resumed(shorter(load)));
    }
    if depth <= DEEPEST_IN_PYTHON {
        workload = workload.perhaps("Python yield from", python.runs("generators", depth));
    }
    workload.ours(move || ours::resumed(load))
}

/// Resumed by a scheduler: a switch is a part of it.
fn scheduled(load: Load, python: &Program) -> Workload<'_> {
    let depth = load.depth;
    let mut workload = Workload::new("switch to", format!("depth {}", grouped(depth)), "ns per resume")
        .floor(move || hand::scheduled(load))
        .peer("corosensei", move || stackful::scheduled(load));
    if depth <= DEEPEST_FUTURE {
        workload = workload.peer("boxed async fn on tokio", move || nested::scheduled(shorter(load)));
    }
    if depth <= DEEPEST_IN_PYTHON {
        workload = workload.perhaps("Python asyncio", python.runs("asyncio", depth));
    }
    workload.ours(move || ours::scheduled(load))
}
