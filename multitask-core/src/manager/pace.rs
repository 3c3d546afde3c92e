//! How often a loop looks at I/O and timers while there are tasks to run.

use core::time::Duration;
use std::time::Instant;

/// When to look at I/O and timers although tasks are runnable: as seldom as pays, and as often as nobody notices.
///
/// A look costs as much as dozens of small resumes, so it is not made in every turn; but the resumes may be long ones,
/// so they are counted *and* timed, and the count that leads to the next look follows the time.
#[derive(Debug)]
pub(super) struct Pace {
    /// Since the last look; negative where it has been put off.
    resumes: isize,
    resumes_between: isize,
    looked: Instant,
}

impl Pace {
    const MOST_BETWEEN: isize = 256;
    /// How many resumes later it is asked again whether there is anything to look at.
    const POSTPONED: isize = 8;
    const TIME_BETWEEN: Duration = Duration::from_micros(50);

    pub(super) fn new(now: Instant) -> Self {
        Pace { resumes: 0, resumes_between: 1, looked: now }
    }

    #[inline]
    pub(super) fn count(&mut self, resumes: usize) {
        self.resumes = self.resumes.saturating_add_unsigned(resumes);
    }

    #[inline]
    pub(super) fn is_due(&self) -> bool {
        self.resumes >= self.resumes_between
    }

    /// There is nothing to look at, and may be soon.
    pub(super) fn postpone(&mut self) {
        self.resumes = self.resumes_between - Self::POSTPONED;
    }

    /// A look was made after tasks ran.
    pub(super) fn looked(&mut self, now: Instant) {
        let each = now.saturating_duration_since(self.looked).as_nanos() / self.resumes.max(1) as u128;
        let fitting = Self::TIME_BETWEEN.as_nanos().checked_div(each).unwrap_or(u128::MAX);
        self.resumes_between = fitting.clamp(1, Self::MOST_BETWEEN as u128) as isize;
        self.restart(now);
    }

    /// A look was made that waited: it says nothing of the tasks.
    pub(super) fn restart(&mut self, now: Instant) {
        self.resumes = 0;
        self.looked = now;
    }
}
