//! Tasks with a stack of their own.

use std::{collections::VecDeque, hint::black_box};

use corosensei::{Coroutine, CoroutineResult};
use may::coroutine;
use peers::{Sample, processor_time, time};

use super::{Load, work};

/// Stacks of corosensei, resumed round robin: it has no scheduler.
pub(super) fn corosensei(load: Load) -> Sample {
    let turns = black_box(load.turns);
    let spinner = move |yielder: &corosensei::Yielder<(), ()>, ()| {
        let mut sum = 0;
        for turn in 0..turns {
            yielder.suspend(());
            sum = work(sum, turn);
        }
        sum
    };
    let mut ring: VecDeque<_> = (0..load.tasks).map(|_| Coroutine::new(spinner)).collect();
    time(load.resumes(), || {
        let mut total = 0u64;
        while let Some(mut task) = ring.pop_front() {
            match task.resume(()) {
                CoroutineResult::Yield(()) => ring.push_back(task),
                CoroutineResult::Return(sum) => total = total.wrapping_add(sum),
            }
        }
        total
    })
}

/// On one worker thread, which `may` starts for good.
pub(super) fn may(load: Load) -> Sample {
    may::config().set_workers(1);
    let all = spawn(move || {
        let start = processor_time();
        let tasks: Vec<_> = (0..load.tasks).map(|_| spawn(move || spinner(black_box(load.turns)))).collect();
        let sums = tasks.into_iter().map(|task| task.join().expect("a spinner does not panic"));
        let total = sums.fold(0u64, u64::wrapping_add);
        Sample::per_item(processor_time() - start, load.resumes(), total)
    });
    all.join().expect("nobody panics")
}

fn spinner(turns: u64) -> u64 {
    let mut sum = 0;
    for turn in 0..turns {
        coroutine::yield_now();
        sum = work(sum, turn);
    }
    sum
}

#[expect(unsafe_code, reason = "a coroutine of may must not use thread locals across a switch; these use none")]
fn spawn<T: Send + 'static>(task: impl FnOnce() -> T + Send + 'static) -> coroutine::JoinHandle<T> {
    // SAFETY: no task here touches a thread local, nor needs more stack than a coroutine of may has.
    unsafe { coroutine::spawn(task) }
}
