//! Futures: a resume goes through all that wait for the innermost one.

use std::{
    hint::black_box,
    pin::Pin,
    task::{Context, Poll, Waker},
};

use peers::Sample;

use super::{Clock, Load, time, work};

type Call = Pin<Box<dyn Future<Output = u64>>>;

fn deep(depth: u64, turns: u64, clock: Clock) -> Call {
    Box::pin(async move {
        if depth > 0 {
            return deep(depth - 1, turns, clock).await;
        }
        let mut sum = 0;
        clock.start();
        for turn in 0..turns {
            smol::future::yield_now().await;
            sum = work(sum, turn);
        }
        clock.stop();
        sum
    })
}

fn called(load: Load, clock: &Clock) -> Call {
    let Load { depth, resumes } = black_box(load);
    deep(depth, resumes + 1, clock.clone())
}

/// One future, which is polled.
pub(super) fn resumed(load: Load) -> Sample {
    let mut call = called(load, &Clock::default());
    let mut cx = Context::from_waker(Waker::noop());
    time(load, || match call.as_mut().poll(&mut cx) {
        Poll::Pending => None,
        Poll::Ready(sum) => Some(sum),
    })
}

/// One future, which its runtime polls when it has woken itself.
pub(super) fn scheduled(load: Load) -> Sample {
    let clock = Clock::default();
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("it needs nothing");
    let sum = runtime.block_on(called(load, &clock));
    clock.sample(load, sum)
}
