//! The tasks of a manager, and the run queue: a list through their places, first in, first out.

use core::{mem, num::NonZeroU32};
use std::rc::Rc;

use crate::{handle::AnyTask, slab::Key};

/// Every task that a manager has, and those of them that are to run.
pub(crate) struct Tasks {
    slots: Vec<Slot>,
    /// The first place that can be used again, or [`END`].
    free: u32,
    /// The head of the run queue, or [`END`].
    first: u32,
    /// Its other end, if there is anything in it.
    last: u32,
    /// How many places are in the queue.
    queued: usize,
    /// How many of them are of tasks that are gone.
    stale: usize,
}

/// A place.
struct Slot {
    body: Body,
    /// What tells the keys of the tasks that are here one after the other. With [`GONE`] set, that of the next one.
    generation: u32,
    /// The next place in the queue, or in the list of free ones, if this is in one of them.
    next: u32,
}

/// At the end of a list.
const END: u32 = u32::MAX;

/// In no list.
const IDLE: u32 = u32::MAX - 1;

/// Set in the generation of a place without a task. It is in no key, so no key is of such a place.
const GONE: u32 = 1 << 31;

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
        Tasks { slots: Vec::new(), free: END, first: END, last: END, queued: 0, stale: 0 }
    }

    pub(crate) fn len(&self) -> usize {
        self.iter().count()
    }

    fn iter(&self) -> impl Iterator<Item = (Key, &Slot)> {
        self.slots.iter().zip(0..).filter_map(|(slot, index)| Some((slot.key(index)?, slot)))
    }

    /// Every task, and whether it is to run.
    pub(crate) fn list(&self) -> Vec<(Key, Body, bool)> {
        self.iter().map(|(key, slot)| (key, slot.body.clone(), slot.next != IDLE)).collect()
    }

    /// How many tasks are to run.
    #[inline]
    pub(crate) fn runnable(&self) -> usize {
        self.queued - self.stale
    }

    /// How many times `next` can be called before it comes to what is queued from now on.
    #[inline]
    pub(crate) fn queue_len(&self) -> usize {
        self.queued
    }

    /// Takes in a task, at the end of the queue.
    pub(crate) fn insert(&mut self, body: Body) -> Key {
        let index = self.free;
        let index = match self.slots.get_mut(index as usize) {
            Some(slot) => {
                self.free = slot.next;
                slot.body = body;
                slot.generation &= !GONE;
                index
            }
            None => {
                let index = u32::try_from(self.slots.len()).ok().filter(|index| *index < IDLE);
                self.slots.push(Slot { body, generation: 1, next: IDLE });
                index.expect("fewer than 2^32 tasks at a time")
            }
        };
        self.push(index);
        self.slots[index as usize].key(index).expect("there is a task now")
    }

    /// Puts a task at the end of the queue, unless it is queued or gone; false if it is gone.
    #[inline]
    pub(crate) fn wake(&mut self, key: Key) -> bool {
        let Some(slot) = self.slot_mut(key) else { return false };
        if slot.next == IDLE {
            self.push(key.index);
        }
        true
    }

    /// The same, of whichever task is at `index`.
    #[inline]
    pub(crate) fn wake_at(&mut self, index: u32) {
        if self.slots.get(index as usize).is_some_and(|slot| slot.next == IDLE && slot.generation & GONE == 0) {
            self.push(index);
        }
    }

    /// The key of the task that is at `index` now.
    pub(crate) fn key_at(&self, index: u32) -> Option<Key> {
        self.slots.get(index as usize)?.key(index)
    }

    /// Puts a place that is in no list at the end of the queue.
    #[inline]
    fn push(&mut self, index: u32) {
        self.slots[index as usize].next = END;
        if self.first == END {
            self.first = index;
        } else {
            self.slots[self.last as usize].next = index;
        }
        self.last = index;
        self.queued += 1;
    }

    /// Takes every task out: first those that are to run, in their order, then the others.
    pub(crate) fn take_all(&mut self) -> Vec<(Key, Body)> {
        let waiting: Vec<_> = self.iter().filter(|(_, slot)| slot.next == IDLE).map(|(key, _)| key).collect();
        let mut taken = Vec::with_capacity(self.queued + waiting.len());
        loop {
            match self.next() {
                Next::Run(key, _) => taken.extend(self.remove(key).map(|body| (key, body))),
                Next::Gone => {}
                Next::Empty => break,
            }
        }
        taken.extend(waiting.into_iter().filter_map(|key| Some((key, self.remove(key)?))));
        taken
    }

    /// Takes the first task out of the queue.
    #[inline]
    pub(crate) fn next(&mut self) -> Next {
        let index = self.first;
        let Some(slot) = self.slots.get_mut(index as usize) else { return Next::Empty };
        self.first = slot.next;
        self.queued -= 1;
        slot.next = IDLE;
        match slot.key(index) {
            Some(key) => Next::Run(key, slot.body.clone()),
            None => {
                self.stale -= 1;
                self.reuse(index);
                Next::Gone
            }
        }
    }

    /// Lets go of a task. Its body is for the caller to drop, when nothing of the manager is borrowed any more.
    #[must_use]
    pub(crate) fn remove(&mut self, key: Key) -> Option<Body> {
        let slot = self.slot_mut(key)?;
        let body = mem::replace(&mut slot.body, Body::OnStack);
        slot.generation = (slot.generation + 1) | GONE;
        if slot.next == IDLE {
            self.reuse(key.index);
        } else {
            self.stale += 1;
        }
        Some(body)
    }

    /// Notes that a place is free, which is in no list. One whose generations are used up stays empty for good.
    fn reuse(&mut self, index: u32) {
        let slot = &mut self.slots[index as usize];
        if slot.generation != GONE {
            slot.next = mem::replace(&mut self.free, index);
        }
    }

    #[inline]
    fn slot_mut(&mut self, key: Key) -> Option<&mut Slot> {
        self.slots.get_mut(key.index as usize).filter(|slot| slot.generation == key.generation.get())
    }

    /// Like `remove`, of some task at `index` or after it.
    pub(crate) fn remove_from(&mut self, index: u32) -> Option<(Key, Body)> {
        let rest = self.slots.get(index as usize..)?;
        let key = rest.iter().zip(index..).find_map(|(slot, index)| slot.key(index))?;
        Some((key, self.remove(key)?))
    }
}

