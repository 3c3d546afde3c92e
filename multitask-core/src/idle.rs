//! Waiting until nobody else has anything to do.

use core::{fmt, task::Poll};
use std::{
    collections::BTreeMap,
    rc::{Rc, Weak},
};

use crate::{Context, Operation, manager::Shared, slab::Key};

/// Waits until no other task is runnable, no I/O is ready and no timer is over.
///
/// For work that is to be done when there is nothing better: it yields `idle()` between its pieces. Where several tasks
/// wait, one goes on at a time, in the order in which they came, and what has become runnable meanwhile goes before the
/// next. A manager with a task that always gives way is never idle.
///
/// # Panics
///
/// When it is polled without a task manager.
///
/// # Examples
///
/// ```
#[doc = include_str!("yield_stored_in_docs.txt")]
/// use multitask_core::idle;
///
/// // In a task:
/// let mut sum = 0;
/// for piece in 0..10 {
///     yield_!(idle());
///     sum += piece;
/// }
/// assert_eq!(sum, 45);
/// ```
pub fn idle() -> Idle {
    Idle { place: None }
}

/// The operation of [`idle`].
#[must_use = "an operation does nothing before a task yields it"]
pub struct Idle {
    place: Option<Place>,
}

/// The tasks of a manager that wait until it is idle, in the order in which they came.
#[derive(Default)]
pub(crate) struct Idlers {
    tasks: BTreeMap<u64, Key>,
    next: u64,
}

impl Idlers {
    pub(crate) fn is_empty(&self) -> bool {
        self.tasks.is_empty()
    }

    /// Lets the first one go on.
    pub(crate) fn take_first(&mut self) -> Option<Key> {
        self.tasks.pop_first().map(|(_, task)| task)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = Key> {
        self.tasks.values().copied()
    }

    fn enter(&mut self, task: Key) -> u64 {
        self.next += 1;
        self.tasks.insert(self.next, task);
        self.next
    }
}

/// A task's place among the idlers of its manager, given up when this is dropped.
struct Place {
    manager: Weak<Shared>,
    task: Key,
    number: u64,
}

impl Place {
    fn new(manager: &Rc<Shared>, task: Key) -> Self {
        let number = manager.idlers.borrow_mut().enter(task);
        Place { manager: Rc::downgrade(manager), task, number }
    }

    fn is_of(&self, manager: &Rc<Shared>, task: Key) -> bool {
        self.task == task && core::ptr::eq(self.manager.as_ptr(), Rc::as_ptr(manager))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(manager) = self.manager.upgrade() {
            manager.idlers.borrow_mut().tasks.remove(&self.number);
        }
    }
}

impl Operation for Idle {
    type Output = ();
    type Wait = Self;

    fn begin(self) -> Self {
        self
    }

    fn poll(wait: &mut Self, _: impl FnOnce() -> Self, cx: &mut Context<'_>) -> Poll<()> {
        let (manager, task) = cx.running();
        match &wait.place {
            Some(place) if place.is_of(manager, task) => {
                if manager.idlers.borrow().tasks.contains_key(&place.number) {
                    return Poll::Pending;
                }
                wait.place = None;
                Poll::Ready(())
            }
            _ => {
                wait.place = Some(Place::new(manager, task));
                Poll::Pending
            }
        }
    }

    fn what() -> &'static str {
        "idle"
    }
}

impl fmt::Debug for Idle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Idle").field("waiting", &self.place.is_some()).finish()
    }
}
