//! `Event`: has it happened?

use core::{
    cell::{Cell, RefCell},
    fmt,
    task::Poll,
};
use std::rc::Rc;

use crate::{Context, Operation, line::Ticket, waiters::Waiters};

/// Something that has happened or not, and that any number of tasks may wait for.
///
/// It stays set until it is cleared, so it does not matter who comes first. To clear it takes nothing from the tasks that
/// waited when it was set: they go on.
///
/// The value is a handle: clones of it are the same event. A wait that is cancelled leaves nothing behind.
///
/// # Examples
///
/// ```
#[doc = include_str!("../yield_in_docs.txt")]
/// use multitask_core::signal::Event;
///
/// let ready = Event::new();
/// ready.set();
/// // In a task:
/// yield_!(ready.wait());
/// assert!(ready.is_set());
/// ```
#[derive(Clone, Default)]
pub struct Event {
    state: Rc<State>,
}

#[derive(Default)]
struct State {
    set: Cell<bool>,
    waiters: RefCell<Waiters>,
}

impl Event {
    /// An event that has not happened.
    pub fn new() -> Self {
        Event::default()
    }

    /// Notes that it has happened, and lets go on whoever waits for it.
    pub fn set(&self) {
        self.state.set.set(true);
        self.state.waiters.borrow_mut().call_all();
    }

    /// Notes that it has not happened: whoever waits from now on waits for the next time.
    pub fn clear(&self) {
        self.state.set.set(false);
    }

    /// Whether it has happened.
    pub fn is_set(&self) -> bool {
        self.state.set.get()
    }

    /// Waits until it has happened.
    ///
    /// # Panics
    ///
    /// If it has to wait without a task manager.
    pub fn wait(&self) -> WaitForEvent {
        WaitForEvent { state: self.state.clone(), ticket: None }
    }
}

impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Event")
            .field("set", &self.is_set())
            .field("waiting", &self.state.waiters.borrow().waiting())
            .finish()
    }
}

/// The operation of [`Event::wait`].
#[must_use = "an operation does nothing before a task yields it"]
pub struct WaitForEvent {
    state: Rc<State>,
    /// Its place among those that wait.
    ticket: Option<Ticket>,
}

impl WaitForEvent {
    fn attempt(&mut self, cx: &Context<'_>) -> Poll<()> {
        let mut waiters = self.state.waiters.borrow_mut();
        match self.ticket {
            Some(ticket) if !waiters.is_called(ticket) => {
                waiters.stay(ticket, cx);
                return Poll::Pending;
            }
            Some(ticket) => {
                waiters.leave(ticket);
                self.ticket = None;
            }
            None if !self.state.set.get() => {
                self.ticket = Some(waiters.enter((), cx.waiter()));
                return Poll::Pending;
            }
            None => {}
        }
        Poll::Ready(())
    }
}

impl Operation for WaitForEvent {
    type Output = ();
    type Wait = Self;

    fn begin(self) -> Self {
        self
    }

    fn poll(wait: &mut Self, _: impl FnOnce() -> Self, cx: &mut Context<'_>) -> Poll<()> {
        cx.attempt(|cx| wait.attempt(cx))
    }

    fn what() -> &'static str {
        "Event::wait"
    }
}

impl Drop for WaitForEvent {
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket {
            self.state.waiters.borrow_mut().leave(ticket);
        }
    }
}

impl fmt::Debug for WaitForEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WaitForEvent").field("waiting", &self.ticket.is_some()).finish_non_exhaustive()
    }
}
