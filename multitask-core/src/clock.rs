//! The clock of a manager: the one place that reads the time, and that turns it into ticks of the wheel.

use core::{cell::Cell, time::Duration};
use std::{sync::OnceLock, time::Instant};

const NANOS_PER_TICK: u32 = 1_000_000;
const TICKS_PER_SECOND: u64 = 1000;

/// What stands for a time that cannot be represented: nobody will be there to see it.
const FAR: Duration = Duration::from_secs(10_000 * 365 * 24 * 3600);

/// The instant from which all clocks count: one for all, so that a tick means the same to each manager.
pub(crate) fn origin() -> Instant {
    static ORIGIN: OnceLock<Instant> = OnceLock::new();
    *ORIGIN.get_or_init(Instant::now)
}

/// A clock that never goes back. A tick is a millisecond since the origin.
#[derive(Debug)]
pub(crate) struct Clock {
    origin: Instant,
    /// The time, of a clock that is moved by hand.
    moved: Option<Cell<Instant>>,
}

impl Clock {
    pub(crate) fn new() -> Self {
        Clock { origin: origin(), moved: None }
    }

    /// A clock that stands until it is moved.
    pub(crate) fn virtual_one() -> Self {
        Clock { origin: origin(), moved: Some(Cell::new(Instant::now())) }
    }

    pub(crate) fn is_virtual(&self) -> bool {
        self.moved.is_some()
    }

    pub(crate) fn now(&self) -> Instant {
        self.moved.as_ref().map_or_else(Instant::now, Cell::get)
    }

    /// What time it is, since the origin.
    pub(crate) fn time(&self) -> Duration {
        self.since_origin(self.now())
    }

    /// Moves a virtual clock; false of another one.
    pub(crate) fn advance(&self, time: Duration) -> bool {
        self.moved.as_ref().map(|now| now.set(later(now.get(), time))).is_some()
    }

    /// The last tick that is over at `now`.
    pub(crate) fn tick_before(&self, now: Instant) -> u64 {
        let time = self.since_origin(now);
        ticks(time.as_secs()).saturating_add(u64::from(time.subsec_nanos() / NANOS_PER_TICK))
    }

    /// How long it is from `now` until `tick` is reached.
    pub(crate) fn until(&self, tick: u64, now: Instant) -> Duration {
        Duration::from_millis(tick).saturating_sub(self.since_origin(now))
    }

    fn since_origin(&self, instant: Instant) -> Duration {
        instant.saturating_duration_since(self.origin)
    }
}

fn ticks(seconds: u64) -> u64 {
    seconds.saturating_mul(TICKS_PER_SECOND)
}

/// The first tick that does not begin before `time`, which is since the origin.
pub(crate) fn tick_after(time: Duration) -> u64 {
    ticks(time.as_secs()).saturating_add(u64::from(time.subsec_nanos().div_ceil(NANOS_PER_TICK)))
}

/// The time `wait` after `start`, both since the origin.
pub(crate) fn later_time(start: Duration, wait: Duration) -> Duration {
    start.saturating_add(wait.min(FAR))
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
            assert_eq!(tick_after(Duration::from_nanos(nanos)), after, "{nanos}");
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
        let (start, tick) = (clock.now(), clock.tick_before(clock.now()));
        assert!(clock.advance(Duration::from_secs(3600)));
        assert_eq!(clock.now(), start + Duration::from_secs(3600));
        assert_eq!(clock.tick_before(clock.now()), tick + 3_600_000);
        assert!(!Clock::new().advance(Duration::ZERO));
    }

    #[test]
    fn a_time_without_end_is_far_away() {
        let now = Instant::now();
        assert!(later(now, Duration::MAX) >= now + FAR);
        assert!(later_time(Duration::ZERO, Duration::MAX) >= FAR);
        assert_eq!(tick_after(Duration::MAX), u64::MAX);
    }
}
