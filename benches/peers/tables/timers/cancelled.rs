//! Timers that are set and cancelled, in random order.

use std::{
    future::poll_fn,
    hint::black_box,
    task::{Context as Wakers, Poll, Waker},
    time::{Duration, Instant},
};

use multitask::{Context, Operation, Sleep, Task, TaskManager, sleep_until};
use peers::{Sample, time};
use tokio::runtime::Builder;
use tokio_util::time::DelayQueue;

use super::{Numbers, TIMERS, Timers};

/// So many timers are set, and all of them cancelled, again and again.
pub(super) struct Load {
    /// In milliseconds from now: between ten minutes and a day.
    delays: Vec<u64>,
    order: Vec<usize>,
}

impl Load {
    pub(super) fn new(together: u64) -> Load {
        let mut numbers = Numbers::new();
        let mut order: Vec<usize> = (0..together as usize).collect();
        for index in (1..order.len()).rev() {
            order.swap(index, numbers.below(index as u64 + 1) as usize);
        }
        let delays = (0..together).map(|_| 600_000 + numbers.below(86_400_000)).collect();
        Load { delays, order }
    }

    fn repetitions(&self) -> u64 {
        TIMERS / self.delays.len() as u64
    }

    fn deadlines(&self) -> impl Iterator<Item = Instant> {
        let start = Instant::now();
        self.delays.iter().map(move |delay| start + Duration::from_millis(*delay))
    }

    /// Runs it so often that a million timers are set: the mean.
    fn repeat(&self, mut once: impl FnMut() -> Sample) -> Sample {
        let samples = (0..self.repetitions()).map(|_| once());
        let value = samples.map(|sample| sample.value).sum::<f64>() / self.repetitions() as f64;
        Sample { value, items: TIMERS, sum: 0 }
    }

    /// Sets timers and cancels them, where a timer is a thing that is pending when it is set.
    fn set_and_drop<T>(
        &self,
        timers: &mut [T],
        mut set: impl FnMut(&mut T) -> bool,
        mut cancel: impl FnMut(&mut T),
    ) -> Sample {
        time(timers.len() as u64, || {
            for timer in timers.iter_mut() {
                assert!(set(timer), "its time is far away");
            }
            for index in &self.order {
                cancel(&mut timers[*index]);
            }
            0
        })
    }
}

pub(super) fn by_hand<T: Timers>(load: &Load) -> Sample {
    let mut timers = T::new();
    let mut keys = Vec::with_capacity(load.delays.len());
    load.repeat(|| {
        keys.clear();
        time(load.delays.len() as u64, || {
            for (value, delay) in load.delays.iter().enumerate() {
                keys.push(timers.insert(*delay, value as u32));
            }
            for index in &load.order {
                timers.cancel(keys[*index]);
            }
            black_box(&timers);
            0
        })
    })
}

/// The timers are boxed beforehand, since they have to be pinned; they are dropped where they are.
pub(super) fn tokio(load: &Load) -> Sample {
    let runtime = Builder::new_current_thread().enable_time().build().expect("it needs nothing");
    runtime.block_on(tokio::task::unconstrained(poll_fn(|cx| {
        Poll::Ready(load.repeat(|| {
            let deadlines = load.deadlines();
            let mut sleeps: Vec<_> =
                deadlines.map(|deadline| Box::pin(Some(tokio::time::sleep_until(deadline.into())))).collect();
            load.set_and_drop(
                &mut sleeps,
                |sleep| sleep.as_mut().as_pin_mut().is_some_and(|sleep| sleep.poll(cx).is_pending()),
                |sleep| sleep.set(None),
            )
        }))
    })))
}

pub(super) fn delay_queue(load: &Load) -> Sample {
    let runtime = Builder::new_current_thread().enable_time().build().expect("it needs nothing");
    let _context = runtime.enter();
    let mut queue = DelayQueue::new();
    let mut keys = Vec::with_capacity(load.delays.len());
    load.repeat(|| {
        keys.clear();
        let deadlines: Vec<_> = load.deadlines().collect();
        time(load.delays.len() as u64, || {
            for (value, deadline) in deadlines.into_iter().enumerate() {
                keys.push(queue.insert_at(value as u32, deadline.into()));
            }
            for index in &load.order {
                black_box(queue.remove(&keys[*index]));
            }
            0
        })
    })
}

pub(super) fn async_io(load: &Load) -> Sample {
    let mut cx = Wakers::from_waker(Waker::noop());
    load.repeat(|| {
        let mut timers: Vec<_> = load.deadlines().map(|deadline| Some(smol::Timer::at(deadline))).collect();
        load.set_and_drop(
            &mut timers,
            |timer| timer.as_mut().is_some_and(|timer| std::pin::Pin::new(timer).poll(&mut cx).is_pending()),
            |timer| drop(timer.take()),
        )
    })
}

/// Sets timers within a task, since that is where one can.
struct Setter<'a>(&'a Load);

impl Task for Setter<'_> {
    type Output = Sample;

    fn resume(&mut self, cx: &mut Context<'_>) -> Poll<Sample> {
        let load = self.0;
        Poll::Ready(load.repeat(|| {
            let mut sleeps: Vec<_> = load.deadlines().map(|deadline| Some(sleep_until(deadline))).collect();
            load.set_and_drop(
                &mut sleeps,
                |sleep| {
                    sleep
                        .as_mut()
                        .is_some_and(|sleep| Sleep::poll(sleep, || unreachable!("it is stored"), cx).is_pending())
                },
                |sleep| drop(sleep.take()),
            )
        }))
    }
}

pub(super) fn tasks(load: &Load) -> Sample {
    TaskManager::new().block_on(Setter(load))
}
