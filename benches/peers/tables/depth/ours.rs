//! Child tasks of child tasks.

use std::{hint::black_box, task::Poll};

use multitask::{Context, Task, TaskManager, task, yield_};
use peers::Sample;

use super::{Load, time, work};

#[task]
fn deep(depth: u64, turns: u64) -> u64 {
    if depth > 0 {
        return yield_!(deep(depth - 1, turns));
    }
    let mut sum = 0;
    for turn in 0..turns {
        yield_!();
        sum = work(sum, turn);
    }
    sum
}

pub(super) fn resumed(load: Load) -> Sample {
    let Load { depth, resumes } = black_box(load);
    let mut task = deep(depth, resumes + 1);
    let mut cx = Context::detached();
    time(load, || match task.resume(&mut cx) {
        Poll::Pending => None,
        Poll::Ready(sum) => Some(sum),
    })
}

/// On a manager.
pub(super) fn scheduled(load: Load) -> Sample {
    let Load { depth, resumes } = black_box(load);
    let manager = TaskManager::new();
    let mut task = deep(depth, resumes + 1);
    assert!(task.resume(&mut Context::detached()).is_pending());
    peers::time(resumes, || manager.block_on(task))
}
