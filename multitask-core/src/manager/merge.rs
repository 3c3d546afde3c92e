//! Merging: all that one manager has becomes another one's.
//!
//! The tasks move; their waits do not. Each task is made runnable, and attempts what it waits for with its new manager,
//! as an operation has to that is polled in another place than before. What was left with the old manager for a task (a
//! waiter in a queue, the handle, a letter of another thread) finds the new place of the task through it: so the new
//! manager keeps it.

use core::{error::Error, fmt, mem};
use std::{
    collections::HashMap,
    rc::{Rc, Weak},
};

use super::{Shared, TaskManager};
use crate::{local::is_running, ready::Body, slab::Key, store::Store};

/// Where the tasks of a manager have gone.
pub(super) struct Merged {
    into: Weak<Shared>,
    keys: HashMap<Key, Key>,
}

impl TaskManager {
    /// Makes one manager of two: the tasks of both go on in it, and either handle stands for it.
    ///
    /// Tasks that are runnable come after those of this manager; those that wait wait on. Handles of tasks and
    /// [`Remote`](crate::Remote)s of both go on working; a task that has moved has a new [id](crate::TaskHandle::id).
    /// What is done about failures stays as it is in the manager that the tasks come to: this one, unless the other one
    /// is running. Nothing happens if both are one already.
    ///
    /// # Errors
    ///
    /// If both are running, one in a task of the other; and if one of them has a virtual clock.
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::task::Poll;
    /// # use multitask_core::{Context, Task, TaskManager};
    /// # struct Answer;
    /// # impl Task for Answer {
    /// #     type Output = u32;
    /// #     fn resume(&mut self, _: &mut Context<'_>) -> Poll<u32> { Poll::Ready(42) }
    /// # }
    /// let (first, second) = (TaskManager::new(), TaskManager::new());
    /// let task = second.add(Answer);
    /// first.merge(&second)?;
    /// first.run().unwrap();
    /// assert!(task.is_finished() && !second.has_runnable());
    /// # Ok::<(), multitask_core::MergeError>(())
    /// ```
    pub fn merge(&self, other: &TaskManager) -> Result<(), MergeError> {
        if Rc::ptr_eq(self.shared(), other.shared()) {
            return Ok(());
        }
        if self.shared().clock.is_virtual() || other.shared().clock.is_virtual() {
            return Err(MergeError::Clocks);
        }
        match (is_running(self.shared()), is_running(other.shared())) {
            (true, true) => return Err(MergeError::Running),
            (false, true) => other.take_over(self),
            (_, false) => self.take_over(other),
        }
        Ok(())
    }

    /// Takes over all that `other` has, which is not running.
    fn take_over(&self, other: &TaskManager) {
        let (new, old) = (self.shared().clone(), other.shared().clone());
        new.move_tasks(&old);
        old.failures.borrow_mut().pending.drain(..).for_each(|failure| new.interrupt_by(failure));
        if old.stopping.take() {
            new.stop();
        }
        let adopted = old.adopted.take();
        new.adopted.borrow_mut().extend(adopted);
        new.adopted.borrow_mut().push(old);
        new.ring_here();
        other.become_handle_of(self);
    }
}

impl Shared {
    fn move_tasks(self: &Rc<Self>, old: &Shared) {
        let tasks = old.tasks().take_all();
        let store = mem::take(&mut old.tasks().store);
        self.tasks().store.take_over(store);
        let mut keys = HashMap::with_capacity(tasks.len());
        for (key, body) in tasks {
            let Body::Added(added) = body else { unreachable!("a manager that has a root is running") };
            let moved = self.tasks().insert(Store::home(&added));
            keys.insert(key, moved);
            let name = old.names.borrow_mut().remove(&key);
            name.into_iter().for_each(|name| self.set_name(moved, name));
        }
        let merged = Merged { into: Rc::downgrade(self), keys };
        assert!(old.merged.set(merged).is_ok(), "a manager that was merged into another one has no tasks");
    }

    /// Where a task is by now, and what its key is there, if this manager was merged into another one.
    #[inline]
    fn moved(&self, task: Key) -> Option<(Rc<Shared>, Key)> {
        let merged = self.merged.get()?;
        Some((merged.into.upgrade()?, *merged.keys.get(&task)?))
    }

    /// The same, however often it has moved.
    #[inline]
    pub(crate) fn locate(self: Rc<Self>, task: Key) -> (Rc<Shared>, Key) {
        let mut place = (self, task);
        while let Some(next) = place.0.moved(place.1) {
            place = next;
        }
        place
    }

    /// The manager that this one has become.
    #[inline]
    pub(crate) fn latest(self: Rc<Self>) -> Rc<Shared> {
        let mut latest = self;
        while let Some(next) = latest.merged.get().and_then(|merged| merged.into.upgrade()) {
            latest = next;
        }
        latest
    }

    /// Wakes a task that is not here, or is gone.
    #[cold]
    pub(super) fn wake_moved(&self, task: Key) {
        if let Some((manager, task)) = self.moved(task) {
            manager.wake(task);
        }
    }
}

/// Why two managers cannot be merged: see [`TaskManager::merge`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum MergeError {
    /// Both are running: one of them in a task of the other.
    Running,
    /// One has a virtual clock.
    Clocks,
}

impl fmt::Display for MergeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            MergeError::Running => "both task managers are running",
            MergeError::Clocks => "a task manager with a virtual clock cannot be merged with another one",
        })
    }
}

impl Error for MergeError {}
