//! Tasks that call tasks.

use std::{hint::black_box, task::Poll};

use multitask::{Context, Task, TaskManager, task, yield_};
use peers::Sample;

use super::{CALLS, FIBONACCI, FIBONACCI_CALLS, Load, answer, time, work};

#[task]
fn child(number: u64, suspended: bool) -> u64 {
    if suspended {
        yield_!();
    }
    answer(number)
}

#[task]
fn calling(load: Load) -> u64 {
    let mut sum = 0;
    for call in 0..load.calls {
        sum = work(sum, yield_!(child(black_box(call), black_box(load.suspended))));
    }
    sum
}

#[task]
fn recursive(n: u64) -> u64 {
    if n < 2 { black_box(n) } else { yield_!(recursive(n - 1)) + yield_!(recursive(n - 2)) }
}

/// Resumes it until it has ended, whatever it waits for.
fn resumed(calls: u64, mut task: impl Task<Output = u64>) -> Sample {
    let mut cx = Context::detached();
    time(calls, || match task.resume(&mut cx) {
        Poll::Pending => None,
        Poll::Ready(sum) => Some(sum),
    })
}

pub(super) fn parent(load: Load) -> Sample {
    resumed(CALLS, calling(black_box(load)))
}

/// On a manager, where to give way is to be switched.
pub(super) fn managed(load: Load) -> Sample {
    let manager = TaskManager::new();
    peers::time(CALLS, || manager.block_on(calling(black_box(load))))
}

pub(super) fn fibonacci() -> Sample {
    resumed(FIBONACCI_CALLS, recursive(black_box(FIBONACCI)))
}
