//! The machine's function where it is the user's function in one more thing: what it returns.
//!
//! `return` in a macro of the user's, `bail!("..")`, is out of reach. It returns what the user's function returns, and a
//! machine's function returns a [`Poll`] of that. So it is an `async` block there, polled once and dropped: `return`
//! leaves that with the output, and a suspension leaves it by waiting for what never comes. None of it is kept.

use core::{
    convert::Infallible,
    future::{Future, Pending, pending},
    pin::pin,
    task::{Context, Poll, Waker},
};

/// Runs the function of a machine: to its end, or to where it is stopped.
#[inline]
pub fn run_to_stop<T>(function: impl Future<Output = T>) -> Poll<T> {
    pin!(function).poll(&mut Context::from_waker(Waker::noop()))
}

/// Stops the function around; `pending` says that it is suspended.
#[inline]
pub fn stop(pending: Poll<Infallible>) -> Pending<Infallible> {
    match pending {
        Poll::Ready(never) => match never {},
        Poll::Pending => self::pending(),
    }
}
