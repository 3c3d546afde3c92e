//! Futures, on the executors of one thread.

use std::hint::black_box;

use futures::{StreamExt, stream::FuturesUnordered};
use peers::{Sample, time};
use smol::LocalExecutor;
use tokio::{
    runtime::{Builder, Runtime},
    task::LocalSet,
};

use super::{TASKS, work};

async fn trivial(number: u64) -> u64 {
    work(black_box(number))
}

/// Spawns a task and awaits it, again and again.
async fn each<F: Future<Output = u64>>(spawn: impl Fn(u64) -> F) -> u64 {
    let mut sum = 0;
    for number in 0..TASKS {
        sum += spawn(number).await;
    }
    sum
}

/// Spawns all tasks, and then awaits them.
async fn all<F: Future<Output = u64>>(spawn: impl Fn(u64) -> F) -> u64 {
    let tasks: Vec<_> = (0..TASKS).map(spawn).collect();
    let mut sum = 0;
    for task in tasks {
        sum += task.await;
    }
    sum
}

fn tokio_runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("the system has what a runtime needs")
}

fn spawn_on_tokio(number: u64) -> impl Future<Output = u64> {
    let task = tokio::task::spawn_local(trivial(number));
    async { task.await.expect("it does not panic") }
}

pub(super) fn tokio_one_by_one() -> Sample {
    let (runtime, set) = (tokio_runtime(), LocalSet::new());
    time(TASKS, || runtime.block_on(set.run_until(each(spawn_on_tokio))))
}

pub(super) fn tokio_together() -> Sample {
    let (runtime, set) = (tokio_runtime(), LocalSet::new());
    time(TASKS, || runtime.block_on(set.run_until(all(spawn_on_tokio))))
}

pub(super) fn async_executor_one_by_one() -> Sample {
    let executor = LocalExecutor::new();
    time(TASKS, || smol::block_on(executor.run(each(|number| executor.spawn(trivial(number))))))
}

pub(super) fn async_executor_together() -> Sample {
    let executor = LocalExecutor::new();
    time(TASKS, || smol::block_on(executor.run(all(|number| executor.spawn(trivial(number))))))
}

fn on_monoio(program: impl Future<Output = u64>) -> Sample {
    let runtime = monoio::RuntimeBuilder::<monoio::LegacyDriver>::new().build();
    let mut runtime = runtime.expect("the system has epoll");
    time(TASKS, || runtime.block_on(program))
}

pub(super) fn monoio_one_by_one() -> Sample {
    on_monoio(each(|number| monoio::spawn(trivial(number))))
}

pub(super) fn monoio_together() -> Sample {
    on_monoio(all(|number| monoio::spawn(trivial(number))))
}

/// No executor, but what many have instead: one future that polls those that are woken.
pub(super) fn unordered() -> Sample {
    time(TASKS, || {
        let tasks: FuturesUnordered<_> = (0..TASKS).map(trivial).collect();
        smol::block_on(tasks.fold(0, |sum, result| async move { sum + result }))
    })
}
