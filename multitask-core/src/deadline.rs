//! A deadline that several steps share.

use core::time::Duration;
use std::time::Instant;

use crate::{clock::later, local::now};

/// A time by which several operations must be finished, together.
///
/// It is a plain value: each step is given it with [`Operation::deadline`](crate::Operation::deadline), so that what one
/// takes is missing to the next. A child task is an operation like any other, and is dropped with all that it waits for
/// when it is not finished by then.
///
/// # Examples
///
/// ```
#[doc = include_str!("yield_in_docs.txt")]
/// use std::time::Duration;
/// use multitask_core::{Deadline, sleep};
///
/// // In a task:
/// let deadline = Deadline::after(Duration::from_millis(20));
/// assert!(yield_!(sleep(Duration::from_millis(1)).deadline(deadline)).is_ok());
/// let error = yield_!(sleep(Duration::from_secs(60)).deadline(deadline)).unwrap_err();
/// assert_eq!(error.limit(), Duration::from_millis(20));
/// assert!(deadline.is_over());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Deadline {
    at: Instant,
    limit: Duration,
}

impl Deadline {
    /// The deadline that is `limit` from [`now`] on.
    pub fn after(limit: Duration) -> Self {
        Deadline { at: later(now(), limit), limit }
    }

    /// The deadline at an instant.
    pub fn at(instant: Instant) -> Self {
        Deadline { at: instant, limit: instant.saturating_duration_since(now()) }
    }

    /// When the time is over.
    pub fn instant(&self) -> Instant {
        self.at
    }

    /// How much time there was when the deadline was made.
    pub fn limit(&self) -> Duration {
        self.limit
    }

    /// How much time is left; none if it is over.
    pub fn remaining(&self) -> Duration {
        self.at.saturating_duration_since(now())
    }

    /// Whether the time is over.
    pub fn is_over(&self) -> bool {
        self.at <= now()
    }
}
