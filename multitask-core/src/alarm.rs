//! A timer that a task waits for: what sleeping, timeouts and intervals are made of.

use core::fmt;
use std::{
    rc::{Rc, Weak},
    time::Instant,
};

use crate::{Context, manager::Shared, slab::Key, trace::waits};

/// An instant that a task waits for; it has a timer as soon as it was asked and is not over.
pub(crate) struct Alarm {
    at: Instant,
    timer: Option<Timer>,
}

impl Alarm {
    pub(crate) fn new(at: Instant) -> Self {
        Alarm { at, timer: None }
    }

    pub(crate) fn at(&self) -> Instant {
        self.at
    }

    /// Whether the instant is over, without a timer for it if it is not.
    pub(crate) fn is_past(&self, cx: &Context<'_>) -> bool {
        let Some(manager) = cx.manager() else { return false };
        match &self.timer {
            Some(timer) if timer.is_of(manager, cx.running().1) => timer.has_fired(manager),
            _ => self.at <= manager.clock.now(),
        }
    }

    /// Whether the instant is over. If not, the running task will be woken when it is.
    pub(crate) fn is_over(&mut self, cx: &Context<'_>) -> bool {
        let (manager, task) = cx.running();
        match &self.timer {
            Some(timer) if timer.is_of(manager, task) => timer.has_fired(manager),
            _ if self.at <= manager.clock.now() => true,
            _ => {
                self.timer = Some(Timer::new(manager, task, self.at));
                false
            }
        }
    }
}

impl fmt::Debug for Alarm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.at.fmt(f)
    }
}

/// A timer in a manager's wheel, taken out of it when this is dropped.
struct Timer {
    manager: Weak<Shared>,
    task: Key,
    key: Key,
}

impl Timer {
    fn new(manager: &Rc<Shared>, task: Key, deadline: Instant) -> Self {
        waits::until(deadline);
        let key = manager.timers.borrow_mut().insert(manager.clock.tick_after(deadline), task);
        Timer { manager: Rc::downgrade(manager), task, key }
    }

    /// Whether it wakes that task. It does not if the one that waits has been moved meanwhile.
    fn is_of(&self, manager: &Rc<Shared>, task: Key) -> bool {
        self.task == task && core::ptr::eq(self.manager.as_ptr(), Rc::as_ptr(manager))
    }

    fn has_fired(&self, manager: &Rc<Shared>) -> bool {
        !manager.timers.borrow().is_set(self.key)
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        if let Some(manager) = self.manager.upgrade() {
            manager.timers.borrow_mut().cancel(self.key);
        }
    }
}
