//! The tasks of a manager, and the run queue: a ring of their keys, first in, first out.

use core::mem;
use std::{collections::VecDeque, rc::Rc};

use crate::{
    handle::AnyTask,
    slab::{Key, Slab},
};

/// Every task that a manager has, and those of them that are to run.
pub(crate) struct Tasks {
    slots: Slab<Slot>,
    queue: VecDeque<Key>,
    /// How many keys in the queue are of tasks that are gone.
    stale: usize,
}

struct Slot {
    body: Body,
    /// Set exactly while the task's key is in the queue, so that it is there once.
    queued: bool,
}

/// Where a task itself is.
#[derive(Clone)]
pub(crate) enum Body {
    /// It was added to the manager.
    Added(Rc<dyn AnyTask>),
    /// On the stack of a `block_on`, which alone can resume it.
    OnStack,
}

/// What was at the head of the run queue.
pub(crate) enum Next {
    Run(Key, Body),
    /// A task that has been cancelled since it was queued.
    Gone,
    Empty,
}

impl Tasks {
    pub(crate) const fn new() -> Self {
        Tasks { slots: Slab::new(), queue: VecDeque::new(), stale: 0 }
    }

    pub(crate) fn len(&self) -> usize {
        self.slots.len()
    }

    /// Every task, and whether it is to run.
    pub(crate) fn list(&self) -> Vec<(Key, Body, bool)> {
        self.slots.iter().map(|(key, slot)| (key, slot.body.clone(), slot.queued)).collect()
    }

    /// How many tasks are to run.
    pub(crate) fn runnable(&self) -> usize {
        self.queue.len() - self.stale
    }

    /// How many times `next` can be called before it comes to what is queued from now on.
    pub(crate) fn queue_len(&self) -> usize {
        self.queue.len()
    }

    /// Takes in a task, at the end of the queue.
    pub(crate) fn insert(&mut self, body: Body) -> Key {
        let key = self.slots.insert(Slot { body, queued: true });
        self.queue.push_back(key);
        key
    }

    /// Puts a task at the end of the queue, unless it is queued or gone; false if it is gone.
    pub(crate) fn wake(&mut self, key: Key) -> bool {
        let Some(slot) = self.slots.get_mut(key) else { return false };
        if !slot.queued {
            slot.queued = true;
            self.queue.push_back(key);
        }
        true
    }

    /// Takes every task out: first those that are to run, in their order, then the others.
    pub(crate) fn take_all(&mut self) -> Vec<(Key, Body)> {
        let waiting: Vec<_> = self.slots.iter().filter(|(_, slot)| !slot.queued).map(|(key, _)| key).collect();
        let keys = mem::take(&mut self.queue).into_iter().chain(waiting);
        self.stale = 0;
        keys.filter_map(|key| Some((key, self.slots.remove(key)?.body))).collect()
    }

    /// Takes the first task out of the queue.
    pub(crate) fn next(&mut self) -> Next {
        let Some(key) = self.queue.pop_front() else { return Next::Empty };
        match self.slots.get_mut(key) {
            Some(slot) => {
                slot.queued = false;
                Next::Run(key, slot.body.clone())
            }
            None => {
                self.stale -= 1;
                Next::Gone
            }
        }
    }

    /// Lets go of a task. Its body is for the caller to drop, when nothing of the manager is borrowed any more.
    #[must_use]
    pub(crate) fn remove(&mut self, key: Key) -> Option<Body> {
        let slot = self.slots.remove(key)?;
        self.stale += usize::from(slot.queued);
        Some(slot.body)
    }

    /// Like `remove`, of some task at `index` or after it.
    pub(crate) fn remove_from(&mut self, index: u32) -> Option<(Key, Body)> {
        let key = self.slots.key_from(index)?;
        Some((key, self.remove(key)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(tasks: &mut Tasks) -> Vec<Key> {
        let mut keys = Vec::new();
        loop {
            match tasks.next() {
                Next::Run(key, _) => keys.push(key),
                Next::Gone => {}
                Next::Empty => return keys,
            }
        }
    }

    #[test]
    fn the_queue_is_first_in_first_out_and_holds_a_task_once() {
        let mut tasks = Tasks::new();
        let [a, b, c] = [(); 3].map(|()| tasks.insert(Body::OnStack));
        tasks.wake(a);
        assert_eq!(order(&mut tasks), [a, b, c]);
        for key in [c, a, c, b, a] {
            tasks.wake(key);
        }
        assert_eq!(tasks.runnable(), 3);
        assert_eq!(order(&mut tasks), [c, a, b]);
        assert_eq!(tasks.runnable(), 0);
    }

    #[test]
    fn all_are_taken_out_those_that_are_to_run_first() {
        let mut tasks = Tasks::new();
        let [waiting, gone, second, first] = [(); 4].map(|()| tasks.insert(Body::OnStack));
        assert_eq!(order(&mut tasks), [waiting, gone, second, first]);
        [gone, first, second].into_iter().for_each(|key| assert!(tasks.wake(key)));
        assert!(tasks.remove(gone).is_some());
        let taken: Vec<_> = tasks.take_all().into_iter().map(|(key, _)| key).collect();
        assert_eq!(taken, [first, second, waiting]);
        assert_eq!((tasks.len(), tasks.runnable(), tasks.queue_len()), (0, 0, 0));
        assert!(!tasks.wake(waiting));
    }

    #[test]
    fn a_task_that_is_gone_is_not_runnable_and_cannot_be_woken() {
        let mut tasks = Tasks::new();
        let [a, b] = [(); 2].map(|()| tasks.insert(Body::OnStack));
        assert!(tasks.remove(a).is_some());
        assert!(tasks.remove(a).is_none());
        assert_eq!((tasks.runnable(), tasks.queue_len()), (1, 2));
        let stranger = tasks.insert(Body::OnStack);
        assert_eq!(stranger.index, a.index);
        tasks.wake(a);
        assert_eq!(order(&mut tasks), [b, stranger]);
        tasks.wake(a);
        assert_eq!((tasks.runnable(), tasks.queue_len()), (0, 0));
    }
}
