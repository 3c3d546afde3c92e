//! How often a loop looks at I/O and timers while there are tasks to run.

use core::time::Duration;
use std::time::Instant;

/// When to look at I/O and timers although tasks are runnable: as seldom as pays, and as often as nobody notices.
///
/// A look costs as much as dozens of small resumes, so it is not made in every turn; but the resumes may be long ones,
/// so they are counted *and* timed, and the count that leads to the next look follows the time.
///
/// Resumes are counted by how many there have been until now, a number that wraps around.
#[derive(Debug)]
pub(super) struct Pace {
    /// When so many have been made, it is time.
    due: u32,
    resumes_between: u32,
    looked: Instant,
}

/// Whether a count that wraps around has come to a number, or has passed it.
#[inline]
pub(super) fn is_reached(number: u32, count: u32) -> bool {
    number.wrapping_sub(count).cast_signed() <= 0
}

impl Pace {
    pub(super) const MOST_BETWEEN: u32 = 256;
    /// How many resumes later it is asked again whether there is anything to look at.
    const POSTPONED: u32 = 8;
    const TIME_BETWEEN: Duration = Duration::from_micros(50);

    pub(super) fn new(resumes: u32, now: Instant) -> Self {
        Pace { due: resumes.wrapping_add(1), resumes_between: 1, looked: now }
    }

    pub(super) fn due(&self) -> u32 {
        self.due
    }

    pub(super) fn is_due(&self, resumes: u32) -> bool {
        is_reached(self.due, resumes)
    }

    /// There is nothing to look at, and may be soon.
    pub(super) fn postpone(&mut self, resumes: u32) {
        self.due = resumes.wrapping_add(Self::POSTPONED);
    }

    /// A look was made after tasks ran.
    pub(super) fn looked(&mut self, resumes: u32, now: Instant) {
        let since = self.due.wrapping_sub(self.resumes_between);
        let made = resumes.wrapping_sub(since).cast_signed().max(1);
        let each = now.saturating_duration_since(self.looked).as_nanos() / u128::from(made.unsigned_abs());
        let fitting = Self::TIME_BETWEEN.as_nanos().checked_div(each).unwrap_or(u128::MAX);
        self.resumes_between = fitting.clamp(1, Self::MOST_BETWEEN as u128) as u32;
        self.restart(resumes, now);
    }

    /// A look was made that waited: it says nothing of the tasks.
    pub(super) fn restart(&mut self, resumes: u32, now: Instant) {
        self.due = resumes.wrapping_add(self.resumes_between);
        self.looked = now;
    }
}
