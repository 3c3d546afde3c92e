//! Futures of the standard library, waited for by a task.

use core::{
    fmt,
    future::{Future, IntoFuture},
    pin::Pin,
    task::Poll,
};

use super::ForeignWait;
use crate::{Context, Operation};

/// Waits for a future, and evaluates to its output.
///
/// The future is polled on the manager's thread, when it has woken itself; it may do that from any thread. As long as a
/// task waits for it, the manager's [`run`](crate::TaskManager::run) does not return: of a future nobody knows whether
/// another thread is behind it. A future that needs a runtime of its own (a timer or a socket of tokio, say) needs that
/// runtime to be there.
///
/// Dropping the operation drops the future.
///
/// # Panics
///
/// When it is polled without a task manager. A panic of the future is one of the task.
///
/// # Examples
///
/// ```
#[doc = include_str!("../yield_stored_in_docs.txt")]
/// use multitask_core::future;
///
/// // In a task:
/// let answer = yield_!(future(async { 42 }));
/// assert_eq!(answer, 42);
/// ```
pub fn future<F: IntoFuture>(future: F) -> WaitForFuture<F::IntoFuture> {
    WaitForFuture { future: Box::pin(future.into_future()), wait: None }
}

/// The operation of [`future`].
#[must_use = "an operation does nothing before a task yields it"]
pub struct WaitForFuture<F> {
    future: Pin<Box<F>>,
    wait: Option<ForeignWait>,
}

impl<F: Future> Operation for WaitForFuture<F> {
    type Output = F::Output;
    type Wait = Self;

    fn begin(self) -> Self {
        self
    }

    fn poll(wait: &mut Self, _: impl FnOnce() -> Self, cx: &mut Context<'_>) -> Poll<F::Output> {
        if !cx.may_go_on() {
            return Poll::Pending;
        }
        let waker = cx.foreign(&mut wait.wait, "a future");
        let poll = wait.future.as_mut().poll(&mut core::task::Context::from_waker(waker));
        if poll.is_ready() {
            wait.wait = None;
            cx.count_ready();
        }
        poll
    }
}

impl<F> fmt::Debug for WaitForFuture<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WaitForFuture").field("waiting", &self.wait.is_some()).finish_non_exhaustive()
    }
}
