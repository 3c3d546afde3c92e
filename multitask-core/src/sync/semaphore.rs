//! `Semaphore`: so many tasks at a time.

use core::{cell::RefCell, fmt, task::Poll};
use std::rc::Rc;

use crate::{Context, Operation, line::Ticket, waiters::Waiters};

/// Permits, of which a task takes one and gives it back: so many tasks at a time do something.
///
/// Tasks get permits in the order in which they began to wait. The value is a handle: clones of it are the same
/// semaphore. A wait that is cancelled takes no permit, also if it was its turn.
///
/// # Examples
///
/// ```
#[doc = include_str!("../yield_in_docs.txt")]
/// use multitask_core::sync::Semaphore;
///
/// let connections = Semaphore::new(2);
/// // In tasks:
/// let first = yield_!(connections.acquire());
/// let second = yield_!(connections.acquire());
/// assert!(connections.try_acquire().is_none());
/// drop(first);
/// assert_eq!(connections.available(), 1);
/// ```
#[derive(Clone)]
pub struct Semaphore {
    state: Rc<RefCell<State>>,
}

struct State {
    /// Those that are nobody's; while tasks wait to be called there is none.
    available: usize,
    waiters: Waiters,
}

impl Semaphore {
    /// A semaphore with `permits` permits.
    pub fn new(permits: usize) -> Self {
        Semaphore { state: Rc::new(RefCell::new(State { available: permits, waiters: Waiters::new() })) }
    }

    /// Takes a permit, or waits for one. It is given back when it is dropped.
    ///
    /// # Panics
    ///
    /// If it has to wait without a task manager.
    pub fn acquire(&self) -> AcquirePermit {
        AcquirePermit { semaphore: self.clone(), ticket: None }
    }

    /// Takes a permit, if there is one.
    pub fn try_acquire(&self) -> Option<Permit> {
        self.take().then(|| self.permit())
    }

    /// Adds permits to those that there are.
    ///
    /// # Panics
    ///
    /// If there are too many to be counted.
    pub fn add(&self, permits: usize) {
        let mut state = self.state.borrow_mut();
        state.available = state.available.checked_add(permits).expect("there are fewer permits than `usize::MAX`");
        while state.available > 0 && state.waiters.call_next() {
            state.available -= 1;
        }
    }

    /// How many permits are to be had.
    pub fn available(&self) -> usize {
        self.state.borrow().available
    }

    /// How many tasks wait for a permit, or are about to go on with one.
    pub(super) fn waiting(&self) -> usize {
        self.state.borrow().waiters.len()
    }

    fn permit(&self) -> Permit {
        Permit { semaphore: Some(self.clone()) }
    }

    fn take(&self) -> bool {
        let mut state = self.state.borrow_mut();
        let is_there = state.available > 0;
        state.available -= usize::from(is_there);
        is_there
    }
}

impl fmt::Debug for Semaphore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.state.borrow();
        f.debug_struct("Semaphore").field("available", &state.available).field("waiting", &state.waiters.len()).finish()
    }
}

/// A permit of a [`Semaphore`], which is given back when this is dropped.
///
/// A task may hold it while it waits, and may hand it on to another one.
#[must_use = "a permit that is not kept is given back at once"]
#[derive(Debug)]
pub struct Permit {
    /// Where it is given back, if it is.
    semaphore: Option<Semaphore>,
}

impl Permit {
    /// Uses the permit up: it is never given back.
    pub fn forget(mut self) {
        self.semaphore = None;
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if let Some(semaphore) = &self.semaphore {
            semaphore.add(1);
        }
    }
}

/// The operation of [`Semaphore::acquire`].
#[must_use = "an operation does nothing before a task yields it"]
pub struct AcquirePermit {
    semaphore: Semaphore,
    /// Its place among those that wait.
    ticket: Option<Ticket>,
}

impl AcquirePermit {
    fn attempt(&mut self, cx: &Context<'_>) -> Poll<Permit> {
        match self.ticket {
            None if self.semaphore.take() => {}
            None => {
                let waiter = cx.waiter();
                self.ticket = Some(self.semaphore.state.borrow_mut().waiters.enter((), waiter));
                return Poll::Pending;
            }
            Some(ticket) => {
                let waiters = &mut self.semaphore.state.borrow_mut().waiters;
                if !waiters.is_called(ticket) {
                    waiters.stay(ticket, cx);
                    return Poll::Pending;
                }
                waiters.leave(ticket);
                self.ticket = None;
            }
        }
        Poll::Ready(self.semaphore.permit())
    }
}

impl Operation for AcquirePermit {
    type Output = Permit;
    type Wait = Self;

    fn begin(self) -> Self {
        self
    }

    fn poll(wait: &mut Self, _: impl FnOnce() -> Self, cx: &mut Context<'_>) -> Poll<Permit> {
        cx.attempt(|cx| wait.attempt(cx))
    }

    fn what() -> &'static str {
        "Semaphore::acquire"
    }
}

impl Drop for AcquirePermit {
    fn drop(&mut self) {
        let Some(ticket) = self.ticket else { return };
        let left = self.semaphore.state.borrow_mut().waiters.leave(ticket);
        if left.is_some_and(|left| left.was_called) {
            self.semaphore.add(1);
        }
    }
}

impl fmt::Debug for AcquirePermit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AcquirePermit").field("waiting", &self.ticket.is_some()).finish_non_exhaustive()
    }
}
