//! A registered descriptor as the poller sees it: who waits for which direction of it, and what is known of that.

use core::cell::Cell;
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
///
/// It is small: where there are many connections, what is looked at for one is no longer in a cache when it is needed.
pub(crate) struct Source {
    pub(super) manager: Weak<Shared>,
    read: Lane,
    write: Lane,
}

/// One direction of a source, and the tasks that wait for it, in order; a task is there once for each of its waits.
pub(super) struct Lane {
    first: Cell<Option<Key>>,
    /// Those after the first, if there are any.
    others: Cell<Option<Box<Others>>>,
    /// Whether an attempt may succeed. Cleared by one that would have blocked, set by the next event.
    ready: Cell<bool>,
    /// Whether an event said that the direction is closed: no attempt blocks any more, and no event may follow.
    closed: Cell<bool>,
    /// Whether urgent data have come: a transfer stops where they were, and says nothing of what is behind them.
    urgent: Cell<bool>,
    /// The number of the descriptor, for listings, or [`NO_NUMBER`].
    number: Cell<i32>,
}

/// Apart, and on the heap, since one task waits at a time most often.
#[derive(Default)]
struct Others(Vec<Key>);

/// No descriptor has it.
const NO_NUMBER: i32 = -1;

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
        Source { manager: Rc::downgrade(manager), read: Lane::new(), write: Lane::new() }
    }

    pub(crate) fn set_number(&self, number: Option<i32>) {
        [&self.read, &self.write].iter().for_each(|lane| lane.number.set(number.unwrap_or(NO_NUMBER)));
    }

    /// Calls a function with each task that waits here.
    pub(crate) fn for_each_wait(&self, mut act: impl FnMut(Key, Direction, Option<i32>)) {
        for direction in [Direction::Read, Direction::Write] {
            let lane = self.lane(direction);
            let number = Some(lane.number.get()).filter(|number| *number != NO_NUMBER);
            lane.for_each(|task| act(task, direction, number));
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
        [&self.read, &self.write].iter().any(|lane| lane.first.get().is_some())
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
        Lane {
            first: Cell::new(None),
            others: Cell::new(None),
            ready: Cell::new(true),
            closed: Cell::new(false),
            urgent: Cell::new(false),
            number: Cell::new(NO_NUMBER),
        }
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
        match self.first.get() {
            None => self.first.set(Some(task)),
            Some(_) => self.with_others(|others| others.push(task)),
        }
    }

    /// Removes one of the task's waits; which one makes no difference.
    pub(super) fn remove(&self, task: Key) {
        if self.first.get() == Some(task) {
            self.first.set(self.take_second());
        } else {
            self.with_others(|others| {
                if let Some(place) = others.iter().position(|other| *other == task) {
                    others.remove(place);
                }
            });
        }
    }

    #[inline]
    fn take_second(&self) -> Option<Key> {
        // Most often one task waits at a time.
        let mut others = self.others.take()?;
        let second = others.0.remove(0);
        self.put_back(others);
        Some(second)
    }

    /// Apart, since there are none where one task waits at a time.
    #[cold]
    fn with_others(&self, act: impl FnOnce(&mut Vec<Key>)) {
        let mut others = self.others.take().unwrap_or_default();
        act(&mut others.0);
        self.put_back(others);
    }

    fn put_back(&self, others: Box<Others>) {
        self.others.set((!others.0.is_empty()).then_some(others));
    }

    fn for_each(&self, mut act: impl FnMut(Key)) {
        if let Some(first) = self.first.get() {
            act(first);
            if let Some(others) = self.others.take() {
                others.0.iter().copied().for_each(act);
                self.others.set(Some(others));
            }
        }
    }

    fn notice(&self, closed: bool, wake: impl FnMut(Key)) {
        self.ready.set(true);
        if closed {
            self.closed.set(true);
        }
        self.for_each(wake);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::slab::Slab;

    #[test]
    fn a_source_is_small() {
        assert!(size_of::<Source>() <= 56);
    }

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
        for task in [a, b, b] {
            lane.add(task);
        }
        lane.remove(b);
        assert_eq!(woken(readable), [a, b]);
    }
}
