//! How often a loop looks at I/O and timers while there are tasks to run.

use core::time::Duration;
use std::time::Instant;

/// When to look at I/O and timers although tasks are runnable: as seldom as pays, and as often as nobody notices.
///
/// A look costs as much as dozens of small resumes, so it is not made in every turn; but the resumes may be long ones,
/// so they are counted *and* timed, and the count that leads to the next look follows the time.
///
/// Resumes are counted by how many there have been until now.
#[derive(Debug)]
pub(super) struct Pace {
    /// When so many have been made, it is time.
    due: u64,
    resumes_between: u64,
    looked: Instant,
}

impl Pace {
    pub(super) const MOST_BETWEEN: u64 = 256;
    /// How many resumes later it is asked again whether there is anything to look at.
    const POSTPONED: u64 = 16;
    const TIME_BETWEEN: Duration = Duration::from_micros(50);

    pub(super) fn new(resumes: u64, now: Instant) -> Self {
        Pace { due: resumes + 1, resumes_between: 1, looked: now }
    }

    pub(super) fn due(&self) -> u64 {
        self.due
    }

    pub(super) fn is_due(&self, resumes: u64) -> bool {
        resumes >= self.due
    }

    /// There is nothing to look at, and may be soon.
    pub(super) fn postpone(&mut self, resumes: u64) {
        self.due = resumes + Self::POSTPONED;
    }

    /// A look was made after tasks ran.
    pub(super) fn looked(&mut self, resumes: u64, now: Instant) {
        let since = self.due.saturating_sub(self.resumes_between);
        let made = resumes.saturating_sub(since).max(1);
        let each = now.saturating_duration_since(self.looked).as_nanos() / u128::from(made);
        let fitting = Self::TIME_BETWEEN.as_nanos().checked_div(each).unwrap_or(u128::MAX);
        self.resumes_between = fitting.clamp(1, Self::MOST_BETWEEN as u128) as u64;
        self.restart(resumes, now);
    }

    /// A look was made that waited: it says nothing of the tasks.
    pub(super) fn restart(&mut self, resumes: u64, now: Instant) {
        self.due = resumes + self.resumes_between;
        self.looked = now;
    }
}
