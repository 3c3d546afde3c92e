//! The tasks of a manager, and the run queue, first in, first out.

use core::{mem, num::NonZeroU32, panic::Location};
use std::rc::Rc;

use crate::{
    Task,
    handle::{Added, Chunk},
    manager::Shared,
    slab::Key,
    store::{Home, Store},
};

/// Every task that a manager has, and those of them that are to run.
pub(crate) struct Tasks {
    slots: Vec<Slot>,
    /// Where those are that were added.
    pub(crate) store: Store,
    /// The first slot that can be used again, or [`END`].
    free: u32,
    /// The head of the run queue, which is a list through the slots, or [`END`].
    first: u32,
    /// Its other end, if there is anything in it.
    last: u32,
    /// See [`Progress`].
    put: u64,
    taken: u64,
    /// How many in the queue are of tasks that are gone.
    stale: usize,
}

/// What there is of a task.
struct Slot {
    /// Where the task is; none if it is on a stack.
    home: Home,
    /// What tells the keys of the tasks that are here one after the other. With [`GONE`] set, that of the next one.
    generation: u32,
    /// The next slot in the queue, or in the list of free ones, if this is in one of them.
    next: u32,
}

/// At the end of a list.
const END: u32 = u32::MAX;

/// In no list.
const IDLE: u32 = u32::MAX - 1;

/// Set in the generation of a slot without a task. It is in no key, so no key is of such a slot.
const GONE: u32 = 1 << 31;

/// Where a task itself is.
#[derive(Clone)]
pub(crate) enum Body {
    /// It was added to the manager.
    Added(Added),
    /// On the stack of a `block_on`, which alone can resume it.
    OnStack,
}

/// How many have been put in the run queue since the manager exists, and how many taken out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Progress {
    pub(crate) put: u64,
    pub(crate) taken: u64,
}

/// Where the run queue ended at some time, while nothing has been taken out of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct End {
    put: u64,
    last: u32,
}

/// What was at the head of the run queue.
pub(crate) enum Next {
    Run(Key, Home),
    /// A task that has been cancelled since it was queued.
    Gone,
    Empty,
}

impl Tasks {
    pub(crate) fn new() -> Self {
        let (slots, store) = (Vec::new(), Store::default());
        Tasks { slots, store, free: END, first: END, last: END, put: 0, taken: 0, stale: 0 }
    }

    pub(crate) fn len(&self) -> usize {
        self.iter().count()
    }

    fn iter(&self) -> impl Iterator<Item = (Key, &Slot)> {
        self.slots.iter().zip(0..).filter_map(|(slot, index)| Some((slot.key(index)?, slot)))
    }

    /// Every task, and whether it is to run.
    pub(crate) fn list(&self) -> Vec<(Key, Body, bool)> {
        self.iter().map(|(key, slot)| (key, self.body(slot.home), slot.is_queued())).collect()
    }

    fn body(&self, home: Home) -> Body {
        self.store.task(home).map_or(Body::OnStack, Body::Added)
    }

    /// An added task, unless it is gone.
    pub(crate) fn get(&self, key: Key) -> Option<Added> {
        self.store.task(self.slot(key)?.home)
    }

    pub(crate) fn contains(&self, key: Key) -> bool {
        self.slot(key).is_some()
    }

    /// How many tasks are to run.
    #[inline]
    pub(crate) fn runnable(&self) -> usize {
        self.queue_len() - self.stale
    }

    #[inline]
    fn queue_len(&self) -> usize {
        (self.put - self.taken) as usize
    }

    #[inline]
    pub(crate) fn progress(&self) -> Progress {
        Progress { put: self.put, taken: self.taken }
    }

