//! Calls that block: made on another thread, while a task waits for them.

use core::{fmt, task::Poll};

use ::blocking::{Task as Job, unblock};

use crate::{Context, Operation, Report, WaitForFuture, future};

/// Makes a call that blocks on another thread, and evaluates to what it returns.
///
/// That is for what has no operation: a file on a slow disk, a library that waits, a long computation. The threads are
/// those of the crate `blocking`, at most a few hundred, and they end when there is nothing to do for them. As long as a
/// task waits for a call, the manager's [`run`](crate::TaskManager::run) does not return.
///
/// Nothing happens before a task yields the operation. Dropping it while it waits gives up the call if it has not begun;
/// if it has, it goes on, and what it returns is dropped.
///
/// # Panics
///
/// When it is polled without a task manager. A panic of the call is one of the task that waits for it.
///
/// # Examples
///
/// ```
#[doc = include_str!("yield_stored_in_docs.txt")]
/// use std::fs;
/// use multitask_core::blocking;
///
/// # let path = "Cargo.toml".to_owned();
/// // In a task:
/// let text = yield_!(blocking(move || fs::read_to_string(path)))?;
/// # assert!(text.contains("[package]"));
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn blocking<T, F>(call: F) -> Blocking<T, F>
where
    T: Send + 'static,
    F: FnOnce() -> T + Send + 'static,
{
    Blocking { state: State::NotBegun(Some(call)) }
}

/// The operation of [`blocking()`].
#[must_use = "an operation does nothing before a task yields it"]
pub struct Blocking<T, F> {
    state: State<T, F>,
}

enum State<T, F> {
    /// Taken out when it begins.
    NotBegun(Option<F>),
    Begun(WaitForFuture<Job<T>>),
}

impl<T, F> Operation for Blocking<T, F>
where
    T: Send + 'static,
    F: FnOnce() -> T + Send + 'static,
{
    type Output = T;
    type Wait = Self;

    fn begin(self) -> Self {
        self
    }

    fn poll(wait: &mut Self, _: impl FnOnce() -> Self, cx: &mut Context<'_>) -> Poll<T> {
        if let State::NotBegun(call) = &mut wait.state {
            // Without a manager it could not be waited for, and it says so before it begins.
            cx.running();
            let call = call.take().expect("it begins once");
            wait.state = State::Begun(future(unblock(call)));
        }
        let State::Begun(job) = &mut wait.state else { unreachable!("it has begun just now") };
        WaitForFuture::poll(job, || unreachable!("it is stored"), cx)
    }

    fn what() -> &'static str {
        "blocking"
    }

    fn describe(_: &mut Self, _: impl FnOnce() -> Self, report: &mut Report) {
        report.waits_for("a call on another thread");
    }
}

impl<T, F> fmt::Debug for Blocking<T, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let begun = matches!(self.state, State::Begun(_));
        f.debug_struct("Blocking").field("begun", &begun).finish_non_exhaustive()
    }
}
