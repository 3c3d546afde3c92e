//! Waiting for an item of a `SmartQueue`, and for room in it.

use core::{fmt, mem, task::Poll};
use std::{panic::resume_unwind, rc::Rc};

use super::{
    super::{Closed, PutError, TryPutError},
    search::Shared,
    state::{Getter, Outcome, Wish},
};
use crate::{Context, Operation, line::Ticket};

/// The operation of [`SmartQueue::get`](super::SmartQueue::get) and [`get_if`](super::SmartQueue::get_if).
#[must_use = "an operation does nothing before a task yields it"]
pub struct SmartGet<T, F = fn(&T) -> bool> {
    shared: Rc<Shared<T>>,
    stage: Stage<F>,
}

enum Stage<F> {
    Any,
    If(F),
    InLine(Ticket),
    Finished,
}

impl<T> SmartGet<T> {
    pub(super) fn any(shared: Rc<Shared<T>>) -> Self {
        SmartGet { shared, stage: Stage::Any }
    }
}

impl<T, F> SmartGet<T, F>
where
    F: FnMut(&T) -> bool + 'static,
{
    pub(super) fn wanting(shared: Rc<Shared<T>>, wanted: F) -> Self {
        SmartGet { shared, stage: Stage::If(wanted) }
    }

    fn attempt(&mut self, cx: &Context<'_>) -> Poll<Result<T, Closed>> {
        let arrivals = self.shared.state.borrow().arrivals;
        match mem::replace(&mut self.stage, Stage::Finished) {
            // An item that a predicate looks at is not found, but the search says that it was missed.
            Stage::Any => match self.shared.take_first().or_else(|| self.shared.find(&mut |_| true)) {
                Some(item) => Poll::Ready(Ok(item)),
                None => self.enter(Wish::Any, arrivals, cx),
            },
            Stage::If(mut wanted) => match self.shared.find(&mut wanted) {
                Some(item) => Poll::Ready(Ok(item)),
                None => self.enter(Wish::If(Box::new(wanted)), arrivals, cx),
            },
            Stage::InLine(ticket) => self.wait_on(ticket, cx),
            Stage::Finished => panic!("an operation that is ready is not polled again"),
        }
    }

    /// Enters the line after a search in vain, which began when there had been so many arrivals.
    fn enter(&mut self, wish: Wish<T>, arrivals: u64, cx: &Context<'_>) -> Poll<Result<T, Closed>> {
        if self.shared.state.borrow().closed {
            return Poll::Ready(Err(Closed));
        }
        let getter = Getter { waiter: cx.waiter(), wish, outcome: None, missed: false };
        let mut state = self.shared.state.borrow_mut();
        let ticket = state.getters.push(getter);
        self.stage = Stage::InLine(ticket);
        if state.arrivals == arrivals {
            return Poll::Pending;
        }
        drop(state);
        // Predicates of others have put something after the search, when this getter was not in the line yet.
        self.shared.search(ticket);
        self.wait_on(ticket, cx)
    }

    fn wait_on(&mut self, ticket: Ticket, cx: &Context<'_>) -> Poll<Result<T, Closed>> {
        let mut state = self.shared.state.borrow_mut();
        let closed = state.closed;
        let getter = state.getters.get_mut(ticket).expect("a getter is in the line until it leaves");
        if getter.outcome.is_none() && !closed {
            let waiter = cx.waiter();
            if !getter.waiter.same_task(&waiter) {
                getter.waiter = waiter;
            }
            self.stage = Stage::InLine(ticket);
            return Poll::Pending;
        }
        let outcome = getter.outcome.take();
        // Bound, so that the predicate is dropped when the queue is not borrowed any more.
        let _getter = state.getters.remove(ticket);
        let item = match &outcome {
            Some(Outcome::Found(item)) => state.take_promised(*item),
            Some(Outcome::Panicked(_)) | None => None,
        };
        drop(state);
        match outcome {
            Some(Outcome::Panicked(payload)) => resume_unwind(payload),
            Some(Outcome::Found(_)) | None => Poll::Ready(item.ok_or(Closed)),
        }
    }
}

impl<T, F> Operation for SmartGet<T, F>
where
    F: FnMut(&T) -> bool + 'static,
{
    type Output = Result<T, Closed>;
    type Wait = Self;

    fn begin(self) -> Self {
        self
    }

    fn poll(wait: &mut Self, _: impl FnOnce() -> Self, cx: &mut Context<'_>) -> Poll<Self::Output> {
        cx.attempt(|cx| wait.attempt(cx))
    }

    fn what() -> &'static str {
        "SmartQueue::get"
    }
}

