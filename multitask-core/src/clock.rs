//! The clock of a manager: the one place that reads the time, and that turns it into ticks of the wheel.

use core::{cell::Cell, time::Duration};
use std::time::Instant;

const NANOS_PER_TICK: u128 = 1_000_000;

/// What stands for a time that cannot be represented: nobody will be there to see it.
const FAR: Duration = Duration::from_secs(100 * 365 * 24 * 3600);

/// A clock that never goes back. A tick is a millisecond since the clock was made.
#[derive(Debug)]
pub(crate) struct Clock {
    origin: Instant,
    /// The time, of a clock that is moved by hand.
    moved: Option<Cell<Instant>>,
}

impl Clock {
    pub(crate) fn new() -> Self {
        Clock { origin: Instant::now(), moved: None }
    }

    /// A clock that stands until it is moved.
    pub(crate) fn virtual_one() -> Self {
        let origin = Instant::now();
        Clock { origin, moved: Some(Cell::new(origin)) }
    }

    pub(crate) fn is_virtual(&self) -> bool {
        self.moved.is_some()
    }

    pub(crate) fn now(&self) -> Instant {
        self.moved.as_ref().map_or_else(Instant::now, Cell::get)
    }

    /// Moves a virtual clock; false of another one.
    pub(crate) fn advance(&self, time: Duration) -> bool {
        self.moved.as_ref().map(|now| now.set(later(now.get(), time))).is_some()
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
    fn a_virtual_clock_stands_until_it_is_moved() {
        let clock = Clock::virtual_one();
        let start = clock.now();
        assert!(clock.advance(Duration::from_secs(3600)));
        assert_eq!(clock.now(), start + Duration::from_secs(3600));
        assert_eq!(clock.tick_before(clock.now()), 3_600_000);
        assert!(!Clock::new().advance(Duration::ZERO));
    }

    #[test]
    fn a_time_without_end_is_far_away() {
        let now = Instant::now();
        assert!(later(now, Duration::MAX) >= now + FAR);
    }
}
