//! The programs for any channel, on any executor.

use std::{cell::Cell, hint::black_box, pin::Pin, rc::Rc};

use futures::task::LocalSpawnExt;
use peers::{Sample, time};

use super::{CAPACITY, Channel, ITEMS, PRODUCERS};

type Task = Pin<Box<dyn Future<Output = ()>>>;

/// Runs tasks until all have ended.
pub(super) trait Executor {
    fn run(tasks: Vec<Task>);
}

pub(super) struct LocalPool;

impl Executor for LocalPool {
    fn run(tasks: Vec<Task>) {
        let mut pool = futures::executor::LocalPool::new();
        for task in tasks {
            pool.spawner().spawn_local(task).expect("the pool is there");
        }
        pool.run();
    }
}

pub(super) struct Tokio;

impl Executor for Tokio {
    fn run(tasks: Vec<Task>) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("it needs nothing");
        let set = tokio::task::LocalSet::new();
        for task in tasks {
            set.spawn_local(task);
        }
        runtime.block_on(set);
    }
}

pub(super) struct Monoio;

impl Executor for Monoio {
    fn run(tasks: Vec<Task>) {
        let runtime = monoio::RuntimeBuilder::<monoio::LegacyDriver>::new().build();
        runtime.expect("the system has epoll").block_on(async {
            let tasks: Vec<_> = tasks.into_iter().map(monoio::spawn).collect();
            for task in tasks {
                task.await;
            }
        });
    }
}

/// Sends a number to and fro; the sum is that of the answers.
pub(super) fn ping_pong<C: Channel, E: Executor>() -> Sample {
    let (pings, mut pinged) = C::new(1);
    let (pongs, mut ponged) = C::new(1);
    let total = Rc::new(Cell::new(0u64));
    let result = total.clone();
    let ping = async move {
        for number in 0..black_box(ITEMS) {
            C::send(&pings, number).await;
            total.set(total.get() + C::receive(&mut ponged).await.expect("there is an answer"));
        }
    };
    let pong = async move {
        while let Some(number) = C::receive(&mut pinged).await {
            C::send(&pongs, number + 1).await;
        }
    };
    let tasks: Vec<Task> = vec![Box::pin(ping), Box::pin(pong)];
    time(ITEMS, || {
        E::run(tasks);
        result.get()
    })
}

/// Several tasks send numbers to one.
pub(super) fn fan_in<C: Channel, E: Executor>() -> Sample {
    let (numbers, mut received) = C::new(CAPACITY);
    let total = Rc::new(Cell::new(0u64));
    let result = total.clone();
    let mut tasks: Vec<Task> = Vec::new();
    for _ in 0..PRODUCERS {
        let numbers = numbers.clone();
        tasks.push(Box::pin(async move {
            for number in 0..black_box(ITEMS / PRODUCERS) {
                C::send(&numbers, number).await;
            }
        }));
    }
    drop(numbers);
    tasks.push(Box::pin(async move {
        while let Some(number) = C::receive(&mut received).await {
            total.set(total.get() + number);
        }
    }));
    time(ITEMS, || {
        E::run(tasks);
        result.get()
    })
}