impl Slot {
    /// The key of the task that is at `index`, if there is one.
    #[inline]
    fn key(&self, index: u32) -> Option<Key> {
        let generation = NonZeroU32::new(self.generation).filter(|_| self.generation & GONE == 0)?;
        Some(Key { index, generation })
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
        tasks.wake(a);
        assert_eq!(order(&mut tasks), [b]);
        assert_eq!((tasks.runnable(), tasks.queue_len()), (0, 0));
    }

    #[test]
    fn a_key_is_not_that_of_the_next_task_in_its_place() {
        let mut tasks = Tasks::new();
        let first = tasks.insert(Body::OnStack);
        assert!(tasks.remove(first).is_some());
        // The place is in the queue, and not free before it has been there.
        let other = tasks.insert(Body::OnStack);
        assert_ne!(other.index, first.index);
        assert_eq!(order(&mut tasks), [other]);
        let second = tasks.insert(Body::OnStack);
        assert_eq!((second.index, tasks.len()), (first.index, 2));
        assert!(!tasks.wake(first) && tasks.remove(first).is_none());
        assert_eq!(order(&mut tasks), [second]);
    }

    #[test]
    fn a_place_whose_generations_are_used_up_is_not_used_again() {
        let mut tasks = Tasks::new();
        let first = tasks.insert(Body::OnStack);
        tasks.slots[0].generation = GONE - 1;
        let last = Key { generation: NonZeroU32::new(GONE - 1).unwrap(), ..first };
        assert_eq!(order(&mut tasks), [last]);
        assert!(tasks.remove(last).is_some());
        assert_ne!(tasks.insert(Body::OnStack).index, last.index);
        assert!(!tasks.wake(last));
    }
}
