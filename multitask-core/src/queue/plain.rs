//! `Queue`: each item goes to the task that has waited longest.

use core::{cell::RefCell, fmt};
use std::{collections::VecDeque, rc::Rc};

use super::{Get, Put, TryGetError, TryPutError};
use crate::waiters::Waiters;

/// A queue of items, first in, first out, and so are the tasks that wait for one.
///
/// The value is a handle: clones of it are the same queue. Any task of the thread may use it, whichever manager runs it.
///
/// # Order
///
/// Getters are served in the order in which they began to wait, and so are putters that wait for room. A task whose
/// `get` or `put` need not wait goes on at once, before the one that it made runnable.
///
/// # Cancellation
///
/// A `get` that is cancelled takes nothing: also an item that it would have got in the next turn goes to the next
/// getter, or stays where it was. A `put` that is cancelled while it waits for room leaves the queue as it was, and its
/// item is dropped. Each costs the same however many wait.
///
/// # Examples
///
/// ```
#[doc = include_str!("../yield_in_docs.txt")]
/// use multitask_core::queue::{Queue, TryPutError};
///
/// let queue = Queue::bounded(1);
/// // In a task:
/// yield_!(queue.put("item")).unwrap();
/// assert_eq!(queue.try_put("more"), Err(TryPutError::Full("more")));
/// assert_eq!(yield_!(queue.get()), Ok("item"));
/// ```
pub struct Queue<T> {
    state: Rc<RefCell<State<T>>>,
}

impl<T> Queue<T> {
    /// An empty queue with room for any number of items.
    pub fn new() -> Self {
        Queue::of(VecDeque::new(), usize::MAX)
    }

    /// An empty queue with room for `capacity` items.
    ///
    /// A `put` waits while there is no room. With a capacity of zero it waits for the `get` that takes its item.
    pub fn bounded(capacity: usize) -> Self {
        Queue::of(VecDeque::new(), capacity)
    }

    /// A queue with room for `capacity` items that has items already.
    ///
    /// They may be more than there is room for. The queue is full then until enough of them have been got.
    ///
    /// ```
    /// use multitask_core::queue::Queue;
    /// let queue = Queue::with_contents(1..=3, 2);
    /// queue.try_get()?;
    /// assert!(queue.is_full());
    /// # Ok::<(), multitask_core::queue::TryGetError>(())
    /// ```
    pub fn with_contents(contents: impl IntoIterator<Item = T>, capacity: usize) -> Self {
        Queue::of(contents.into_iter().collect(), capacity)
    }

    fn of(items: VecDeque<T>, capacity: usize) -> Self {
        let state = State { items, capacity, closed: false, getters: Waiters::new(), putters: Waiters::new() };
        Queue { state: Rc::new(RefCell::new(state)) }
    }

    /// Takes the first item, or waits for one. It is an error if the queue is closed and nothing is left in it.
    ///
    /// # Panics
    ///
    /// If it has to wait without a task manager.
    pub fn get(&self) -> Get<T> {
        Get::new(self.state.clone())
    }

    /// Appends an item, or waits for room. It is an error, which has the item, if the queue is closed by then.
    ///
    /// # Panics
    ///
    /// If it has to wait without a task manager.
    pub fn put(&self, item: T) -> Put<T> {
        Put::new(self.state.clone(), item)
    }

    /// Takes the first item, if there is one that no task is waiting for.
    ///
    /// # Errors
    ///
    /// If there is none: [`Closed`](TryGetError::Closed) if there will not be one, either.
    pub fn try_get(&self) -> Result<T, TryGetError> {
        self.state.borrow_mut().take()
    }

    /// Appends an item, if there is room. For callbacks, and for everything else that is no task.
    ///
    /// # Errors
    ///
    /// If the queue is full, or closed. The error has the item.
    pub fn try_put(&self, item: T) -> Result<(), TryPutError<T>> {
        self.state.borrow_mut().offer(item)
    }

