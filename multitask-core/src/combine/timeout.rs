//! `.timeout(limit)` and `.deadline(deadline)`: an operation that is given up after a time.

use core::{fmt, task::Poll, time::Duration};
use std::{error::Error, io, time::Instant};

use crate::{Context, Deadline, Operation, Report, alarm::Alarm, private::NeverAgain};

/// The operation of [`Operation::timeout`] and [`Operation::deadline`].
#[derive(Clone, Debug)]
#[must_use = "an operation does nothing before a task yields it"]
pub struct WithTimeout<O> {
    operation: O,
    limit: Duration,
    /// When the limit is over, if that is known before the first attempt.
    at: Option<Instant>,
}

impl<O> WithTimeout<O> {
    pub(crate) fn new(operation: O, limit: Duration) -> Self {
        WithTimeout { operation, limit, at: None }
    }

    pub(crate) fn until(operation: O, deadline: Deadline) -> Self {
        WithTimeout { operation, limit: deadline.limit(), at: Some(deadline.instant()) }
    }
}

/// The wait of a [`WithTimeout`]: the inner operation's, until it is given up, and the alarm.
#[derive(Debug)]
pub struct TimeoutWait<W> {
    /// Before `alarm`, so that it is dropped first.
    wait: Option<W>,
    limit: Duration,
    /// It begins with the first attempt.
    alarm: Alarm,
}

impl<O: Operation> Operation for WithTimeout<O> {
    type Output = Result<O::Output, Timeout>;
    type Wait = TimeoutWait<O::Wait>;

    fn begin(self) -> Self::Wait {
        let alarm = self.at.map_or_else(|| Alarm::after(self.limit), Alarm::at);
        TimeoutWait { wait: Some(self.operation.begin()), limit: self.limit, alarm }
    }

    /// The inner operation is polled without the nest of the task: a recursion that is given up has to have its own.
    fn poll(wait: &mut Self::Wait, again: impl FnOnce() -> Self, cx: &mut Context<'_>) -> Poll<Self::Output> {
        // The inner operation must have had its attempt before it can be too late for it.
        if !cx.may_go_on() {
            return Poll::Pending;
        }
        let TimeoutWait { wait, limit, alarm } = wait;
        let inner = wait.as_mut().expect("an operation that is ready is not polled again");
        let over = alarm.is_past(cx);
        // Before the attempt, which may be a child that computes for long.
        alarm.begin(cx);
        let outer = over.then(|| cx.set_last_attempt(true));
        let poll = O::poll(inner, || again().operation, cx);
        if let Some(outer) = outer {
            cx.set_last_attempt(outer);
        }
        if let Poll::Ready(output) = poll {
            return Poll::Ready(Ok(output));
        }
        if cx.manager().is_none() {
            panic!("a timeout needs a task manager: add the task to one, or give it to `block_on`");
        }
        if !over && !alarm.is_over(cx) {
            return Poll::Pending;
        }
        *wait = None;
        Poll::Ready(Err(Timeout { limit: *limit, what: O::what() }))
    }

    fn what() -> &'static str {
        O::what()
    }

    fn describe(wait: &mut Self::Wait, again: impl FnOnce() -> Self, report: &mut Report) {
        let TimeoutWait { wait, limit, .. } = wait;
        report.around(format!("at most {limit:?}"), |report| {
            if let Some(wait) = wait {
                O::describe(wait, || again().operation, report);
            }
        });
    }
}

#[diagnostic::do_not_recommend]
impl<O> NeverAgain<WithTimeout<O>> for TimeoutWait<O::Wait>
where
    O: Operation,
    O::Wait: NeverAgain<O>,
{
}

/// The error of an operation that was given up after a time: see [`Operation::timeout`] and [`Operation::deadline`].
///
/// It says what was waited for, and for how long. It turns into an [`io::Error`] of kind
/// [`TimedOut`](io::ErrorKind::TimedOut), so `?` takes it where those are returned.
///
/// ```
#[doc = include_str!("../yield_in_docs.txt")]
/// use std::{io, time::Duration};
/// use multitask_core::sleep;
///
/// // In a task:
/// let error = yield_!(sleep(Duration::from_secs(60)).timeout(Duration::from_millis(2))).unwrap_err();
/// assert_eq!(error.to_string(), "timed out after 2ms: sleep");
/// assert_eq!(io::Error::from(error).kind(), io::ErrorKind::TimedOut);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Timeout {
    limit: Duration,
    what: &'static str,
}

impl Timeout {
    /// How long the operation was allowed to take: the whole time of a deadline, that of the steps before included.
    pub fn limit(&self) -> Duration {
        self.limit
    }

    /// What was waited for: [`Operation::what`] of the operation; of a child task the path of its function.
    pub fn what(&self) -> &'static str {
        self.what
    }
}

impl fmt::Display for Timeout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "timed out after {:?}: {}", self.limit, self.what)
    }
}

impl Error for Timeout {}

impl From<Timeout> for io::Error {
    fn from(timeout: Timeout) -> Self {
        io::Error::new(io::ErrorKind::TimedOut, timeout)
    }
}
