//! Timers that are set and fire: all are set before the first is due. What counts is the time of the processor.

use std::{
    future::poll_fn,
    pin::Pin,
    task::Poll,
    time::{Duration, Instant},
};

use multitask::{Context, Operation, Sleep, Task, TaskManager, sleep_until};
use peers::{Sample, time};
use tokio::runtime::Builder;
use tokio_util::time::DelayQueue;

use super::{Numbers, TIMERS, Timers};

/// Within this, all are set on any machine that is not too busy.
const UNTIL_FIRST: u64 = 1_500;
/// All are due within this.
const SPREAD: u64 = 250;

/// When each timer is due, in milliseconds.
pub(super) struct Load {
    delays: Vec<u64>,
}

impl Load {
    pub(super) fn new() -> Load {
        let mut numbers = Numbers::new();
        Load { delays: (0..TIMERS).map(|_| UNTIL_FIRST + numbers.below(SPREAD)).collect() }
    }

    pub(super) fn delays(&self) -> &[u64] {
        &self.delays
    }

    pub(super) fn deadlines(&self) -> impl Iterator<Item = Instant> {
        let start = Instant::now();
        self.delays.iter().map(move |delay| start + Duration::from_millis(*delay))
    }
}

pub(super) fn by_hand<T: Timers>(load: &Load) -> Sample {
    let mut timers = T::new();
    time(TIMERS, || {
        for (value, delay) in load.delays.iter().enumerate() {
            timers.insert(*delay, value as u32);
        }
        let mut fired = 0;
        for now in UNTIL_FIRST..UNTIL_FIRST + SPREAD {
            timers.advance(now, |_| fired += 1);
        }
        fired
    })
}

/// Waits for all, in order, after the first turn, in which all are set.
struct All<T> {
    timers: Vec<T>,
    over: Option<usize>,
}

impl<T> All<T> {
    fn new(timers: impl Iterator<Item = T>) -> All<T> {
        All { timers: timers.collect(), over: None }
    }

    /// How many there are, when they are over. `is_over` sets a timer that is not set.
    fn poll(&mut self, mut is_over: impl FnMut(&mut T) -> bool) -> Poll<u64> {
        let timers = &mut self.timers;
        let over = self.over.get_or_insert_with(|| {
            timers.iter_mut().for_each(|timer| assert!(!is_over(timer), "it was set too late"));
            0
        });
        while let Some(timer) = timers.get_mut(*over) {
            if !is_over(timer) {
                return Poll::Pending;
            }
            *over += 1;
        }
        Poll::Ready(*over as u64)
    }
}

/// In a task of its own: to wake the one that the runtime blocks on is dear.
fn on_tokio<F: Future<Output = u64> + 'static>(task: impl FnOnce() -> F) -> Sample {
    let runtime = Builder::new_current_thread().enable_time().build().expect("it needs nothing");
    let _context = runtime.enter();
    let set = tokio::task::LocalSet::new();
    let task = task();
    time(TIMERS, || {
        let task = set.spawn_local(tokio::task::unconstrained(task));
        runtime.block_on(set.run_until(task)).expect("it does not panic")
    })
}

pub(super) fn tokio(load: &Load) -> Sample {
    let sleep = |deadline: Instant| Box::pin(tokio::time::sleep_until(deadline.into()));
    on_tokio(|| {
        let mut sleeps = All::new(load.deadlines().map(sleep));
        poll_fn(move |cx| sleeps.poll(|sleep| sleep.as_mut().poll(cx).is_ready()))
    })
}

pub(super) fn delay_queue(load: &Load) -> Sample {
    let deadlines: Vec<_> = load.deadlines().collect();
    on_tokio(|| async move {
        let mut queue = DelayQueue::new();
        for (value, deadline) in deadlines.into_iter().enumerate() {
            queue.insert_at(value as u32, deadline.into());
        }
        let mut over = 0;
        while poll_fn(|cx| queue.poll_expired(cx)).await.is_some() {
            over += 1;
        }
        over
    })
}

pub(super) fn async_io(load: &Load) -> Sample {
    let mut timers = All::new(load.deadlines().map(smol::Timer::at));
    let all = poll_fn(move |cx| timers.poll(|timer| Pin::new(timer).poll(cx).is_ready()));
    time(TIMERS, || smol::block_on(all))
}

struct Sleeps(All<Sleep>);

impl Task for Sleeps {
    type Output = u64;

    fn resume(&mut self, cx: &mut Context<'_>) -> Poll<u64> {
        self.0.poll(|sleep| Sleep::poll(sleep, || unreachable!("it is stored"), cx).is_ready())
    }
}

pub(super) fn tasks(load: &Load) -> Sample {
    let sleeps = Sleeps(All::new(load.deadlines().map(sleep_until)));
    let manager = TaskManager::new();
    time(TIMERS, || manager.block_on(sleeps))
}