    /// Adds a task of `manager`, at the end of the queue: the caller is to fill the place in the chunk with it.
    pub(crate) fn add<T: Task + 'static>(
        &mut self,
        manager: &Rc<Shared>,
        place: &'static Location<'static>,
    ) -> (Rc<Chunk>, usize, Key) {
        let (home, chunk) = self.store.reserve::<T>(place, || Rc::downgrade(manager));
        (chunk, home.place(), self.insert(home))
    }

    /// Takes in a task, at the end of the queue: where it is, or none if it is on a stack.
    pub(crate) fn insert(&mut self, home: Home) -> Key {
        let index = self.free;
        let index = match self.slots.get_mut(index as usize) {
            Some(slot) => {
                self.free = slot.next;
                slot.home = home;
                slot.generation &= !GONE;
                index
            }
            None => self.add_slot(home),
        };
        self.push(index);
        self.slots[index as usize].key(index).expect("there is a task now")
    }

    fn add_slot(&mut self, home: Home) -> u32 {
        let index = u32::try_from(self.slots.len()).ok().filter(|index| *index < IDLE);
        self.slots.push(Slot { home, generation: 1, next: IDLE });
        index.expect("fewer than 2^32 tasks at a time")
    }

    /// Puts a task at the end of the queue, unless it is queued or gone; false if it is gone.
    #[inline]
    pub(crate) fn wake(&mut self, key: Key) -> bool {
        match self.slot(key) {
            None => return false,
            Some(slot) if slot.is_queued() => {}
            Some(_) => self.push(key.index),
        }
        true
    }

    /// The same with the task that is running. True if nobody is in the queue: then it is not put there, but is next.
    #[inline]
    pub(crate) fn give_way(&mut self, index: u32) -> bool {
        if self.first == END {
            return true;
        }
        if let Some(slot) = self.slots.get_mut(index as usize)
            && !slot.is_queued()
        {
            slot.next = END;
            if let Some(last) = self.slots.get_mut(self.last as usize) {
                last.next = index;
            }
            self.last = index;
            self.put += 1;
        }
        false
    }

    /// Counts a turn of the running task, where nobody is in the queue: evaluates to where it is.
    #[inline]
    pub(crate) fn take_turn_alone(&mut self, index: u32) -> Option<Home> {
        let slot = self.slots.get(index as usize)?;
        self.put += 1;
        self.taken += 1;
        Some(slot.home)
    }

    /// The same, of whichever task is at `index`.
    #[inline]
    pub(crate) fn wake_at(&mut self, index: u32) {
        if self.slots.get(index as usize).is_some_and(|slot| !slot.is_queued() && slot.generation & GONE == 0) {
            self.push(index);
        }
    }

    /// Where the queue ends now.
    pub(crate) fn end(&self) -> End {
        End { put: self.put, last: if self.first == END { END } else { self.last } }
    }

    /// How many have been put in the queue since then.
    #[inline]
    pub(crate) fn put_since(&self, end: End) -> u64 {
        self.put - end.put
    }

    /// Has the processor fetch what is needed to resume the tasks that have been put in the queue since then.
    ///
    /// When they are resumed, one waits for the memory of its own, then the next one for that of its own. Here nothing
    /// depends on what is found, so the memory of many is on its way at a time.
    pub(crate) fn fetch_since(&self, end: End) {
        let mut index = self.slots.get(end.last as usize).map_or(self.first, |last| last.next);
        while let Some(slot) = self.slots.get(index as usize) {
            self.store.fetch(slot.home);
            index = slot.next;
        }
    }

    /// The key of the task that is at `index` now.
    pub(crate) fn key_at(&self, index: u32) -> Option<Key> {
        self.slots.get(index as usize)?.key(index)
    }

    /// Puts a slot that is in no list at the end of the queue.
    #[inline]
    fn push(&mut self, index: u32) {
        let Some(slot) = self.slots.get_mut(index as usize) else { return };
        slot.next = END;
        match self.slots.get_mut(self.last as usize) {
            Some(last) if self.first != END => last.next = index,
            _ => self.first = index,
        }
        self.last = index;
        self.put += 1;
    }

    /// Takes every task out: first those that are to run, in their order, then the others.
    pub(crate) fn take_all(&mut self) -> Vec<(Key, Body)> {
        let waiting: Vec<_> = self.iter().filter(|(_, slot)| !slot.is_queued()).map(|(key, _)| key).collect();
        let mut taken = Vec::with_capacity(self.queue_len() + waiting.len());
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
        self.taken += 1;
        self.first = mem::replace(&mut slot.next, IDLE);
        match slot.key(index) {
            Some(key) => Next::Run(key, slot.home),
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
        let home = self.vacate(key)?;
        Some(self.body(home))
    }

    /// The same of a task whose body is at hand: where it is, if it was there.
    pub(crate) fn vacate(&mut self, key: Key) -> Option<Home> {
        let home = self.slot(key)?.home;
        let slot = &mut self.slots[key.index as usize];
        slot.generation = (slot.generation + 1) | GONE;
        if slot.is_queued() {
            self.stale += 1;
        } else {
            self.reuse(key.index);
        }
        Some(home)
    }

    /// Notes that a slot is free, which is in no list. One whose generations are used up stays empty for good.
    fn reuse(&mut self, index: u32) {
        let slot = &mut self.slots[index as usize];
        if slot.generation != GONE {
            slot.next = mem::replace(&mut self.free, index);
        }
    }

    #[inline]
    fn slot(&self, key: Key) -> Option<&Slot> {
        self.slots.get(key.index as usize).filter(|slot| slot.generation == key.generation.get())
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
        // With `GONE` it is less than zero.
        if self.generation.cast_signed() <= 0 {
            return None;
        }
        NonZeroU32::new(self.generation).map(|generation| Key { index, generation })
    }

    #[inline]
    fn is_queued(&self) -> bool {
        self.next != IDLE
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
        let [a, b, c] = [(); 3].map(|()| tasks.insert(Home::NONE));
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
        let [waiting, gone, second, first] = [(); 4].map(|()| tasks.insert(Home::NONE));
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
        let [a, b] = [(); 2].map(|()| tasks.insert(Home::NONE));
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
        let first = tasks.insert(Home::NONE);
        assert!(tasks.remove(first).is_some());
        // The place is in the queue, and not free before it has been there.
        let other = tasks.insert(Home::NONE);
        assert_ne!(other.index, first.index);
        assert_eq!(order(&mut tasks), [other]);
        let second = tasks.insert(Home::NONE);
        assert_eq!((second.index, tasks.len()), (first.index, 2));
        assert!(!tasks.wake(first) && tasks.remove(first).is_none());
        assert_eq!(order(&mut tasks), [second]);
    }

    #[test]
    fn a_place_whose_generations_are_used_up_is_not_used_again() {
        let mut tasks = Tasks::new();
        let first = tasks.insert(Home::NONE);
        tasks.slots[0].generation = GONE - 1;
        let last = Key { generation: NonZeroU32::new(GONE - 1).unwrap(), ..first };
        assert_eq!(order(&mut tasks), [last]);
        assert!(tasks.remove(last).is_some());
        assert_ne!(tasks.insert(Home::NONE).index, last.index);
        assert!(!tasks.wake(last));
    }
}
