//! Sleeping, and the deadlines that it and timeouts are made of.

use core::{fmt, task::Poll, time::Duration};
use std::{
    rc::{Rc, Weak},
    time::Instant,
};

use crate::{Context, Operation, clock::later, manager::Shared, slab::Key};

/// Sleeps for `duration`, which begins when a task yields this, not when it is made.
///
/// The task goes on not before the time is over, and up to a millisecond later than the system allows at best; later
/// still if other tasks keep the thread. A duration of zero is over at once, but a task that sleeps that way in a loop
/// gives way to the others now and then. Dropping the operation removes its timer.
///
/// # Panics
///
/// When it is polled without a task manager.
///
/// # Examples
///
/// ```
#[doc = include_str!("yield_in_docs.txt")]
/// use std::time::{Duration, Instant};
/// use multitask_core::sleep;
///
/// // In a task:
/// let start = Instant::now();
/// yield_!(sleep(Duration::from_millis(2)));
/// assert!(start.elapsed() >= Duration::from_millis(2));
/// ```
pub fn sleep(duration: Duration) -> Sleep {
    Sleep { state: State::NotYielded(duration) }
}

/// Sleeps until `deadline`; if that is over, the task just goes on. Like [`sleep`] in all else.
///
/// # Examples
///
/// ```
#[doc = include_str!("yield_in_docs.txt")]
/// use std::time::{Duration, Instant};
/// use multitask_core::sleep_until;
///
/// // In a task: rounds that begin every two milliseconds, however long they take.
/// let mut next = Instant::now();
/// for _ in 0..3 {
///     next += Duration::from_millis(2);
///     yield_!(sleep_until(next));
/// }
/// ```
pub fn sleep_until(deadline: Instant) -> Sleep {
    Sleep { state: State::Until(Deadline::new(deadline)) }
}

/// The operation of [`sleep`] and [`sleep_until`].
#[derive(Debug)]
#[must_use = "an operation does nothing before a task yields it"]
pub struct Sleep {
    state: State,
}

#[derive(Debug)]
enum State {
    NotYielded(Duration),
    Until(Deadline),
}

impl Operation for Sleep {
    type Output = ();
    type Wait = Self;

    fn begin(self) -> Self {
        self
    }

    fn poll(wait: &mut Self, _: impl FnOnce() -> Self, cx: &mut Context<'_>) -> Poll<()> {
        if let State::NotYielded(duration) = wait.state {
            wait.state = State::Until(Deadline::new(later(cx.running().0.clock.now(), duration)));
        }
        let State::Until(deadline) = &mut wait.state else { unreachable!("it was set just now") };
        if !cx.may_go_on() || !deadline.is_over(cx) {
            return Poll::Pending;
        }
        cx.count_ready();
        Poll::Ready(())
    }
}

/// An instant that a task waits for; it has a timer as soon as it was asked and is not over.
pub(crate) struct Deadline {
    at: Instant,
    timer: Option<Timer>,
}

impl Deadline {
    pub(crate) fn new(at: Instant) -> Self {
        Deadline { at, timer: None }
    }

    /// Whether the timer has fired, which a deadline that was not asked yet has none of.
    pub(crate) fn is_known_over(&self, cx: &Context<'_>) -> bool {
        let (manager, task) = cx.running();
        self.timer.as_ref().is_some_and(|timer| timer.is_of(manager, task) && timer.has_fired(manager))
    }

    /// Whether the deadline is over. If not, the running task will be woken when it is.
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

impl fmt::Debug for Deadline {
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
