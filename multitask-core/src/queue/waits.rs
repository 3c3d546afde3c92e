//! Waiting for an item of a `Queue`, and for room in it.

use core::{cell::RefCell, fmt, mem, task::Poll};
use std::rc::Rc;

use super::{Closed, PutError, TryGetError, TryPutError, plain::State};
use crate::{Context, Operation, line::Ticket};

/// The operation of [`Queue::get`](super::Queue::get).
#[must_use = "an operation does nothing before a task yields it"]
pub struct Get<T> {
    state: Rc<RefCell<State<T>>>,
    /// Its place among the getters, while it waits.
    ticket: Option<Ticket>,
}

impl<T> Get<T> {
    pub(super) fn new(state: Rc<RefCell<State<T>>>) -> Self {
        Get { state, ticket: None }
    }

    #[inline]
    fn attempt(&mut self, cx: &Context<'_>) -> Poll<Result<T, Closed>> {
        let mut state = self.state.borrow_mut();
        let Some(ticket) = self.ticket else {
            return match state.take() {
                Ok(item) => Poll::Ready(Ok(item)),
                Err(TryGetError::Closed) => Poll::Ready(Err(Closed)),
                Err(TryGetError::Empty) => {
                    self.ticket = Some(state.getters.enter((), cx.waiter()));
                    Poll::Pending
                }
            };
        };
        if let Some(place) = state.getters.leave_if_called(ticket) {
            self.ticket = None;
            return Poll::Ready(Ok(state.take_own(place)));
        }
        drop(state);
        self.wait_on(ticket, cx)
    }

    #[cold]
    fn wait_on(&mut self, ticket: Ticket, cx: &Context<'_>) -> Poll<Result<T, Closed>> {
        let mut state = self.state.borrow_mut();
        if !state.closed {
            state.getters.stay(ticket, cx);
            return Poll::Pending;
        }
        state.getters.leave(ticket);
        self.ticket = None;
        Poll::Ready(Err(Closed))
    }

    /// It is cancelled.
    #[cold]
    fn leave(&mut self, ticket: Ticket) {
        let mut state = self.state.borrow_mut();
        if state.getters.leave(ticket).is_some_and(|left| left.was_called) {
            state.pass_on();
        }
    }
}

impl<T> Operation for Get<T> {
    type Output = Result<T, Closed>;
    type Wait = Self;

    fn begin(self) -> Self {
        self
    }

    fn poll(wait: &mut Self, _: impl FnOnce() -> Self, cx: &mut Context<'_>) -> Poll<Self::Output> {
        cx.attempt(|cx| wait.attempt(cx))
    }

    fn what() -> &'static str {
        "Queue::get"
    }
}

impl<T> Drop for Get<T> {
    #[inline]
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket {
            self.leave(ticket);
        }
    }
}

impl<T> fmt::Debug for Get<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Get").field("waiting", &self.ticket.is_some()).finish_non_exhaustive()
    }
}

/// The operation of [`Queue::put`](super::Queue::put).
#[must_use = "an operation does nothing before a task yields it"]
pub struct Put<T> {
    state: Rc<RefCell<State<T>>>,
    item: Item<T>,
}

enum Item<T> {
    Here(T),
    /// In the queue's line of putters. If it is not there any more, it is in the queue, or has been got.
    InLine(Ticket),
    /// In the queue, or given back.
    Gone,
}

impl<T> Put<T> {
    pub(super) fn new(state: Rc<RefCell<State<T>>>, item: T) -> Self {
        Put { state, item: Item::Here(item) }
    }

    #[inline]
    fn attempt(&mut self, cx: &Context<'_>) -> Poll<Result<(), PutError<T>>> {
        match mem::replace(&mut self.item, Item::Gone) {
            Item::Here(item) => {
                let offered = self.state.borrow_mut().offer(item);
                match offered {
                    Ok(()) => Poll::Ready(Ok(())),
                    Err(TryPutError::Closed(item)) => Poll::Ready(Err(PutError(item))),
                    Err(TryPutError::Full(item)) => self.enter(item, cx),
                }
            }
            Item::InLine(ticket) => self.wait_on(ticket, cx),
            Item::Gone => panic!("an operation that is ready is not polled again"),
        }
    }

    fn enter(&mut self, item: T, cx: &Context<'_>) -> Poll<Result<(), PutError<T>>> {
        // Before the queue is borrowed: it may panic, and drop the item.
        let waiter = cx.waiter();
        self.item = Item::InLine(self.state.borrow_mut().putters.enter(item, waiter));
        Poll::Pending
    }

    fn wait_on(&mut self, ticket: Ticket, cx: &Context<'_>) -> Poll<Result<(), PutError<T>>> {
        let mut state = self.state.borrow_mut();
        if !state.putters.is_in_line(ticket) {
            return Poll::Ready(Ok(()));
        }
        if state.closed {
            let left = state.putters.leave(ticket).expect("it was in the line a moment ago");
            return Poll::Ready(Err(PutError(left.value)));
        }
        self.item = Item::InLine(ticket);
        state.putters.stay(ticket, cx);
        Poll::Pending
    }

    /// It is cancelled.
    #[cold]
    fn leave(&mut self, ticket: Ticket) {
        // Bound, so that the item is dropped when the queue is not borrowed any more.
        let _left = self.state.borrow_mut().putters.leave(ticket);
    }
}

impl<T> Operation for Put<T> {
    type Output = Result<(), PutError<T>>;
    type Wait = Self;

    fn begin(self) -> Self {
        self
    }

    fn poll(wait: &mut Self, _: impl FnOnce() -> Self, cx: &mut Context<'_>) -> Poll<Self::Output> {
        cx.attempt(|cx| wait.attempt(cx))
    }

    fn what() -> &'static str {
        "Queue::put"
    }
}

impl<T> Drop for Put<T> {
    #[inline]
    fn drop(&mut self) {
        if let Item::InLine(ticket) = self.item {
            self.leave(ticket);
        }
    }
}

impl<T> fmt::Debug for Put<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Put").field("waiting", &matches!(self.item, Item::InLine(_))).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_waits_is_small() {
        assert!(size_of::<Get<[u64; 9]>>() <= 16);
        assert!(size_of::<Put<u64>>() <= 24);
        assert!(size_of::<Put<[u64; 4]>>() <= 48);
    }
}
