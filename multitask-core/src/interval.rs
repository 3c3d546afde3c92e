//! Waiting again and again, in step with the clock.

use core::{fmt, task::Poll, time::Duration};
use std::time::Instant;

use crate::{Context, Operation, alarm::Alarm, clock::later, local::now};

/// Something to wait for every `period`: [`tick`](Interval::tick).
///
/// The first tick comes one period after a task first waits for it, or after [`restart`](Interval::restart). The ones
/// that follow are in step with that, however late the task comes to wait for them: there is no drift.
///
/// # Panics
///
/// If the period is zero.
///
/// # Examples
///
/// ```
#[doc = include_str!("yield_in_docs.txt")]
/// use std::time::Duration;
/// use multitask_core::interval;
///
/// // In a task:
/// let mut every = interval(Duration::from_millis(2));
/// for _ in 0..3 {
///     let periods = yield_!(every.tick());
///     assert!(periods >= 1);
/// }
/// ```
pub fn interval(period: Duration) -> Interval {
    assert!(!period.is_zero(), "the period of an interval must not be zero");
    Interval { period, next: None }
}

/// Ticks: see [`interval`].
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Interval {
    period: Duration,
    /// When the next tick is due, once that is known.
    next: Option<Instant>,
}

impl Interval {
    /// Waits until the next tick is due; evaluates to how many periods have passed since the one before.
    ///
    /// That is one, unless the task came too late for some; they are not made up for. A wait that is cancelled has used
    /// nothing up: in an [`any`](crate::any) the tick keeps its time when another operation wins.
    ///
    /// # Panics
    ///
    /// When it is polled without a task manager.
    pub fn tick(&mut self) -> Tick<'_> {
        Tick(self)
    }

    /// Counts from now on: the next tick is due in one period.
    pub fn restart(&mut self) {
        self.next = Some(later(now(), self.period));
    }

    /// The time between two ticks.
    pub fn period(&self) -> Duration {
        self.period
    }

    /// Changes the time between two ticks, and counts from now on.
    ///
    /// # Panics
    ///
    /// If the period is zero.
    pub fn set_period(&mut self, period: Duration) {
        *self = interval(period);
        self.restart();
    }

    /// A tick is over, at `now`: how many were due, and the time of the next one.
    fn take(&mut self, due: Instant, now: Instant) -> u64 {
        let late = now.saturating_duration_since(due).as_nanos();
        let period = self.period.as_nanos();
        let into_period = Duration::from_nanos((late % period) as u64);
        self.next = Some(later(now, self.period.saturating_sub(into_period)));
        1 + (late / period) as u64
    }
}

/// The operation of [`Interval::tick`].
#[derive(Debug)]
#[must_use = "an operation does nothing before a task yields it"]
pub struct Tick<'a>(&'a mut Interval);

/// The wait of a [`Tick`]. Dropping it removes the timer; the interval keeps the time.
#[derive(Default)]
pub struct TickWait {
    alarm: Option<Alarm>,
}

impl Operation for Tick<'_> {
    type Output = u64;
    type Wait = TickWait;

    fn begin(self) -> TickWait {
        TickWait::default()
    }

    fn poll(wait: &mut TickWait, again: impl FnOnce() -> Self, cx: &mut Context<'_>) -> Poll<u64> {
        let Tick(interval) = again();
        let clock = &cx.running().0.clock;
        let due = *interval.next.get_or_insert_with(|| later(clock.now(), interval.period));
        let alarm = match &mut wait.alarm {
            Some(alarm) if alarm.is_at(due) => alarm,
            alarm => alarm.insert(Alarm::at(due)),
        };
        if !cx.may_go_on() || !alarm.is_over(cx) {
            return Poll::Pending;
        }
        wait.alarm = None;
        cx.count_ready();
        let now = cx.running().0.clock.now();
        Poll::Ready(interval.take(due, now))
    }

    fn what() -> &'static str {
        "a tick"
    }
}

impl fmt::Debug for TickWait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TickWait").field("until", &self.alarm).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_stay_in_step_and_missed_ones_are_counted() {
        let millis = Duration::from_millis;
        let start = Instant::now();
        let mut every = interval(millis(10));
        assert_eq!(every.take(start, start), 1);
        assert_eq!(every.next, Some(start + millis(10)));
        assert_eq!(every.take(start + millis(10), start + millis(13)), 1);
        assert_eq!(every.next, Some(start + millis(20)));
        assert_eq!(every.take(start + millis(20), start + millis(45)), 3);
        assert_eq!(every.next, Some(start + millis(50)));
        assert_eq!(every.take(start + millis(50), start + millis(60)), 2);
        assert_eq!(every.next, Some(start + millis(70)));
    }

    #[test]
    #[should_panic(expected = "must not be zero")]
    fn an_interval_takes_time() {
        interval(Duration::ZERO);
    }
}
