//! A timer that a task waits for: what sleeping, timeouts and intervals are made of.

use core::{fmt, time::Duration};
use std::{
    rc::{Rc, Weak},
    time::Instant,
};

use crate::{
    Context,
    clock::{later_time, origin, tick_after},
    manager::Shared,
    slab::Key,
    trace::waits,
};

/// A time that a task waits for; it has a timer as soon as it was asked and is not over.
pub(crate) enum Alarm {
    Unset(Deadline),
    Set(Timer),
}

/// When an alarm is over: a duration in parts, which leave room for what it is counted from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Deadline {
    seconds: u64,
    nanos: u32,
    since: Since,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Since {
    /// The origin of all clocks.
    Origin,
    /// The moment when a task begins to wait, which is still to come.
    Begin,
}

impl Deadline {
    fn new(duration: Duration, since: Since) -> Self {
        Deadline { seconds: duration.as_secs(), nanos: duration.subsec_nanos(), since }
    }

    fn duration(self) -> Duration {
        Duration::new(self.seconds, self.nanos)
    }

    /// The time since the origin, for who begins to wait at `now`.
    fn time(self, now: Duration) -> Duration {
        match self.since {
            Since::Origin => self.duration(),
            Since::Begin => later_time(now, self.duration()),
        }
    }
}

impl Alarm {
    /// An alarm at an instant.
    pub(crate) fn at(instant: Instant) -> Self {
        Alarm::at_time(instant.saturating_duration_since(origin()))
    }

    /// An alarm so long after it is asked for the first time.
    pub(crate) fn after(wait: Duration) -> Self {
        Alarm::Unset(Deadline::new(wait, Since::Begin))
    }

    fn at_time(time: Duration) -> Self {
        Alarm::Unset(Deadline::new(time, Since::Origin))
    }

    /// Whether it is for that instant, as exactly as timers are.
    pub(crate) fn is_at(&self, instant: Instant) -> bool {
        let time = instant.saturating_duration_since(origin());
        match self {
            Alarm::Unset(deadline) => *deadline == Deadline::new(time, Since::Origin),
            Alarm::Set(timer) => timer.tick == tick_after(time),
        }
    }

    /// Counts from now on, unless it does already, or there is no task manager.
    pub(crate) fn begin(&mut self, cx: &Context<'_>) {
        if let Alarm::Unset(deadline @ Deadline { since: Since::Begin, .. }) = self
            && let Some(manager) = cx.manager()
        {
            *self = Alarm::at_time(deadline.time(manager.clock.time()));
        }
    }

    /// Whether the time is over, without a timer for it if it is not. It is not before it was counted.
    pub(crate) fn is_past(&self, cx: &Context<'_>) -> bool {
        let Some(manager) = cx.manager() else { return false };
        match self {
            Alarm::Set(timer) => timer.has_fired(manager, cx.running().1).unwrap_or_else(|| timer.is_over(manager)),
            Alarm::Unset(deadline) if deadline.since == Since::Origin => deadline.duration() <= manager.clock.time(),
            Alarm::Unset(deadline) => deadline.duration().is_zero(),
        }
    }

    /// Whether the time is over. If not, the running task will be woken when it is.
    pub(crate) fn is_over(&mut self, cx: &Context<'_>) -> bool {
        let (manager, task) = cx.running();
        if let Alarm::Set(timer) = self {
            match timer.has_fired(manager, task) {
                Some(true) => {
                    timer.let_go();
                    return true;
                }
                Some(false) => return false,
                None => *self = Alarm::at_time(timer.time()),
            }
        }
        let Alarm::Unset(deadline) = self else { unreachable!("a timer of another task has been taken back") };
        let now = manager.clock.time();
        let time = deadline.time(now);
        if time <= now {
            return true;
        }
        *self = Alarm::Set(Timer::new(manager, task, tick_after(time)));
        false
    }
}

impl fmt::Debug for Alarm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = match self {
            Alarm::Unset(deadline) if deadline.since == Since::Begin => return deadline.duration().fmt(f),
            Alarm::Unset(deadline) => deadline.duration(),
            Alarm::Set(timer) => timer.time(),
        };
        origin().checked_add(time).fmt(f)
    }
}

/// A timer in a manager's wheel, taken out of it when this is dropped.
pub(crate) struct Timer {
    tick: u64,
    manager: Weak<Shared>,
    key: Key,
}

impl Timer {
    fn new(manager: &Rc<Shared>, task: Key, tick: u64) -> Self {
        waits::until(tick);
        let key = manager.timers.borrow_mut().insert(tick, task);
        Timer { tick, manager: Rc::downgrade(manager), key }
    }

    fn time(&self) -> Duration {
        Duration::from_millis(self.tick)
    }

    /// Whether it has fired. `None` if it is not that task which it wakes: what waits has been moved meanwhile.
    fn has_fired(&self, manager: &Rc<Shared>, task: Key) -> Option<bool> {
        if !core::ptr::eq(self.manager.as_ptr(), Rc::as_ptr(manager)) {
            return None;
        }
        match manager.timers.borrow().get(self.key) {
            None => Some(true),
            Some(woken) => (*woken == task).then_some(false),
        }
    }

    /// Whether its time is over, for a manager that need not have it.
    fn is_over(&self, manager: &Shared) -> bool {
        self.time() <= manager.clock.time()
    }

    /// It has fired, so there is nothing to take out of the wheel.
    fn let_go(&mut self) {
        self.manager = Weak::new();
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        if let Some(manager) = self.manager.upgrade() {
            manager.timers.borrow_mut().cancel(self.key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_waits_is_small() {
        assert!(size_of::<Alarm>() <= 24);
    }
}
