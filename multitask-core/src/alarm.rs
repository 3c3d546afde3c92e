//! A timer that a task waits for: what sleeping, timeouts and intervals are made of.

use core::{fmt, time::Duration};
use std::{cell::RefCell, rc::Rc, time::Instant};

use crate::{
    Context,
    clock::Time,
    manager::Shared,
    slab::Key,
    trace::waits,
    wheel::{Slot, Wheel},
};

/// A time that a task waits for; it has a timer as soon as it was asked and is not over.
pub(crate) enum Alarm {
    Unset(Deadline),
    Set(Timer),
}

/// When an alarm is over.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Deadline {
    At(Time),
    /// So long after a task begins to wait, which is still to come.
    After(Duration),
}

impl Deadline {
    /// When that is, for who begins to wait now.
    fn time(self, now: Time) -> Time {
        match self {
            Deadline::At(time) => time,
            Deadline::After(wait) => now.after(wait),
        }
    }
}

impl Alarm {
    /// An alarm at an instant.
    pub(crate) fn at(instant: Instant) -> Self {
        Alarm::Unset(Deadline::At(Time::of(instant)))
    }

    /// An alarm so long after it is asked for the first time.
    pub(crate) fn after(wait: Duration) -> Self {
        Alarm::Unset(Deadline::After(wait))
    }

    /// Whether it is for that instant, as exactly as timers are.
    pub(crate) fn is_at(&self, instant: Instant) -> bool {
        let time = Time::of(instant);
        match self {
            Alarm::Unset(deadline) => *deadline == Deadline::At(time),
            Alarm::Set(timer) => timer.tick.get() == time.tick(),
        }
    }

    /// Counts from now on, unless it does already, or there is no task manager.
    pub(crate) fn begin(&mut self, cx: &Context<'_>) {
        if let Alarm::Unset(deadline @ Deadline::After(_)) = self
            && let Some(manager) = cx.manager()
        {
            *deadline = Deadline::At(deadline.time(manager.clock.time()));
        }
    }

    /// Whether the time is over, without a timer for it if it is not.
    pub(crate) fn is_past(&self, cx: &Context<'_>) -> bool {
        let Some(manager) = cx.manager() else { return false };
        match self {
            Alarm::Unset(Deadline::After(wait)) => wait.is_zero(),
            Alarm::Unset(Deadline::At(time)) => *time <= manager.clock.time(),
            Alarm::Set(timer) => {
                let fired = timer.has_fired(manager, cx.running().1);
                fired.unwrap_or_else(|| timer.time() <= manager.clock.time())
            }
        }
    }

    /// Whether the time is over. If not, the running task will be woken when it is.
    pub(crate) fn is_over(&mut self, cx: &Context<'_>) -> bool {
        let (manager, task) = cx.running();
        match *self {
            Alarm::Unset(Deadline::At(time)) if manager.clock.is_far(time) => {
                *self = Alarm::Set(Timer::new(manager, task, time.tick()));
                false
            }
            _ => self.is_over_by_now(manager, task),
        }
    }

    /// The same where it may be. Apart, since what takes longer here would slow down what does not.
    #[inline(never)]
    fn is_over_by_now(&mut self, manager: &Shared, task: Key) -> bool {
        if let Alarm::Set(timer) = self {
            let fired = timer.has_fired(manager, task);
            if fired == Some(false) {
                return false;
            }
            *self = Alarm::Unset(Deadline::At(timer.time()));
            if fired == Some(true) {
                return true;
            }
        }
        let Alarm::Unset(deadline) = *self else { unreachable!("a timer of another task has been taken back") };
        let now = manager.clock.time();
        let time = deadline.time(now);
        if time > now {
            *self = Alarm::Set(Timer::new(manager, task, time.tick()));
        }
        time <= now
    }
}

impl fmt::Debug for Alarm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Alarm::Unset(Deadline::After(wait)) => wait.fmt(f),
            Alarm::Unset(Deadline::At(time)) => time.instant().fmt(f),
            Alarm::Set(timer) => timer.time().instant().fmt(f),
        }
    }
}

/// A timer in a manager's wheel, taken out of it when this is dropped.
pub(crate) struct Timer {
    tick: Tick,
    /// That of the manager, and not the manager, which would then have to be asked whether it is still there.
    wheel: Rc<RefCell<Wheel<u32>>>,
    slot: Slot,
    /// The place of the task that it wakes.
    task: u32,
}

/// A tick in fewer bits: of those that can be waited for none is so late as to need all.
///
/// A byte is left that is always zero. So enums around a timer, as there are many in a task that sleeps, need no tag of
/// their own: they use the other values of that byte.
#[derive(Clone, Copy)]
#[repr(align(8))]
struct Tick {
    zero: Zero,
    high: u16,
    low: u32,
}

#[derive(Clone, Copy)]
#[repr(u8)]
enum Zero {
    Zero = 0,
}

impl Tick {
    #[inline]
    fn new(tick: u64) -> Self {
        debug_assert!(tick < 1 << 48, "time ends earlier");
        Tick { zero: Zero::Zero, high: (tick >> 32) as u16, low: tick as u32 }
    }

    fn get(self) -> u64 {
        let Tick { zero: Zero::Zero, high, low } = self;
        u64::from(high) << 32 | u64::from(low)
    }
}

impl Timer {
    #[inline(always)]
    fn new(manager: &Shared, task: Key, tick: u64) -> Self {
        waits::until(tick);
        let slot = manager.timers.borrow_mut().insert(tick, task.index);
        Timer { tick: Tick::new(tick), wheel: manager.timers.clone(), slot, task: task.index }
    }

    fn time(&self) -> Time {
        Time::of_tick(self.tick.get())
    }

    /// Whether it has fired. `None` if it is not that task which it wakes: what waits has been moved meanwhile.
    fn has_fired(&self, manager: &Shared, task: Key) -> Option<bool> {
        if !Rc::ptr_eq(&self.wheel, &manager.timers) {
            return None;
        }
        if !self.wheel.borrow().is_set(self.slot) {
            return Some(true);
        }
        (self.task == task.index).then_some(false)
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        self.wheel.borrow_mut().let_go(self.slot);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_tick_has_bits_enough() {
        for tick in [0, 1, u64::from(u32::MAX), 1 << 32, Time::of_tick(u64::MAX).tick()] {
            assert_eq!(Tick::new(tick).get(), tick);
        }
    }

    #[test]
    fn what_waits_is_small() {
        assert!(size_of::<Deadline>() <= 16);
        assert!(size_of::<Alarm>() <= 24);
        assert_eq!(size_of::<Option<Option<Alarm>>>(), size_of::<Alarm>());
    }
}