impl<T, F> Drop for SmartGet<T, F> {
    fn drop(&mut self) {
        let Stage::InLine(ticket) = self.stage else { return };
        let mut state = self.shared.state.borrow_mut();
        let getter = state.getters.remove(ticket);
        let Some(Getter { outcome: Some(Outcome::Found(item)), .. }) = getter else {
            drop(state);
            return;
        };
        state.give_up(item);
        drop(state);
        self.shared.offer(item);
    }
}

impl<T, F> fmt::Debug for SmartGet<T, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmartGet").field("waiting", &matches!(self.stage, Stage::InLine(_))).finish_non_exhaustive()
    }
}

/// The operation of [`SmartQueue::put`](super::SmartQueue::put).
#[must_use = "an operation does nothing before a task yields it"]
pub struct SmartPut<T> {
    shared: Rc<Shared<T>>,
    item: Item<T>,
}

enum Item<T> {
    Here(T),
    /// Among the queue's items; it waits for room there, or has done so.
    InLine(Ticket),
    Gone,
}

impl<T> SmartPut<T> {
    pub(super) fn new(shared: Rc<Shared<T>>, item: T) -> Self {
        SmartPut { shared, item: Item::Here(item) }
    }

    fn attempt(&mut self, cx: &Context<'_>) -> Poll<Result<(), PutError<T>>> {
        match mem::replace(&mut self.item, Item::Gone) {
            Item::Here(item) => self.put(item, cx),
            Item::InLine(ticket) => self.wait_on(ticket, cx),
            Item::Gone => panic!("an operation that is ready is not polled again"),
        }
    }

    fn put(&mut self, item: T, cx: &Context<'_>) -> Poll<Result<(), PutError<T>>> {
        let state = self.shared.state.borrow();
        let must_wait = state.is_full() && !state.closed;
        drop(state);
        if !must_wait {
            return Poll::Ready(match self.shared.try_put(item) {
                Ok(()) => Ok(()),
                Err(TryPutError::Full(item) | TryPutError::Closed(item)) => Err(PutError(item)),
            });
        }
        let waiter = cx.waiter();
        let Some(ticket) = self.shared.put_blocked(item) else { return Poll::Ready(Ok(())) };
        self.item = Item::InLine(ticket);
        self.shared.state.borrow_mut().set_putter(ticket, waiter);
        self.wait_on_or_withdraw(ticket)
    }

    fn wait_on(&mut self, ticket: Ticket, cx: &Context<'_>) -> Poll<Result<(), PutError<T>>> {
        self.item = Item::InLine(ticket);
        self.shared.state.borrow_mut().set_putter(ticket, cx.waiter());
        self.wait_on_or_withdraw(ticket)
    }

    fn wait_on_or_withdraw(&mut self, ticket: Ticket) -> Poll<Result<(), PutError<T>>> {
        let mut state = self.shared.state.borrow_mut();
        if !state.is_blocked(ticket) {
            self.item = Item::Gone;
            return Poll::Ready(Ok(()));
        }
        // An item that a predicate looks at cannot be given back now. Whoever asks it wakes this task then.
        match state.closed.then(|| state.withdraw_if_here(ticket)).flatten() {
            Some(item) => {
                self.item = Item::Gone;
                Poll::Ready(Err(PutError(item)))
            }
            None => Poll::Pending,
        }
    }
}

impl<T> Operation for SmartPut<T> {
    type Output = Result<(), PutError<T>>;
    type Wait = Self;

    fn begin(self) -> Self {
        self
    }

    fn poll(wait: &mut Self, _: impl FnOnce() -> Self, cx: &mut Context<'_>) -> Poll<Self::Output> {
        cx.attempt(|cx| wait.attempt(cx))
    }

    fn what() -> &'static str {
        "SmartQueue::put"
    }
}

impl<T> Drop for SmartPut<T> {
    fn drop(&mut self) {
        if let Item::InLine(ticket) = self.item {
            // Bound, so that the item is dropped when the queue is not borrowed any more.
            let _item = self.shared.state.borrow_mut().withdraw(ticket);
        }
    }
}

impl<T> fmt::Debug for SmartPut<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmartPut").field("waiting", &matches!(self.item, Item::InLine(_))).finish_non_exhaustive()
    }
}
