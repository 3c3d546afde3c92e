//! The tasks of a manager, and the run queue, first in, first out.

use core::{mem, num::NonZeroU32, panic::Location};
use std::rc::Rc;

use crate::{
    Task,
    handle::{Added, Chunk},
    manager::Shared,
    slab::Key,
    store::{Home, Store},
    turn::Turn,
};

/// Every task that a manager has, and those of them that are to run.
pub(crate) struct Tasks {
    slots: Vec<Slot>,
    /// Where those are that were added.
    pub(crate) store: Store,
    /// The first slot that can be used again, or [`END`].
    free: u32,
    /// The last slot of the run queue, which is a ring through the slots, so that the first one follows it; [`END`] if there
    /// is nothing in the ring.
    last: u32,
    /// The task that is running, if its slot is in the ring all the same, as the first one; else [`END`]. That is so where
    /// the task before it has given way, as it will, too: then it has but to be called the last one.
    running: u32,
    /// How many are in the queue.
    queued: usize,
    /// How many in the queue are of tasks that are gone.
    stale: usize,
    pub(crate) turn: Turn,
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

/// Where the run queue ended at some time, while nothing has been taken out of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct End {
    queued: usize,
    last: u32,
}

/// What was at the head of the run queue.
pub(crate) enum Next {
    Run(Key, Home),
    /// A task that has been cancelled since it was queued.
    Gone,
    Empty,
}

/// What has become of the queue when a task has given way.
pub(crate) enum Rotated {
    /// The task is alone, and has its next turn.
    Alone(Home),
    /// The turn of another one.
    To(Key, Home),
    /// Nothing yet.
    Not,
}

impl Tasks {
    pub(crate) fn new() -> Self {
        let (slots, store, turn) = (Vec::new(), Store::default(), Turn::default());
        Tasks { slots, store, free: END, running: END, last: END, queued: 0, stale: 0, turn }
    }

    pub(crate) fn len(&self) -> usize {
        self.iter().count()
    }

    fn iter(&self) -> impl Iterator<Item = (Key, &Slot)> {
        self.slots.iter().zip(0..).filter_map(|(slot, index)| Some((slot.key(index)?, slot)))
    }

    /// Every task, and whether it is to run.
    pub(crate) fn list(&self) -> Vec<(Key, Body, bool)> {
        self.iter().map(|(key, slot)| (key, self.body(slot.home), self.is_queued(key.index, slot))).collect()
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
        self.queued - self.stale
    }

    /// How many are in the queue, also of tasks that are gone.
    #[inline]
    pub(crate) fn queued(&self) -> usize {
        self.queued
    }

    /// Has a turn begin with all that are in the queue.
    pub(crate) fn begin_turn(&mut self) {
        self.turn.begin(self.queued);
    }

    /// Whether it is plain that another task is to run, in the turn that is under way or the next one: counts it, and is
    /// followed by [`next`](Tasks::next).
    #[inline]
    pub(crate) fn goes_on(&mut self) -> bool {
        self.turn.goes_on(self.queued)
    }