    /// What is in the queue, taken out item by item until there is none.
    ///
    /// ```
    /// use multitask_core::queue::Queue;
    /// let queue = Queue::from_iter([1, 2, 3]);
    /// assert_eq!(queue.drain().sum::<i32>(), 6);
    /// assert!(queue.is_empty());
    /// ```
    pub fn drain(&self) -> Drain<'_, T> {
        Drain { queue: self }
    }

    /// Closes the queue, for good: nothing can be put into it from now on, and a `get` does not wait any more.
    ///
    /// What is in it can still be got. Each `put` that waits for room gets its item back.
    pub fn close(&self) {
        self.state.borrow_mut().close();
    }

    /// Whether the queue was closed. There may still be items in it.
    pub fn is_closed(&self) -> bool {
        self.state.borrow().closed
    }

    /// How many items there are to be had. One that a task is about to take is not counted, nor one that waits for room.
    pub fn len(&self) -> usize {
        self.state.borrow().len()
    }

    /// Whether there is no item to be had.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether there is no room. Never, if the queue is not bounded.
    pub fn is_full(&self) -> bool {
        self.state.borrow().is_full()
    }

    /// For how many items there is room, all in all. `None` if the queue is not bounded.
    pub fn capacity(&self) -> Option<usize> {
        Some(self.state.borrow().capacity).filter(|capacity| *capacity != usize::MAX)
    }

    /// How many tasks are in a `get`: those that wait, and those that are about to go on.
    pub fn getter_count(&self) -> usize {
        self.state.borrow().getters.len()
    }

    /// How many tasks wait for room.
    pub fn putter_count(&self) -> usize {
        self.state.borrow().putters.len()
    }

    /// Whether an item that is equal to this one is to be had.
    ///
    /// # Panics
    ///
    /// If comparing two items changes the queue.
    pub fn contains(&self, item: &T) -> bool
    where
        T: PartialEq,
    {
        let state = self.state.borrow();
        state.items.range(state.getters.called()..).any(|other| other == item)
    }
}

/// Clones are the same queue.
impl<T> Clone for Queue<T> {
    fn clone(&self) -> Self {
        Queue { state: self.state.clone() }
    }
}

impl<T> Default for Queue<T> {
    fn default() -> Self {
        Queue::new()
    }
}

/// A queue that is not bounded, and has these items.
impl<T> FromIterator<T> for Queue<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        Queue::with_contents(items, usize::MAX)
    }
}

impl<T> fmt::Debug for Queue<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.state.borrow();
        f.debug_struct("Queue")
            .field("len", &state.len())
            .field("capacity", &self.capacity())
            .field("closed", &state.closed)
            .field("getters", &state.getters.len())
            .field("putters", &state.putters.len())
            .finish()
    }
}

/// The items of [`Queue::drain`]. Those that are not asked for stay in the queue.
#[derive(Debug)]
pub struct Drain<'q, T> {
    queue: &'q Queue<T>,
}

impl<T> Iterator for Drain<'_, T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        self.queue.try_get().ok()
    }
}

/// What the handles of a queue share.
///
/// The first items are those of the getters that have been called, one each and in the same order. They leave when the
/// getters run: an item whose getter is cancelled is in its place for the next one.
///
/// Invariants: while getters wait to be called no other item is there; while putters wait there is no room.
pub(super) struct State<T> {
    items: VecDeque<T>,
    capacity: usize,
    pub(super) closed: bool,
    pub(super) getters: Waiters,
    /// With what they want to put.
    pub(super) putters: Waiters<T>,
}

impl<T> State<T> {
    fn len(&self) -> usize {
        self.items.len() - self.getters.called()
    }

    fn is_full(&self) -> bool {
        self.len() >= self.capacity
    }

    /// Takes in an item, for a getter or because there is room.
    #[inline]
    pub(super) fn offer(&mut self, item: T) -> Result<(), TryPutError<T>> {
        if self.closed {
            return Err(TryPutError::Closed(item));
        }
        if self.getters.waiting() > 0 {
            self.items.push_back(item);
            self.getters.call_next();
            return Ok(());
        }
        if self.is_full() {
            return Err(TryPutError::Full(item));
        }
        self.items.push_back(item);
        Ok(())
    }

    /// Takes the first item that is not some getter's.
    #[inline]
    pub(super) fn take(&mut self) -> Result<T, TryGetError> {
        if self.len() == 0 {
            return self.take_from_putter();
        }
        let item = self.remove(self.getters.called());
        if self.putters.waiting() > 0 {
            self.admit();
        }
        Ok(item)
    }

    /// There is no item. If there is a putter all the same, the capacity is zero.
    fn take_from_putter(&mut self) -> Result<T, TryGetError> {
        if self.closed {
            return Err(TryGetError::Closed);
        }
        self.putters.release_next().ok_or(TryGetError::Empty)
    }

    /// Takes the item that is for the getter before which there are `place` others.
    pub(super) fn take_own(&mut self, place: usize) -> T {
        self.remove(place)
    }

    /// An item that was some getter's is for anyone: for the next one, if there is one.
    pub(super) fn pass_on(&mut self) {
        self.getters.call_next();
    }

    #[inline]
    fn remove(&mut self, index: usize) -> T {
        let item = if index == 0 { self.items.pop_front() } else { self.items.remove(index) };
        item.expect("the index is that of an item")
    }

    /// Takes in what waits for room.
    fn admit(&mut self) {
        while !self.closed
            && !self.is_full()
            && let Some(item) = self.putters.release_next()
        {
            self.items.push_back(item);
        }
    }

    fn close(&mut self) {
        self.closed = true;
        self.getters.wake_waiting();
        self.putters.wake_waiting();
    }
}
