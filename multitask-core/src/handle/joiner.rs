//! Who joins a task.

use core::cell::{Cell, RefCell};

use crate::{Waiter, slab::Slab};

thread_local! {
    /// Those of all tasks of the thread. Most tasks have none, so each keeps no more than a place in here.
    static JOINERS: RefCell<Slab<Waiter>> = const { RefCell::new(Slab::new()) };
}

/// The task that waits for another one to end, if there is one.
pub(super) struct Joiner {
    /// Its place among those of the thread, or [`NOBODY`].
    place: Cell<u32>,
}

const NOBODY: u32 = u32::MAX;

impl Joiner {
    pub(super) fn nobody() -> Self {
        Joiner { place: Cell::new(NOBODY) }
    }

    /// Changes who waits. While the thread ends nobody does any more.
    pub(super) fn set(&self, waiter: Option<Waiter>) {
        drop(self.take());
        let Some(waiter) = waiter else { return };
        let key = JOINERS.try_with(|joiners| joiners.borrow_mut().insert(waiter));
        self.place.set(key.map_or(NOBODY, |key| key.index));
    }

    /// Who waits until now.
    #[inline]
    pub(super) fn take(&self) -> Option<Waiter> {
        if self.place.get() == NOBODY {
            return None;
        }
        let place = self.place.replace(NOBODY);
        let taken = JOINERS.try_with(|joiners| {
            let mut joiners = joiners.borrow_mut();
            let key = joiners.key_at(place)?;
            joiners.remove(key)
        });
        taken.ok().flatten()
    }
}

impl Drop for Joiner {
    fn drop(&mut self) {
        drop(self.take());
    }
}
