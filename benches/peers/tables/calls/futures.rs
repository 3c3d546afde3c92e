//! Futures that await futures.

use std::{
    hint::black_box,
    pin::{Pin, pin},
    task::{Context, Poll, Waker},
};

use peers::Sample;
use smol::future::yield_now;

use super::{CALLS, FIBONACCI, FIBONACCI_CALLS, Load, answer, time, work};

async fn child(number: u64, suspended: bool) -> u64 {
    if suspended {
        yield_now().await;
    }
    answer(number)
}

async fn calling(load: Load) -> u64 {
    let mut sum = 0;
    for call in 0..load.calls {
        sum = work(sum, child(black_box(call), black_box(load.suspended)).await);
    }
    sum
}

/// As it has to be where the child's type is not known, or is the parent's own.
async fn boxing(load: Load) -> u64 {
    let mut sum = 0;
    for call in 0..load.calls {
        let child: Pin<Box<dyn Future<Output = u64>>> = Box::pin(child(black_box(call), black_box(load.suspended)));
        sum = work(sum, child.await);
    }
    sum
}

/// Polls it until it is ready, woken or not.
fn polled(calls: u64, future: impl Future<Output = u64>) -> Sample {
    let mut future = pin!(future);
    let mut cx = Context::from_waker(Waker::noop());
    time(calls, || match future.as_mut().poll(&mut cx) {
        Poll::Pending => None,
        Poll::Ready(sum) => Some(sum),
    })
}

pub(super) fn parent(load: Load) -> Sample {
    polled(CALLS, calling(black_box(load)))
}

pub(super) fn boxing_parent(load: Load) -> Sample {
    polled(CALLS, boxing(black_box(load)))
}

pub(super) fn parent_on_tokio(load: Load) -> Sample {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("it needs nothing");
    peers::time(CALLS, || runtime.block_on(calling(black_box(load))))
}

fn recursive(n: u64) -> Pin<Box<dyn Future<Output = u64>>> {
    Box::pin(async move { if n < 2 { black_box(n) } else { recursive(n - 1).await + recursive(n - 2).await } })
}

pub(super) fn fibonacci() -> Sample {
    polled(FIBONACCI_CALLS, recursive(black_box(FIBONACCI)))
}
