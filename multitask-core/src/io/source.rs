//! A registered descriptor as the poller sees it: who waits for which direction of it, and what is known of that.

use core::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use mio::event::Event;

use crate::{manager::Shared, slab::Key};

/// What an operation waits for a descriptor to allow.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    Read,
    Write,
}

/// A descriptor that is registered with a poller.
pub(crate) struct Source {
    pub(super) manager: Weak<Shared>,
    /// The number of the descriptor, for listings, where it has one.
    number: Cell<Option<i32>>,
    read: Lane,
    write: Lane,
}

/// One direction of a source.
pub(super) struct Lane {
    /// Whether an attempt may succeed. Cleared by one that would have blocked, set by the next event.
    ready: Cell<bool>,
    /// Whether an event said that the direction is closed: no attempt blocks any more, and no event may follow.
    closed: Cell<bool>,
    /// Whether urgent data have come: a transfer stops where they were, and says nothing of what is behind them.
    urgent: Cell<bool>,
    waiting: RefCell<Waiting>,
}

/// The tasks that wait, in order; a task is here once for each of its waits.
struct Waiting {
    first: Option<Key>,
    /// Empty, and without an allocation, as long as one task waits at a time.
    others: Vec<Key>,
}

/// What an event of the system says of a source.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Noticed {
    pub(crate) readable: bool,
    pub(crate) read_closed: bool,
    pub(crate) writable: bool,
    pub(crate) write_closed: bool,
    /// There are urgent data.
    pub(crate) urgent: bool,
}

impl From<&Event> for Noticed {
    fn from(event: &Event) -> Self {
        let read_closed = event.is_read_closed() || event.is_error();
        let write_closed = event.is_write_closed() || event.is_error();
        Noticed {
            readable: event.is_readable() || read_closed,
            read_closed,
            writable: event.is_writable() || write_closed,
            write_closed,
            urgent: event.is_priority(),
        }
    }
}

impl Source {
    pub(crate) fn new(manager: &Rc<Shared>) -> Self {
        Source { manager: Rc::downgrade(manager), number: Cell::new(None), read: Lane::new(), write: Lane::new() }
    }

    pub(crate) fn set_number(&self, number: Option<i32>) {
        self.number.set(number);
    }

    /// Calls a function with each task that waits here.
    pub(crate) fn for_each_wait(&self, mut act: impl FnMut(Key, Direction, Option<i32>)) {
        for direction in [Direction::Read, Direction::Write] {
            let waiting = self.lane(direction).waiting.borrow();
            waiting.first.iter().chain(&waiting.others).for_each(|task| act(*task, direction, self.number.get()));
        }
    }

    pub(super) fn lane(&self, direction: Direction) -> &Lane {
        match direction {
            Direction::Read => &self.read,
            Direction::Write => &self.write,
        }
    }

    pub(super) fn belongs_to(&self, manager: &Rc<Shared>) -> bool {
        core::ptr::eq(self.manager.as_ptr(), Rc::as_ptr(manager))
    }

    pub(super) fn is_waited_for(&self) -> bool {
        [&self.read, &self.write].iter().any(|lane| lane.waiting.borrow().first.is_some())
    }

    /// Has the tasks woken that wait for what has happened.
    pub(crate) fn notice(&self, what: Noticed, mut wake: impl FnMut(Key)) {
        if what.urgent {
            self.read.urgent.set(true);
        }
        if what.readable {
            self.read.notice(what.read_closed, &mut wake);
        }
        if what.writable {
            self.write.notice(what.write_closed, &mut wake);
        }
    }
}

impl Lane {
    fn new() -> Self {
        let waiting = RefCell::new(Waiting { first: None, others: Vec::new() });
        Lane { ready: Cell::new(true), closed: Cell::new(false), urgent: Cell::new(false), waiting }
    }

    pub(super) fn may_be_ready(&self) -> bool {
        self.ready.get()
    }

    /// Notes that an attempt would have blocked, and that the next event says when one does not.
    pub(super) fn set_blocked(&self) {
        self.ready.set(self.closed.get());
    }

    /// Notes that a transfer was cut short, and so that the next one would block, unless there is another reason.
    pub(super) fn set_cut_short(&self) {
        if !self.urgent.get() {
            self.set_blocked();
        }
    }

    /// Notes that nothing is known yet, and that an event is to come with what there is.
    pub(super) fn await_first_event(&self) {
        self.ready.set(false);
    }

    pub(super) fn add(&self, task: Key) {
        self.waiting.borrow_mut().add(task);
    }

    pub(super) fn remove(&self, task: Key) {
        self.waiting.borrow_mut().remove(task);
    }

    fn notice(&self, closed: bool, mut wake: impl FnMut(Key)) {
        self.ready.set(true);
        if closed {
            self.closed.set(true);
        }
        let waiting = self.waiting.borrow();
        if let Some(first) = waiting.first {
            wake(first);
            waiting.others.iter().copied().for_each(wake);
        }
    }
}

impl Waiting {
    fn add(&mut self, task: Key) {
        match self.first {
            None => self.first = Some(task),
            Some(_) => self.others.push(task),
        }
    }

    /// Removes one of the task's waits; which one makes no difference.
    fn remove(&mut self, task: Key) {
        if self.first == Some(task) {
            self.first = (!self.others.is_empty()).then(|| self.others.remove(0));
        } else if let Some(place) = self.others.iter().position(|other| *other == task) {
            self.others.remove(place);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::slab::Slab;

    #[test]
    fn all_of_a_lane_are_woken_in_order_and_one_leaves_at_a_time() {
        let manager = Shared::new();
        let source = Source::new(&manager);
        let mut slab = Slab::new();
        let [a, b] = [slab.insert(()), slab.insert(())];
        let lane = source.lane(Direction::Read);
        for task in [a, b, a] {
            lane.add(task);
        }
        let woken = |what| {
            let mut woken = Vec::new();
            source.notice(what, |task| woken.push(task));
            woken
        };
        let readable = Noticed { readable: true, ..Noticed::default() };
        assert_eq!(woken(readable), [a, b, a]);
        assert_eq!(woken(Noticed { writable: true, ..Noticed::default() }), []);
        lane.remove(a);
        assert_eq!(woken(readable), [b, a]);
        lane.remove(a);
        lane.remove(a);
        assert_eq!(woken(readable), [b]);
        lane.remove(b);
        assert!(!source.is_waited_for());
    }
}
