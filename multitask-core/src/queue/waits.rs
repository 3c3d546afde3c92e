//! Waiting for an item of a `Queue`, and for room in it.

use core::{cell::RefCell, fmt, mem, task::Poll};
use std::rc::Rc;

use super::{Closed, PutError, TryGetError, TryPutError, plain::State};
use crate::{Context, Operation, slab::Key};

/// The operation of [`Queue::get`](super::Queue::get).
#[must_use = "an operation does nothing before a task yields it"]
pub struct Get<T> {
    state: Rc<RefCell<State<T>>>,
    /// Its place among the getters, while it waits.
    key: Option<Key>,
}

impl<T> Get<T> {
    pub(super) fn new(state: Rc<RefCell<State<T>>>) -> Self {
        Get { state, key: None }
    }

    fn attempt(&mut self, cx: &Context<'_>) -> Poll<Result<T, Closed>> {
        let mut state = self.state.borrow_mut();
        let Some(key) = self.key else {
            return match state.take() {
                Ok(item) => Poll::Ready(Ok(item)),
                Err(TryGetError::Closed) => Poll::Ready(Err(Closed)),
                Err(TryGetError::Empty) => {
                    self.key = Some(state.getters.enter((), cx.waiter()));
                    Poll::Pending
                }
            };
        };
        if let Some(place) = state.getters.leave_if_called(key) {
            self.key = None;
            return Poll::Ready(Ok(state.take_own(place)));
        }
        if !state.closed {
            state.getters.stay(key, cx);
            return Poll::Pending;
        }
        state.getters.leave(key);
        self.key = None;
        Poll::Ready(Err(Closed))
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
    fn drop(&mut self) {
        let Some(key) = self.key else { return };
        let mut state = self.state.borrow_mut();
        if state.getters.leave(key).is_some_and(|left| left.was_called) {
            state.pass_on();
        }
    }
}

impl<T> fmt::Debug for Get<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Get").field("waiting", &self.key.is_some()).finish_non_exhaustive()
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
    InLine(Key),
    /// In the queue, or given back.
    Gone,
}

impl<T> Put<T> {
    pub(super) fn new(state: Rc<RefCell<State<T>>>, item: T) -> Self {
        Put { state, item: Item::Here(item) }
    }

    fn attempt(&mut self, cx: &Context<'_>) -> Poll<Result<(), PutError<T>>> {
        let mut state = self.state.borrow_mut();
        match mem::replace(&mut self.item, Item::Gone) {
            Item::Here(item) => match state.offer(item) {
                Ok(()) => Poll::Ready(Ok(())),
                Err(TryPutError::Closed(item)) => Poll::Ready(Err(PutError(item))),
                Err(TryPutError::Full(item)) => {
                    // `waiter` may panic, and drop the item.
                    drop(state);
                    let waiter = cx.waiter();
                    self.item = Item::InLine(self.state.borrow_mut().putters.enter(item, waiter));
                    Poll::Pending
                }
            },
            Item::InLine(key) if !state.putters.is_in_line(key) => Poll::Ready(Ok(())),
            Item::InLine(key) if state.closed => {
                let left = state.putters.leave(key).expect("it was in the line a moment ago");
                Poll::Ready(Err(PutError(left.value)))
            }
            Item::InLine(key) => {
                self.item = Item::InLine(key);
                state.putters.stay(key, cx);
                Poll::Pending
            }
            Item::Gone => panic!("an operation that is ready is not polled again"),
        }
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
    fn drop(&mut self) {
        if let Item::InLine(key) = self.item {
            // Bound, so that the item is dropped when the queue is not borrowed any more.
            let _left = self.state.borrow_mut().putters.leave(key);
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
