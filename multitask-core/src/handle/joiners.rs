//! Who joins the tasks of a chunk.

use core::cell::Cell;

use crate::Waiter;

/// For each task of a chunk, who waits for it to end. Most tasks have nobody, so most chunks do without this.
pub(super) struct Joiners {
    places: Box<[Cell<Option<Joiner>>]>,
    latest: Cell<u64>,
}

struct Joiner {
    serial: u64,
    waiter: Waiter,
}

impl Joiners {
    pub(super) fn new(places: usize) -> Self {
        Joiners { places: (0..places).map(|_| Cell::new(None)).collect(), latest: Cell::new(0) }
    }

    /// Evaluates to a number that no other joiner in the chunk has.
    pub(super) fn set(&self, place: usize, waiter: Waiter) -> u64 {
        let serial = self.latest.get() + 1;
        self.latest.set(serial);
        self.places[place].set(Some(Joiner { serial, waiter }));
        serial
    }

    pub(super) fn take(&self, place: usize) -> Option<Waiter> {
        self.places[place].take().map(|joiner| joiner.waiter)
    }

    /// The joiner of that number waits no more. There may be another one by now, or another task in the place.
    pub(super) fn forget(&self, place: usize, serial: u64) {
        let joiner = &self.places[place];
        joiner.set(joiner.take().filter(|joiner| joiner.serial != serial));
    }
}
