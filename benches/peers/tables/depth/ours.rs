//! Child tasks of child tasks.

use std::{hint::black_box, task::Poll};

use multitask::{Context, Task, TaskManager, task, yield_};
use peers::Sample;

use super::{Clock, Load, time, work};

#[task]
fn deep(depth: u64, turns: u64, clock: Clock) -> u64 {
    if depth > 0 {
        return yield_!(deep(depth - 1, turns, clock));
    }
    let mut sum = 0;
    clock.start();
    for turn in 0..turns {
        yield_!();
        sum = work(sum, turn);
    }
    clock.stop();
    sum
}

pub(super) fn resumed(load: Load) -> Sample {
    let Load { depth, resumes } = black_box(load);
    let mut task = deep(depth, resumes + 1, Clock::default());
    let mut cx = Context::detached();
    time(load, || match task.resume(&mut cx) {
        Poll::Pending => None,
        Poll::Ready(sum) => Some(sum),
    })
}

/// On a manager.
pub(super) fn scheduled(load: Load) -> Sample {
    let Load { depth, resumes } = black_box(load);
    let clock = Clock::default();
    let sum = TaskManager::new().block_on(deep(depth, resumes + 1, clock.clone()));
    clock.sample(load, sum)
}
