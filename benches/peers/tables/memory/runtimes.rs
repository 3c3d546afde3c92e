//! Futures, on the executors of one thread. Their queue is one that can be used with any.

use std::{
    future::{pending, poll_fn},
    task::Poll,
    time::Duration,
};

use futures::{StreamExt, future::Either, stream::FuturesUnordered};
use smol::LocalExecutor;

use super::{Measure, TASKS, Wait};

/// Between one hour and two.
fn delay(number: u64) -> Duration {
    Duration::from_millis(3_600_000 + number * 3)
}

type Queue = async_channel::Receiver<u64>;

async fn get(queue: Queue) {
    queue.recv().await.expect("it is open");
}

/// By async-io.
async fn sleep(number: u64) {
    smol::Timer::after(delay(number)).await;
}

pub(super) fn tokio(wait: Wait, measure: Measure<'_>) {
    let (_items, queue) = async_channel::unbounded();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("it needs nothing");
    let set = tokio::task::LocalSet::new();
    let _context = runtime.enter();
    for number in 0..TASKS {
        match wait {
            Wait::Nothing => drop(set.spawn_local(pending::<()>())),
            Wait::Timer => drop(set.spawn_local(tokio::time::sleep(delay(number)))),
            Wait::Queue => drop(set.spawn_local(get(queue.clone()))),
        }
    }
    runtime.block_on(set.run_until(async {
        // In each of its turns a set runs 61 tasks.
        for _ in 0..TASKS / 60 {
            tokio::task::yield_now().await;
        }
        measure();
    }));
}

pub(super) fn async_executor(wait: Wait, measure: Measure<'_>) {
    let (_items, queue) = async_channel::unbounded();
    let executor = LocalExecutor::new();
    for number in 0..TASKS {
        match wait {
            Wait::Nothing => executor.spawn(pending::<()>()).detach(),
            Wait::Timer => executor.spawn(sleep(number)).detach(),
            Wait::Queue => executor.spawn(get(queue.clone())).detach(),
        }
    }
    while executor.try_tick() {}
    measure();
}

pub(super) fn monoio(wait: Wait, measure: Measure<'_>) {
    let (_items, queue) = async_channel::unbounded();
    let runtime = monoio::RuntimeBuilder::<monoio::LegacyDriver>::new().enable_timer().build();
    runtime.expect("the system has epoll").block_on(async {
        for number in 0..TASKS {
            match wait {
                Wait::Nothing => drop(monoio::spawn(pending::<()>())),
                Wait::Timer => drop(monoio::spawn(monoio::time::sleep(delay(number)))),
                Wait::Queue => drop(monoio::spawn(get(queue.clone()))),
            }
        }
        // It runs all tasks that are ready before it resumes this one again.
        for _ in 0..3 {
            smol::future::yield_now().await;
        }
        measure();
    });
}

/// Timers are those of async-io.
pub(super) fn unordered(wait: Wait, measure: Measure<'_>) {
    let (_items, queue) = async_channel::unbounded();
    let task = |number| match wait {
        Wait::Nothing => Either::Left(Either::Left(pending())),
        Wait::Timer => Either::Left(Either::Right(sleep(number))),
        Wait::Queue => Either::Right(get(queue.clone())),
    };
    let mut tasks: FuturesUnordered<_> = (0..TASKS).map(task).collect();
    // It polls some in each of its turns.
    let mut turns = 0;
    smol::block_on(poll_fn(|cx| {
        assert!(tasks.poll_next_unpin(cx).is_pending(), "all of them wait");
        turns += 1;
        if turns > TASKS / 30 {
            Poll::Ready(())
        } else {
            cx.waker().wake_by_ref();
            Poll::Pending
        }
    }));
    measure();
}
