//! Sleeping.

use core::{task::Poll, time::Duration};
use std::time::Instant;

use crate::{Context, Operation, alarm::Alarm};

/// Sleeps for `duration`, which begins when a task yields this, not when it is made.
///
/// The task goes on not before the time is over, and up to a millisecond later than the system allows at best; later
/// still if other tasks keep the thread. A duration of zero is over at once, but a task that sleeps that way in a loop
/// gives way to the others now and then. Dropping the operation removes its timer.
///
/// # Panics
///
/// When it is polled without a task manager.
///
/// # Examples
///
/// ```
#[doc = include_str!("yield_in_docs.txt")]
/// use std::time::{Duration, Instant};
/// use multitask_core::sleep;
///
/// // In a task:
/// let start = Instant::now();
/// yield_!(sleep(Duration::from_millis(2)));
/// assert!(start.elapsed() >= Duration::from_millis(2));
/// ```
pub fn sleep(duration: Duration) -> Sleep {
    Sleep { alarm: Alarm::after(duration) }
}

/// Sleeps until `deadline`; if that is over, the task just goes on. Like [`sleep`] in all else.
///
/// # Examples
///
/// ```
#[doc = include_str!("yield_in_docs.txt")]
/// use std::time::{Duration, Instant};
/// use multitask_core::sleep_until;
///
/// // In a task: rounds that begin every two milliseconds, however long they take.
/// let mut next = Instant::now();
/// for _ in 0..3 {
///     next += Duration::from_millis(2);
///     yield_!(sleep_until(next));
/// }
/// ```
pub fn sleep_until(deadline: Instant) -> Sleep {
    Sleep { alarm: Alarm::at(deadline) }
}

/// The operation of [`sleep`] and [`sleep_until`].
#[derive(Debug)]
#[must_use = "an operation does nothing before a task yields it"]
pub struct Sleep {
    alarm: Alarm,
}

impl Operation for Sleep {
    type Output = ();
    type Wait = Self;

    fn begin(self) -> Self {
        self
    }

    fn poll(wait: &mut Self, _: impl FnOnce() -> Self, cx: &mut Context<'_>) -> Poll<()> {
        if !cx.may_go_on() {
            wait.alarm.begin(cx);
            return Poll::Pending;
        }
        if !wait.alarm.is_over(cx) {
            return Poll::Pending;
        }
        cx.count_ready();
        Poll::Ready(())
    }

    fn what() -> &'static str {
        "sleep"
    }
}
