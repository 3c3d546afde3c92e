//! The clock of a manager: the one place that reads the time, and that turns it into ticks of the wheel.

use core::{cell::Cell, time::Duration};
use std::{sync::OnceLock, time::Instant};

const NANOS_PER_TICK: u64 = 1_000_000;

/// What stands for a time that cannot be represented: nobody will be there to see it.
const FAR: Duration = Duration::from_secs(100 * 365 * 24 * 3600);

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
    /// What time it was when somebody last wanted to know.
    seen: Cell<Time>,
}

impl Clock {
    const LONG: Duration = Duration::from_secs(1);

    pub(crate) fn new() -> Self {
        Clock { origin: origin(), moved: None, seen: Cell::new(Time(0)) }
    }

    /// A clock that stands until it is moved. It begins with a tick, so that time passes in whole ones.
    pub(crate) fn virtual_one() -> Self {
        let clock = Clock::new();
        let tick = Time::of_tick(clock.tick_before(Instant::now()));
        Clock { moved: Some(Cell::new(tick.instant())), ..clock }
    }

    pub(crate) fn is_virtual(&self) -> bool {
        self.moved.is_some()
    }

    pub(crate) fn now(&self) -> Instant {
        self.moved.as_ref().map_or_else(Instant::now, Cell::get)
    }

    /// What time it is.
    pub(crate) fn time(&self) -> Time {
        let time = self.time_of(self.now());
        self.seen.set(time);
        time
    }

    /// Whether a time can be taken to be in the future without reading the clock, which costs more than a timer does.
    ///
    /// That is so if it was far away when the clock was last read. Should it be over nevertheless, because nobody has
    /// looked for so long, its timer will fire at the next look.
    pub(crate) fn is_far(&self, time: Time) -> bool {
        !self.is_virtual() && time > self.seen.get().after(Self::LONG)
    }

    /// Moves a virtual clock; false of another one.
    pub(crate) fn advance(&self, time: Duration) -> bool {
        self.moved.as_ref().map(|now| now.set(later(now.get(), time))).is_some()
    }

    /// The last tick that is over at `now`.
    pub(crate) fn tick_before(&self, now: Instant) -> u64 {
        let time = self.time_of(now);
        self.seen.set(time);
        time.0 / NANOS_PER_TICK
    }

    /// How long it is from `now` until `tick` is reached.
    pub(crate) fn until(&self, tick: u64, now: Instant) -> Duration {
        Time::of_tick(tick).since(self.time_of(now))
    }

    fn time_of(&self, instant: Instant) -> Time {
        Time::since_origin(instant.saturating_duration_since(self.origin))
    }
}

/// An instant as clocks count: nanoseconds since the origin. Beyond five centuries all are the same.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Time(u64);

impl Time {
    /// The start of a tick, so that it can be reached, and not so late that it could not be rounded.
    const LAST: Time = Time((u64::MAX / NANOS_PER_TICK - 1) * NANOS_PER_TICK);

    pub(crate) fn of(instant: Instant) -> Self {
        Time::since_origin(instant.saturating_duration_since(origin()))
    }

    fn since_origin(duration: Duration) -> Self {
        Time(nanos(duration)).min(Time::LAST)
    }

    /// The start of a tick.
    pub(crate) fn of_tick(tick: u64) -> Self {
        Time(tick.saturating_mul(NANOS_PER_TICK)).min(Time::LAST)
    }

    /// The first tick that does not begin before.
    #[allow(clippy::manual_div_ceil, reason = "it asks for the remainder, too, which costs a second multiplication")]
    pub(crate) fn tick(self) -> u64 {
        (self.0 + (NANOS_PER_TICK - 1)) / NANOS_PER_TICK
    }

    pub(crate) fn after(self, wait: Duration) -> Self {
        Time(self.0.saturating_add(nanos(wait))).min(Time::LAST)
    }

    fn since(self, earlier: Time) -> Duration {
        Duration::from_nanos(self.0.saturating_sub(earlier.0))
    }

    pub(crate) fn instant(self) -> Instant {
        later(origin(), Duration::from_nanos(self.0))
    }
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
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
            assert_eq!(Time::since_origin(Duration::from_nanos(nanos)).tick(), after, "{nanos}");
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
        let far = Time::of(now).after(Duration::MAX);
        assert!(far.since(Time::of(now)) >= FAR);
        // It can be reached, at least by a clock that is moved by hand.
        let clock = Clock::virtual_one();
        clock.advance(clock.until(far.tick(), clock.now()));
        assert!(clock.tick_before(clock.now()) >= far.tick());
    }
}
