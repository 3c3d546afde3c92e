//! Futures: a resume goes through all that wait for the innermost one.

use std::{
    future::poll_fn,
    hint::black_box,
    pin::Pin,
    task::{Context, Poll, Waker},
};

use peers::Sample;

use super::{Load, time, work};

type Call = Pin<Box<dyn Future<Output = u64>>>;

fn deep(depth: u64, turns: u64) -> Call {
    Box::pin(async move {
        if depth > 0 {
            return deep(depth - 1, turns).await;
        }
        let mut sum = 0;
        for turn in 0..turns {
            smol::future::yield_now().await;
            sum = work(sum, turn);
        }
        sum
    })
}

fn called(load: Load) -> Call {
    // The last resume finds all turns taken; so does the first.
    deep(black_box(load.depth), black_box(load.resumes + 1))
}

/// One future, which is polled.
pub(super) fn resumed(load: Load) -> Sample {
    let mut call = called(load);
    let mut cx = Context::from_waker(Waker::noop());
    time(load, || match call.as_mut().poll(&mut cx) {
        Poll::Pending => None,
        Poll::Ready(sum) => Some(sum),
    })
}

/// One future, which its runtime polls when it has woken itself.
pub(super) fn scheduled(load: Load) -> Sample {
    let mut call = called(load);
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("it needs nothing");
    let mut first = poll_fn(|cx| Poll::Ready(call.as_mut().poll(cx).is_pending()));
    assert!(runtime.block_on(&mut first), "its turns are still to come");
    drop(first);
    // Returning is a part of it: one resume of many.
    peers::time(load.resumes, || runtime.block_on(call))
}
