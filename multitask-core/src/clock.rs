//! The clock of a manager: the one place that reads the time, and that turns it into ticks of the wheel.

use core::time::Duration;
use std::time::Instant;

const NANOS_PER_TICK: u128 = 1_000_000;

/// What stands for a time that cannot be represented: nobody will be there to see it.
const FAR: Duration = Duration::from_secs(100 * 365 * 24 * 3600);

/// A clock that never goes back. A tick is a millisecond since the clock was made.
#[derive(Debug)]
pub(crate) struct Clock {
    origin: Instant,
}

impl Clock {
    pub(crate) fn new() -> Self {
        Clock { origin: Instant::now() }
    }

    pub(crate) fn now(&self) -> Instant {
        Instant::now()
    }

    /// The last tick that is over at `time`.
    pub(crate) fn tick_before(&self, time: Instant) -> u64 {
        let nanos = time.saturating_duration_since(self.origin).as_nanos();
        u64::try_from(nanos / NANOS_PER_TICK).unwrap_or(u64::MAX)
    }

    /// The first tick that does not begin before `time`.
    pub(crate) fn tick_after(&self, time: Instant) -> u64 {
        let nanos = time.saturating_duration_since(self.origin).as_nanos();
        u64::try_from(nanos.div_ceil(NANOS_PER_TICK)).unwrap_or(u64::MAX)
    }

    /// How long it is from `now` until `tick` is reached.
    pub(crate) fn until(&self, tick: u64, now: Instant) -> Duration {
        Duration::from_millis(tick).saturating_sub(now.saturating_duration_since(self.origin))
    }
}

/// The instant `wait` after `start`.
pub(crate) fn later(start: Instant, wait: Duration) -> Instant {
    start.checked_add(wait).unwrap_or_else(|| start + FAR)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deadline_is_rounded_up_and_the_time_down() {
        let clock = Clock::new();
        let at = |nanos| clock.origin + Duration::from_nanos(nanos);
        for (nanos, before, after) in
            [(0, 0, 0), (1, 0, 1), (999_999, 0, 1), (1_000_000, 1, 1), (1_000_001, 1, 2), (2_500_000, 2, 3)]
        {
            assert_eq!(clock.tick_before(at(nanos)), before, "{nanos}");
            assert_eq!(clock.tick_after(at(nanos)), after, "{nanos}");
        }
    }

    #[test]
    fn waiting_until_a_tick_reaches_it() {
        let clock = Clock::new();
        let now = clock.origin + Duration::from_micros(1700);
        assert_eq!(clock.until(3, now), Duration::from_micros(1300));
        assert_eq!(clock.until(1, now), Duration::ZERO);
        assert_eq!(clock.tick_before(now + clock.until(3, now)), 3);
    }

    #[test]
    fn a_time_without_end_is_far_away() {
        let now = Instant::now();
        assert!(later(now, Duration::MAX) >= now + FAR);
    }
}
