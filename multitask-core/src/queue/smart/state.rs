//! What the handles of a `SmartQueue` share: the items, and the tasks that want some. No predicate is called here.

use core::{any::Any, mem};

use crate::{
    Waiter,
    line::{Line, Ticket},
};

pub(super) struct State<T> {
    /// In the order in which they were put: those that are in the queue, and those that wait for room.
    pub(super) items: Line<Item<T>>,
    pub(super) getters: Line<Getter<T>>,
    /// How many items are in the queue, and nobody's.
    pub(super) len: usize,
    pub(super) capacity: usize,
    pub(super) closed: bool,
    /// The first item that waits for room.
    blocked: Option<Ticket>,
    /// How often an item that was somebody's was given up: it can be had again, in its old place.
    pub(super) given_up: u64,
    /// How often there was an item more to be had, these included.
    pub(super) arrivals: u64,
    /// What has to be done when no predicate runs any more that was in the way.
    pub(super) again: Vec<Again>,
}

pub(super) struct Item<T> {
    /// `None` while a predicate looks at it.
    value: Option<T>,
    room: Room,
    /// Somebody wanted to look at it while it was away.
    missed: bool,
}

enum Room {
    Has,
    /// For whom it is; it is in nobody's way.
    Promised,
    /// Its task waits, and is not known yet while the item is offered for the first time.
    Waits(Option<Waiter>),
}

pub(super) struct Getter<T> {
    pub(super) waiter: Waiter,
    pub(super) wish: Wish<T>,
    pub(super) outcome: Option<Outcome>,
    /// An item was offered to it while its predicate was away.
    pub(super) missed: bool,
}

pub(super) enum Wish<T> {
    Any,
    If(Box<dyn FnMut(&T) -> bool>),
    /// The predicate is running.
    Away,
}

pub(super) enum Outcome {
    Found(Ticket),
    Panicked(Box<dyn Any + Send>),
}

pub(super) enum Again {
    Offer(Ticket),
    Search(Ticket),
}

impl<T> Item<T> {
    fn is_blocked(&self) -> bool {
        matches!(self.room, Room::Waits(_))
    }
}

impl<T> State<T> {
    pub(super) const fn new(capacity: usize) -> Self {
        State {
            items: Line::new(),
            getters: Line::new(),
            len: 0,
            capacity,
            closed: false,
            blocked: None,
            given_up: 0,
            arrivals: 0,
            again: Vec::new(),
        }
    }

    pub(super) fn is_full(&self) -> bool {
        self.len >= self.capacity
    }

    /// Appends an item that has room, be there some or not.
    pub(super) fn append(&mut self, value: T) -> Ticket {
        self.len += 1;
        self.arrivals += 1;
        self.items.push(Item { value: Some(value), room: Room::Has, missed: false })
    }

    /// Appends an item that waits for room.
    pub(super) fn append_blocked(&mut self, value: T) -> Ticket {
        self.arrivals += 1;
        let ticket = self.items.push(Item { value: Some(value), room: Room::Waits(None), missed: false });
        self.blocked.get_or_insert(ticket);
        ticket
    }

    /// Whether an item waits for room.
    pub(super) fn is_blocked(&self, ticket: Ticket) -> bool {
        self.items.get(ticket).is_some_and(Item::is_blocked)
    }

    /// How many items wait for room.
    pub(super) fn blocked_count(&self) -> usize {
        self.items.iter().filter(|(_, item)| item.is_blocked()).count()
    }

    /// Says whom to wake when there is room for an item that waits for it.
    pub(super) fn set_putter(&mut self, ticket: Ticket, waiter: Waiter) {
        if let Some(Item { room: Room::Waits(putter), .. }) = self.items.get_mut(ticket) {
            *putter = Some(waiter);
        }
    }

    /// Takes back an item that waits for room. If a predicate looks at it, that one's caller drops it.
    pub(super) fn withdraw(&mut self, ticket: Ticket) -> Option<T> {
        if !self.is_blocked(ticket) {
            return None;
        }
        self.skip_blocked(ticket);
        self.items.remove(ticket)?.value
    }

    /// Takes back an item that waits for room, if no predicate looks at it.
    pub(super) fn withdraw_if_here(&mut self, ticket: Ticket) -> Option<T> {
        self.items.get(ticket)?.value.as_ref()?;
        self.withdraw(ticket)
    }

    /// Whether an item can be had by a getter.
    fn is_available(&self, ticket: Ticket) -> bool {
        self.items.get(ticket).is_some_and(|item| match item.room {
            Room::Has => true,
            Room::Promised => false,
            Room::Waits(_) => !self.closed,
        })
    }

    /// Takes an item away, for a predicate to look at. If it is away, it will be offered again.
    pub(super) fn take_away(&mut self, ticket: Ticket) -> Option<T> {
        if !self.is_available(ticket) {
            return None;
        }
        let item = self.items.get_mut(ticket)?;
        item.missed |= item.value.is_none();
        item.value.take()
    }

