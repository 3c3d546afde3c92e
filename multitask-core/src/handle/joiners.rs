//! Who joins the tasks of a chunk.

use core::cell::Cell;
use std::rc::{Rc, Weak};

use crate::{manager::Shared, slab::Key};

/// For each task of a chunk, who waits for it to end. Most tasks have nobody, so most chunks do without this.
pub(super) struct Joiners {
    places: Box<[Cell<Option<Joiner>>]>,
    latest: Cell<u64>,
}

struct Joiner {
    serial: u64,
    /// None if it is that of the chunk, as it is mostly.
    manager: Option<Weak<Shared>>,
    task: Key,
}

impl Joiners {
    pub(super) fn new(places: usize) -> Self {
        Joiners { places: (0..places).map(|_| Cell::new(None)).collect(), latest: Cell::new(0) }
    }

    /// Notes a task of `manager`, where the chunk is of `own`. Evaluates to a number that no other joiner in the chunk has.
    pub(super) fn set(&self, place: usize, own: &Weak<Shared>, manager: &Rc<Shared>, task: Key) -> u64 {
        let serial = self.latest.get() + 1;
        self.latest.set(serial);
        let is_own = own.as_ptr() == Rc::as_ptr(manager);
        let manager = if is_own { None } else { Some(Rc::downgrade(manager)) };
        self.places[place].set(Some(Joiner { serial, manager, task }));
        serial
    }

    /// Nobody waits for the task any more.
    pub(super) fn clear(&self, place: usize) {
        self.places[place].set(None);
    }

    /// Wakes who waits for the task, whose chunk is of `own`.
    pub(super) fn wake(&self, place: usize, own: &Weak<Shared>) {
        let Some(Joiner { manager, task, .. }) = self.places[place].take() else { return };
        if let Some(manager) = manager.as_ref().unwrap_or(own).upgrade() {
            manager.wake(task);
        }
    }

    /// The joiner of that number waits no more. There may be another one by now, or another task in the place.
    pub(super) fn forget(&self, place: usize, serial: u64) {
        let joiner = &self.places[place];
        joiner.set(joiner.take().filter(|joiner| joiner.serial != serial));
    }
}
