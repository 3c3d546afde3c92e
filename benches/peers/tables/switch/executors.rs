//! Futures on the executors that peers use for those of one thread.

use std::{
    cell::Cell,
    collections::VecDeque,
    future::poll_fn,
    hint::black_box,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll, Waker},
};

use futures::{executor::LocalPool, task::LocalSpawnExt};
use peers::{Sample, processor_time, time};
use smol::{LocalExecutor, future::yield_now};
use tokio::{
    runtime::{Builder, Runtime},
    task::LocalSet,
};

use super::{Load, work};

/// What the tasks of a load have come to.
#[derive(Clone, Default)]
struct Total(Rc<Cell<u64>>);

impl Total {
    fn add(&self, sum: u64) {
        self.0.set(self.0.get().wrapping_add(sum));
    }

    fn get(&self) -> u64 {
        self.0.get()
    }
}

/// A task that gives way by what its executor has for that.
async fn spinner<F: Future>(turns: u64, total: Total, give_way: impl Fn() -> F) {
    let mut sum = 0;
    for turn in 0..turns {
        give_way().await;
        sum = work(sum, turn);
    }
    total.add(sum);
}

/// Is pending once; nobody is to wake it.
async fn pending_once() {
    let mut waited = false;
    poll_fn(|_| if std::mem::replace(&mut waited, true) { Poll::Ready(()) } else { Poll::Pending }).await;
}

/// A ring of boxed futures, which are polled in turns, woken or not.
pub(super) fn ring(load: Load) -> Sample {
    let total = Total::default();
    let mut ring: VecDeque<Pin<Box<dyn Future<Output = ()>>>> = VecDeque::new();
    for _ in 0..load.tasks {
        ring.push_back(Box::pin(spinner(black_box(load.turns), total.clone(), pending_once)));
    }
    time(load.resumes(), || {
        let mut cx = Context::from_waker(Waker::noop());
        while let Some(mut future) = ring.pop_front() {
            if future.as_mut().poll(&mut cx).is_pending() {
                ring.push_back(future);
            }
        }
        total.get()
    })
}

fn tokio_runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("the system has what a runtime needs")
}

fn on_tokio<F: Future + 'static>(load: Load, give_way: fn() -> F) -> Sample {
    let (runtime, set, total) = (tokio_runtime(), LocalSet::new(), Total::default());
    for _ in 0..load.tasks {
        set.spawn_local(spinner(black_box(load.turns), total.clone(), give_way));
    }
    time(load.resumes(), || {
        runtime.block_on(set);
        total.get()
    })
}

pub(super) fn tokio(load: Load) -> Sample {
    on_tokio(load, tokio::task::yield_now)
}

/// What some do instead, since `yield_now` of tokio looks at the driver.
pub(super) fn tokio_waking(load: Load) -> Sample {
    on_tokio(load, yield_now)
}

pub(super) fn async_executor(load: Load) -> Sample {
    let (executor, total) = (LocalExecutor::new(), Total::default());
    let tasks: Vec<_> =
        (0..load.tasks).map(|_| executor.spawn(spinner(black_box(load.turns), total.clone(), yield_now))).collect();
    time(load.resumes(), || {
        smol::block_on(executor.run(async {
            for task in tasks {
                task.await;
            }
        }));
        total.get()
    })
}

pub(super) fn local_pool(load: Load) -> Sample {
    let (mut pool, total) = (LocalPool::new(), Total::default());
    for _ in 0..load.tasks {
        let spawned = pool.spawner().spawn_local(spinner(black_box(load.turns), total.clone(), yield_now));
        spawned.expect("the pool is there");
    }
    time(load.resumes(), || {
        pool.run();
        total.get()
    })
}

pub(super) fn monoio(load: Load) -> Sample {
    let total = Total::default();
    let mut runtime = monoio::RuntimeBuilder::<monoio::LegacyDriver>::new().build().expect("the system has epoll");
    runtime.block_on(async {
        let tasks: Vec<_> =
            (0..load.tasks).map(|_| monoio::spawn(spinner(black_box(load.turns), total.clone(), yield_now))).collect();
        // Nothing has run so far.
        let start = processor_time();
        for task in tasks {
            task.await;
        }
        Sample::per_item(processor_time() - start, load.resumes(), total.get())
    })
}