    /// Puts an item back that was taken away; gives it back if it has been withdrawn.
    pub(super) fn put_back(&mut self, ticket: Ticket, value: T) -> Option<T> {
        let Some(item) = self.items.get_mut(ticket) else { return Some(value) };
        item.value = Some(value);
        if mem::take(&mut item.missed) {
            self.again.push(Again::Offer(ticket));
        }
        if let (true, Room::Waits(Some(putter))) = (self.closed, &item.room) {
            putter.wake();
        }
        None
    }

    /// Takes the first item that can be had.
    pub(super) fn take_first(&mut self) -> Option<T> {
        let ticket = self.items.iter().map(|(ticket, _)| ticket).find(|ticket| self.is_here(*ticket))?;
        self.take(ticket)
    }

    fn is_here(&self, ticket: Ticket) -> bool {
        self.is_available(ticket) && self.items.get(ticket).is_some_and(|item| item.value.is_some())
    }

    /// Takes an item, if it can be had.
    pub(super) fn take(&mut self, ticket: Ticket) -> Option<T> {
        if !self.is_here(ticket) {
            return None;
        }
        self.promise(ticket);
        self.take_promised(ticket)
    }

    pub(super) fn take_promised(&mut self, ticket: Ticket) -> Option<T> {
        self.items.remove(ticket)?.value
    }

    /// An item is somebody's from now on: it needs no room.
    fn promise(&mut self, ticket: Ticket) {
        self.skip_blocked(ticket);
        let Some(item) = self.items.get_mut(ticket) else { return };
        match mem::replace(&mut item.room, Room::Promised) {
            Room::Waits(Some(putter)) => putter.wake(),
            Room::Waits(None) | Room::Promised => {}
            Room::Has => {
                self.len -= 1;
                self.admit();
            }
        }
    }

    /// Promises an item to a getter; false if one of them is not to be had any more.
    pub(super) fn promise_to(&mut self, getter: Ticket, item: Ticket) -> bool {
        if !self.is_here(item) || !self.is_waiting(getter) {
            return false;
        }
        self.promise(item);
        self.decide(getter, Outcome::Found(item));
        true
    }

    /// An item that was somebody's is for everyone. The caller offers it.
    pub(super) fn give_up(&mut self, ticket: Ticket) {
        if let Some(item) = self.items.get_mut(ticket) {
            item.room = Room::Has;
            self.len += 1;
            self.given_up += 1;
            self.arrivals += 1;
        }
    }

    /// Whether a getter is still without an outcome.
    pub(super) fn is_waiting(&self, getter: Ticket) -> bool {
        self.getters.get(getter).is_some_and(|getter| getter.outcome.is_none())
    }

    /// Says how the wait of a getter ends; gives that back if the getter is gone.
    pub(super) fn decide(&mut self, getter: Ticket, outcome: Outcome) -> Option<Outcome> {
        let Some(getter) = self.getters.get_mut(getter) else { return Some(outcome) };
        getter.waiter.wake();
        getter.outcome.replace(outcome)
    }

    /// What a getter wants, for the caller to ask; it is away until it is put back. `None` if it waits no more; if it is
    /// away already, the getter will search again.
    pub(super) fn take_wish(&mut self, getter: Ticket) -> Option<Wish<T>> {
        if !self.is_waiting(getter) {
            return None;
        }
        let getter = self.getters.get_mut(getter)?;
        match mem::replace(&mut getter.wish, Wish::Away) {
            Wish::Away => {
                getter.missed = true;
                None
            }
            wish => Some(wish),
        }
    }

    /// Puts back what a getter wants; gives it back if the getter is gone.
    pub(super) fn put_back_wish(&mut self, ticket: Ticket, wish: Wish<T>) -> Option<Wish<T>> {
        let Some(getter) = self.getters.get_mut(ticket) else { return Some(wish) };
        getter.wish = wish;
        if mem::take(&mut getter.missed) {
            self.again.push(Again::Search(ticket));
        }
        None
    }

    /// Takes in what waits for room.
    fn admit(&mut self) {
        while !self.closed
            && !self.is_full()
            && let Some(ticket) = self.blocked
        {
            self.skip_blocked(ticket);
            let item = self.items.get_mut(ticket).expect("what waits for room is in the line");
            if let Room::Waits(Some(putter)) = mem::replace(&mut item.room, Room::Has) {
                putter.wake();
            }
            self.len += 1;
        }
    }

    /// An item waits for room no more: `blocked` goes on to the next one that does.
    fn skip_blocked(&mut self, ticket: Ticket) {
        if self.blocked == Some(ticket) {
            let mut next = self.items.next(ticket);
            while let Some(ticket) = next
                && !self.is_blocked(ticket)
            {
                next = self.items.next(ticket);
            }
            self.blocked = next;
        }
    }

    pub(super) fn close(&mut self) {
        self.closed = true;
        self.getters.iter().for_each(|(_, getter)| getter.waiter.wake());
        for (_, item) in self.items.iter() {
            if let Room::Waits(Some(putter)) = &item.room {
                putter.wake();
            }
        }
    }
}
