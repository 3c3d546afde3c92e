//! `SmartQueue`: each item goes to the first task that wants it.

mod search;
mod state;
mod waits;

use core::fmt;
use std::rc::Rc;

use self::search::Shared;
use super::{TryGetError, TryPutError};

pub use waits::{SmartGet, SmartPut};

/// A queue whose getters say which items they want.
///
/// [`get_if`](SmartQueue::get_if) takes the first item for which a predicate holds, and leaves those before it where they
/// are. If there is none, the task waits. An item that is put is offered to the waiting tasks in the order in which they
/// began to wait; the first one that wants it gets it. So each item goes to one task; for items that everyone is to
/// have, there is [`Broadcast`](super::Broadcast).
///
/// An item that nobody wants stays until somebody does. A bounded queue can be full of such ones, but it cannot get stuck
/// by it: an item that waits for room is offered to the getters all the same.
///
/// The value is a handle: clones of it are the same queue. Any task of the thread may use it, whichever manager runs it.
///
/// # Predicates
///
/// A predicate runs when its task looks for an item, and whenever an item is offered to it while it waits: then inside of
/// the `put`. If it panics, the panic is raised in the task that gave it, not in the one that puts. While it looks at an
/// item, this one cannot be had; else a predicate may use the queue.
///
/// # Cancellation
///
/// A `get` that is cancelled takes nothing: an item that it would have got in the next turn stays in its place, and is
/// offered to the others that wait. A `put` that is cancelled while it waits for room leaves the queue as it was, and its
/// item is dropped.
///
/// # Examples
///
/// ```
#[doc = include_str!("../../yield_in_docs.txt")]
/// use multitask_core::queue::SmartQueue;
///
/// fn is_even(n: &u32) -> bool { n % 2 == 0 }
///
/// let queue = SmartQueue::from_iter([1, 2, 3]);
/// // In a task:
/// assert_eq!(yield_!(queue.get_if(is_even)), Ok(2));
/// assert_eq!(yield_!(queue.get()), Ok(1));
/// ```
pub struct SmartQueue<T> {
    shared: Rc<Shared<T>>,
}

impl<T> SmartQueue<T> {
    /// An empty queue with room for any number of items.
    pub fn new() -> Self {
        SmartQueue::bounded(usize::MAX)
    }

    /// An empty queue with room for `capacity` items.
    ///
    /// A `put` waits while there is no room and nobody wants its item.
    pub fn bounded(capacity: usize) -> Self {
        SmartQueue { shared: Rc::new(Shared::new(capacity)) }
    }

    /// A queue with room for `capacity` items that has items already.
    ///
    /// They may be more than there is room for. The queue is full then until enough of them have been got.
    pub fn with_contents(contents: impl IntoIterator<Item = T>, capacity: usize) -> Self {
        let queue = SmartQueue::bounded(capacity);
        contents.into_iter().for_each(|item| queue.shared.append(item));
        queue
    }

    /// Takes the first item, or waits for one. It is an error if the queue is closed and nothing is left in it.
    ///
    /// # Panics
    ///
    /// If it has to wait without a task manager.
    pub fn get(&self) -> SmartGet<T> {
        SmartGet::any(self.shared.clone())
    }

    /// Takes the first item that is wanted, or waits for one. It is an error if the queue is closed and none is wanted.
    ///
    /// # Panics
    ///
    /// If the predicate does, and if it has to wait without a task manager.
    pub fn get_if<F>(&self, wanted: F) -> SmartGet<T, F>
    where
        F: FnMut(&T) -> bool + 'static,
    {
        SmartGet::wanting(self.shared.clone(), wanted)
    }

    /// Appends an item, or waits for room, or for a task that wants it. It is an error, which has the item, if the queue
    /// is closed by then.
    ///
    /// # Panics
    ///
    /// If it has to wait without a task manager.
    pub fn put(&self, item: T) -> SmartPut<T> {
        SmartPut::new(self.shared.clone(), item)
    }

    /// Takes the first item, if there is one.
    ///
    /// # Errors
    ///
    /// If there is none: [`Closed`](TryGetError::Closed) if there will not be one, either.
    pub fn try_get(&self) -> Result<T, TryGetError> {
        self.shared.take_first().ok_or_else(|| self.nothing())
    }

    /// Takes the first item that is wanted, if there is one.
    ///
    /// # Errors
    ///
    /// If there is none: [`Closed`](TryGetError::Closed) if there will not be one, either.
    ///
    /// # Panics
    ///
    /// If the predicate does.
    pub fn try_get_if(&self, mut wanted: impl FnMut(&T) -> bool) -> Result<T, TryGetError> {
        self.shared.find(&mut wanted).ok_or_else(|| self.nothing())
    }

    fn nothing(&self) -> TryGetError {
        if self.is_closed() { TryGetError::Closed } else { TryGetError::Empty }
    }

    /// Appends an item, if there is room or a task that wants it. For callbacks, and for everything else that is no task.
    ///
    /// # Errors
    ///
    /// If the queue is full, or closed. The error has the item.
    pub fn try_put(&self, item: T) -> Result<(), TryPutError<T>> {
        self.shared.try_put(item)
    }

    /// Closes the queue, for good: nothing can be put into it from now on, and a `get` does not wait any more.
    ///
    /// What is in it can still be got. Each `put` that waits for room gets its item back.
    pub fn close(&self) {
        self.shared.state.borrow_mut().close();
    }

    /// Whether the queue was closed. There may still be items in it.
    pub fn is_closed(&self) -> bool {
        self.shared.state.borrow().closed
    }

    /// How many items there are to be had. One that a task is about to take is not counted, nor one that waits for room.
    pub fn len(&self) -> usize {
        self.shared.state.borrow().len
    }

    /// Whether there is no item to be had.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether there is no room. Never, if the queue is not bounded.
    pub fn is_full(&self) -> bool {
        self.shared.state.borrow().is_full()
    }

    /// For how many items there is room, all in all. `None` if the queue is not bounded.
    pub fn capacity(&self) -> Option<usize> {
        Some(self.shared.state.borrow().capacity).filter(|capacity| *capacity != usize::MAX)
    }

    /// How many tasks are in a `get`: those that wait, and those that are about to go on.
    pub fn getter_count(&self) -> usize {
        self.shared.state.borrow().getters.len()
    }

    /// How many tasks wait for room.
    pub fn putter_count(&self) -> usize {
        self.shared.state.borrow().blocked_count()
    }
}

/// Clones are the same queue.
impl<T> Clone for SmartQueue<T> {
    fn clone(&self) -> Self {
        SmartQueue { shared: self.shared.clone() }
    }
}

impl<T> Default for SmartQueue<T> {
    fn default() -> Self {
        SmartQueue::new()
    }
}

/// A queue that is not bounded, and has these items.
impl<T> FromIterator<T> for SmartQueue<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        SmartQueue::with_contents(items, usize::MAX)
    }
}

impl<T> fmt::Debug for SmartQueue<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.shared.state.borrow();
        f.debug_struct("SmartQueue")
            .field("len", &state.len)
            .field("capacity", &self.capacity())
            .field("closed", &state.closed)
            .field("getters", &state.getters.len())
            .field("putters", &state.blocked_count())
            .finish()
    }
}