    #[inline]
    fn is_queued(&self, index: u32, slot: &Slot) -> bool {
        slot.is_linked() && index != self.running
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
            Some(slot) if slot.is_linked() => self.wake_running(key.index),
            Some(_) => self.push(key.index),
        }
        true
    }

    /// The same, of whichever task is at `index`.
    #[inline]
    pub(crate) fn wake_at(&mut self, index: u32) {
        match self.slots.get(index as usize) {
            Some(slot) if slot.is_linked() => self.wake_running(index),
            Some(slot) if slot.generation & GONE == 0 => self.push(index),
            _ => {}
        }
    }

    /// Puts the task that is running at the end of the queue, if that is the one at `index`.
    #[inline]
    fn wake_running(&mut self, index: u32) {
        if index == self.running {
            self.unlink_running();
            self.push(index);
        }
    }

    /// Where the queue ends now.
    pub(crate) fn end(&self) -> End {
        End { queued: self.queued, last: self.last }
    }

    /// How many have been put in the queue since then.
    #[inline]
    pub(crate) fn put_since(&self, end: End) -> u64 {
        (self.queued - end.queued) as u64
    }

    /// Has the processor fetch what is needed to resume the tasks that have been put in the queue since then.
    ///
    /// When they are resumed, one waits for the memory of its own, then the next one for that of its own. Here nothing
    /// depends on what is found, so the memory of many is on its way at a time.
    pub(crate) fn fetch_since(&self, end: End) {
        // If there was none, it begins after the one that is the last now.
        let mut before = if end.last == END { self.last } else { end.last };
        for _ in 0..self.put_since(end) {
            before = self.slots[before as usize].next;
            self.store.fetch(self.slots[before as usize].home);
        }
    }

    /// The key of the task that is at `index` now.
    pub(crate) fn key_at(&self, index: u32) -> Option<Key> {
        self.slots.get(index as usize)?.key(index)
    }

    /// Puts a slot that is in no list at the end of the queue.
    #[inline]
    fn push(&mut self, index: u32) {
        let first = self.slots.get_mut(self.last as usize).map_or(index, |last| mem::replace(&mut last.next, index));
        let Some(slot) = self.slots.get_mut(index as usize) else { return };
        slot.next = first;
        self.last = index;
        self.queued += 1;
    }

    /// Takes the task that runs out of the ring.
    #[inline]
    pub(crate) fn unlink_running(&mut self) {
        let index = self.running;
        let Some(slot) = self.slots.get_mut(index as usize) else { return };
        self.running = END;
        let second = mem::replace(&mut slot.next, IDLE);
        if second == index {
            self.last = END;
        } else if let Some(last) = self.slots.get_mut(self.last as usize) {
            last.next = second;
        }
    }

    /// Takes every task out: first those that are to run, in their order, then the others.
    pub(crate) fn take_all(&mut self) -> Vec<(Key, Body)> {
        let waiting: Vec<_> = self.iter().filter(|(_, slot)| !slot.is_linked()).map(|(key, _)| key).collect();
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

    /// Takes the first task out of the queue, to run it; the one that has run until now waits.
    #[inline]
    pub(crate) fn next(&mut self) -> Next {
        self.unlink_running();
        let last = self.last;
        let Some(slot) = self.slots.get_mut(last as usize) else { return Next::Empty };
        let index = slot.next;
        let slot = if index == last {
            self.last = END;
            slot
        } else {
            let Some(first) = self.slots.get_mut(index as usize) else { return Next::Empty };
            let second = first.next;
            if let Some(last) = self.slots.get_mut(last as usize) {
                last.next = second;
            }
            let Some(first) = self.slots.get_mut(index as usize) else { return Next::Empty };
            first
        };
        slot.next = IDLE;
        self.queued -= 1;
        match (slot.key(index), slot.home) {
            (Some(key), home) => Next::Run(key, home),
            (None, _) => {
                self.stale -= 1;
                self.reuse(index);
                Next::Gone
            }
        }
    }

    /// The same where the task that is running goes to the end of the queue, if that is plain to do, and the turn goes on, or
    /// another one.
    #[inline]
    pub(crate) fn rotate(&mut self) -> Rotated {
        let index = self.running;
        let Some(slot) = self.slots.get(index as usize) else { return Rotated::Not };
        let next = slot.next;
        if next == index {
            // Then the turn is over, too, and the next one is its own.
            return if self.turn.goes_on_alone() { Rotated::Alone(slot.home) } else { Rotated::Not };
        }
        let Some(slot) = self.slots.get(next as usize) else { return Rotated::Not };
        let (Some(key), home) = (slot.key(next), slot.home) else { return Rotated::Not };
        if !self.turn.goes_on_with_one_more(self.queued) {
            return Rotated::Not;
        }
        (self.last, self.running) = (index, next);
        Rotated::To(key, home)
    }

    /// Puts the task that is running, or has been, at the end of the queue, unless it is there or gone.
    pub(crate) fn give_way(&mut self, index: u32) {
        self.unlink_running();
        self.wake_at(index);
    }

    /// Takes the first task out of the queue, if it is not gone, but leaves its slot in the ring: for one that is likely to
    /// give way.
    pub(crate) fn next_in_ring(&mut self) -> Next {
        let Some(last) = self.slots.get(self.last as usize) else { return Next::Empty };
        let index = last.next;
        match self.slots.get(index as usize).and_then(|slot| Some((slot.key(index)?, slot.home))) {
            Some((key, home)) if self.running == END => {
                self.queued -= 1;
                self.running = index;
                Next::Run(key, home)
            }
            _ => self.next(),
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
        if key.index == self.running {
            self.unlink_running();
        }
        let slot = &mut self.slots[key.index as usize];
        slot.generation = (slot.generation + 1) | GONE;
        if slot.is_linked() {
            self.stale += 1;
        } else {
            self.reuse(key.index);
        }
        Some(home)
    }

    /// Notes that a slot is free, which is in no list. One whose generations are used up stays empty for good.
    fn reuse(&mut self, index: u32) {
        if let Some(slot) = self.slots.get_mut(index as usize)
            && slot.generation != GONE
        {
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

    /// Whether it is in a list.
    #[inline]
    fn is_linked(&self) -> bool {
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
        assert_eq!((tasks.len(), tasks.runnable(), tasks.queued), (0, 0, 0));
        assert!(!tasks.wake(waiting));
    }

    #[test]
    fn a_task_that_is_gone_is_not_runnable_and_cannot_be_woken() {
        let mut tasks = Tasks::new();
        let [a, b] = [(); 2].map(|()| tasks.insert(Home::NONE));
        assert!(tasks.remove(a).is_some());
        assert!(tasks.remove(a).is_none());
        assert_eq!((tasks.runnable(), tasks.queued), (1, 2));
        tasks.wake(a);
        assert_eq!(order(&mut tasks), [b]);
        assert_eq!((tasks.runnable(), tasks.queued), (0, 0));
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

    /// So many tasks, of which the first one runs, and has its slot in the ring.
    fn in_a_ring<const N: usize>() -> (Tasks, [Key; N]) {
        let mut tasks = Tasks::new();
        let keys = [(); N].map(|()| tasks.insert(Home::NONE));
        tasks.begin_turn();
        tasks.turn.follow_until(100);
        assert!(tasks.goes_on());
        assert!(matches!(tasks.next_in_ring(), Next::Run(key, _) if key == keys[0]));
        (tasks, keys)
    }

    fn rotate(tasks: &mut Tasks) -> Option<Key> {
        match tasks.rotate() {
            Rotated::To(key, _) => Some(key),
            Rotated::Alone(_) => tasks.key_at(tasks.running),
            Rotated::Not => None,
        }
    }

    #[test]
    fn who_gives_way_is_behind_all_that_were_woken_before() {
        let (mut tasks, [a, b, c]) = in_a_ring();
        assert_eq!([(); 4].map(|()| rotate(&mut tasks)), [b, c, a, b].map(Some));
        let d = tasks.insert(Home::NONE);
        assert_eq!((tasks.runnable(), tasks.turn.taken()), (3, 5));
        assert_eq!([(); 5].map(|()| rotate(&mut tasks)), [c, a, d, b, c].map(Some));
        // It waits now.
        assert_eq!(order(&mut tasks), [a, d, b]);
        assert_eq!((tasks.runnable(), tasks.last, tasks.running), (0, END, END));
    }

    #[test]
    fn who_is_woken_while_it_runs_is_in_the_queue_once() {
        let (mut tasks, [a, b]) = in_a_ring();
        assert!(tasks.wake(a) && tasks.wake(a));
        let c = tasks.insert(Home::NONE);
        assert_eq!(rotate(&mut tasks), None);
        tasks.give_way(a.index);
        assert_eq!(order(&mut tasks), [b, a, c]);
        let (mut alone, [a]) = in_a_ring();
        assert_eq!([(); 2].map(|()| rotate(&mut alone)), [Some(a); 2]);
        alone.wake_at(a.index);
        assert_eq!((alone.runnable(), rotate(&mut alone)), (1, None));
        assert_eq!(order(&mut alone), [a]);
    }

    #[test]
    fn who_ends_leaves_the_ring_and_who_is_gone_is_passed_by() {
        let (mut tasks, [a, b, c, d]) = in_a_ring();
        assert!(tasks.remove(b).is_some());
        assert_eq!((tasks.runnable(), rotate(&mut tasks)), (2, None));
        tasks.give_way(a.index);
        assert!(matches!(tasks.next_in_ring(), Next::Gone));
        assert!(matches!(tasks.next_in_ring(), Next::Run(key, _) if key == c));
        assert!(tasks.remove(c).is_some());
        assert_eq!((tasks.runnable(), tasks.len()), (2, 2));
        assert_eq!(order(&mut tasks), [d, a]);
        let (mut alone, [a]) = in_a_ring();
        assert!(alone.remove(a).is_some());
        assert_eq!((alone.len(), alone.queued(), alone.last), (0, 0, END));
    }

    #[test]
    fn where_something_is_due_nobody_has_another_turn() {
        let (mut tasks, [a, b]) = in_a_ring();
        tasks.turn.look_up();
        // The turn itself is finished.
        assert_eq!([(); 2].map(|()| rotate(&mut tasks)), [Some(b), None]);
        tasks.give_way(b.index);
        assert!(!tasks.goes_on());
        assert_eq!(order(&mut tasks), [a, b]);
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
