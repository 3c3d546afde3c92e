//! What keeps a manager alive: its handles, and those of managers that were merged into it.

use core::cell::OnceCell;
use std::rc::Rc;

use super::{Shared, TaskManager};

/// Owned by the handles of one manager.
pub(super) struct Owner {
    shared: Rc<Shared>,
    /// Where everything has gone, if this manager was merged into another one.
    successor: OnceCell<TaskManager>,
}

impl Owner {
    pub(super) fn of(shared: Rc<Shared>) -> Rc<Self> {
        let owner = Rc::new(Owner { shared, successor: OnceCell::new() });
        *owner.shared.owner.borrow_mut() = Rc::downgrade(&owner);
        owner
    }
}

impl TaskManager {
    /// A handle of the manager whose loop is running.
    pub(crate) fn from_shared(shared: Rc<Shared>) -> Self {
        let owner = shared.owner.borrow().upgrade();
        TaskManager { owner: owner.unwrap_or_else(|| Owner::of(shared)) }
    }

    /// What this handle is one of: of the manager that it was merged into, if it was.
    #[inline]
    pub(crate) fn shared(&self) -> &Rc<Shared> {
        let mut owner = &self.owner;
        while let Some(successor) = owner.successor.get() {
            owner = &successor.owner;
        }
        &owner.shared
    }

    /// From now on this handle, and every other one of the same manager, stands for another manager.
    pub(super) fn become_handle_of(&self, other: &TaskManager) {
        let mut owner = &self.owner;
        while let Some(successor) = owner.successor.get() {
            owner = &successor.owner;
        }
        let _ = owner.successor.set(other.clone());
    }
}
