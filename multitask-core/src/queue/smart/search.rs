//! Which item is whose: here predicates are called, and nothing is borrowed meanwhile.
//!
//! An item that a predicate looks at is away from the queue, and a predicate that runs is away from its getter. What a
//! predicate does to the queue is therefore done at once, but misses what is away; that is offered, or searches, again
//! when it is back.

use core::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::{
    super::TryPutError,
    state::{Again, Outcome, State, Wish},
};
use crate::line::{Line, Ticket};

/// What the handles of a queue share.
///
/// Invariant: an item that can be had is not wanted by any getter in the line, except for as long as it is offered.
pub(super) struct Shared<T> {
    pub(super) state: RefCell<State<T>>,
}

/// How an offer of an item to a getter ended.
#[derive(PartialEq, Eq)]
enum Answer {
    /// The getter does not want it, or cannot be asked.
    No,
    /// It is promised to the getter, or cannot be had.
    Taken,
}

impl<T> Shared<T> {
    pub(super) const fn new(capacity: usize) -> Self {
        Shared { state: RefCell::new(State::new(capacity)) }
    }

    /// Appends an item, be there room or not.
    pub(super) fn append(&self, item: T) {
        let ticket = self.state.borrow_mut().append(item);
        self.offer(ticket);
    }

    /// Appends an item if there is room, or a getter that wants it.
    pub(super) fn try_put(&self, item: T) -> Result<(), TryPutError<T>> {
        let state = self.state.borrow();
        if state.closed {
            return Err(TryPutError::Closed(item));
        }
        if !state.is_full() {
            drop(state);
            self.append(item);
            return Ok(());
        }
        drop(state);
        let Some(ticket) = self.put_blocked(item) else { return Ok(()) };
        let item = self.state.borrow_mut().withdraw(ticket);
        item.map_or(Ok(()), |item| Err(TryPutError::Full(item)))
    }

    /// Appends an item to those that wait for room; `None` if it does not have to, since somebody wants it.
    pub(super) fn put_blocked(&self, item: T) -> Option<Ticket> {
        let ticket = self.state.borrow_mut().append_blocked(item);
        self.offer(ticket);
        self.state.borrow().is_blocked(ticket).then_some(ticket)
    }

    /// Takes the first item that can be had.
    pub(super) fn take_first(&self) -> Option<T> {
        self.state.borrow_mut().take_first()
    }

    /// Takes the first item that is wanted.
    pub(super) fn find(&self, wanted: &mut dyn FnMut(&T) -> bool) -> Option<T> {
        loop {
            let given_up = self.state.borrow().given_up;
            let found = self.find_once(wanted);
            // What was given up meanwhile may have been passed over. What is put comes behind, and has been met.
            if found.is_some() || self.state.borrow().given_up == given_up {
                return found;
            }
        }
    }

    fn find_once(&self, wanted: &mut dyn FnMut(&T) -> bool) -> Option<T> {
        let _settle = Settle(self);
        let mut next = self.state.borrow().items.first();
        while let Some(item) = next {
            if self.look(item, wanted) == Some(true) {
                let taken = self.state.borrow_mut().take(item);
                if taken.is_some() {
                    return taken;
                }
            }
            next = after(&self.state.borrow().items, item);
        }
        None
    }

    /// Asks a predicate about an item; `None` if the item cannot be had.
    fn look(&self, item: Ticket, wanted: &mut dyn FnMut(&T) -> bool) -> Option<bool> {
        let value = self.state.borrow_mut().take_away(item)?;
        let away = Away { shared: self, item, value: Some(value) };
        away.value.as_ref().map(wanted)
    }

    /// Offers an item to the getters in their order.
    pub(super) fn offer(&self, item: Ticket) {
        self.offer_to_all(item);
        self.settle();
    }

    fn offer_to_all(&self, item: Ticket) {
        let mut next = self.state.borrow().getters.first();
        while let Some(getter) = next
            && self.ask(getter, item) == Answer::No
        {
            next = after(&self.state.borrow().getters, getter);
        }
    }

    fn settle(&self) {
        loop {
            // Not in the head of the `match`: the borrow would last.
            let again = self.state.borrow_mut().again.pop();
            match again {
                Some(Again::Offer(item)) => self.offer_to_all(item),
                Some(Again::Search(getter)) => self.search_for(getter),
                None => return,
            }
        }
    }

    /// Offers every item to a getter.
    pub(super) fn search(&self, getter: Ticket) {
        self.search_for(getter);
        self.settle();
    }

    fn search_for(&self, getter: Ticket) {
        let mut next = self.state.borrow().items.first();
        while let Some(item) = next
            && self.state.borrow().is_waiting(getter)
        {
            self.ask(getter, item);
            next = after(&self.state.borrow().items, item);
        }
    }

    /// Offers an item to a getter. If its predicate panics, the getter will be told.
    fn ask(&self, getter: Ticket, item: Ticket) -> Answer {
        let wish = self.state.borrow_mut().take_wish(getter);
        let (wish, looked) = match wish {
            None => return Answer::No,
            Some(Wish::If(mut predicate)) => {
                let looked = catch_unwind(AssertUnwindSafe(|| self.look(item, &mut *predicate)));
                (Wish::If(predicate), looked)
            }
            Some(wish) => (wish, Ok(Some(true))),
        };
        let mut state = self.state.borrow_mut();
        let unwanted = state.put_back_wish(getter, wish);
        let (answer, untold) = match looked {
            Ok(Some(true)) if state.promise_to(getter, item) => (Answer::Taken, None),
            Ok(None) => (Answer::Taken, None),
            Ok(Some(_)) => (Answer::No, None),
            Err(payload) => (Answer::No, state.decide(getter, Outcome::Panicked(payload))),
        };
        drop(state);
        // A panic of one of these destructors is nobody's that could be told.
        let _ = catch_unwind(AssertUnwindSafe(|| drop((unwanted, untold))));
        answer
    }
}

/// The ticket after `ticket`, or the first one if that is gone.
fn after<U>(line: &Line<U>, ticket: Ticket) -> Option<Ticket> {
    if line.get(ticket).is_some() { line.next(ticket) } else { line.first() }
}

/// An item that a predicate looks at. It is put back also if that panics.
struct Away<'a, T> {
    shared: &'a Shared<T>,
    item: Ticket,
    value: Option<T>,
}

impl<T> Drop for Away<'_, T> {
    fn drop(&mut self) {
        if let Some(value) = self.value.take() {
            // Bound, so that it is dropped when the queue is not borrowed any more.
            let _withdrawn = self.shared.state.borrow_mut().put_back(self.item, value);
        }
    }
}

/// Does at its end what predicates were in the way of, also if one has panicked.
struct Settle<'a, T>(&'a Shared<T>);

impl<T> Drop for Settle<'_, T> {
    fn drop(&mut self) {
        self.0.settle();
    }
}
