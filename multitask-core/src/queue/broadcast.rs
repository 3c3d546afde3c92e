//! `Broadcast`: each item goes to everyone who listens.

use core::{cell::RefCell, fmt};
use std::rc::{Rc, Weak};

use super::{Get, Queue, TryGetError};
use crate::line::{Line, Ticket};

/// Hands each item to every receiver.
///
/// A [`Receiver`] gets what is put from the moment on at which it [subscribed](Broadcast::subscribe), all of it, in order
/// and at its own pace; what it has not got yet is kept for it. An item that is put while nobody listens is dropped.
///
/// The value is a handle: clones of it are the same broadcast. When the last one is dropped, or by
/// [`close`](Broadcast::close), it is closed: the receivers get what there is left for them, then an error.
///
/// # Examples
///
/// ```
#[doc = include_str!("../yield_in_docs.txt")]
/// use multitask_core::queue::Broadcast;
///
/// let news = Broadcast::new();
/// let [one, other] = [news.subscribe(), news.subscribe()];
/// assert_eq!(news.put("it rains"), 2);
/// // In tasks:
/// assert_eq!(yield_!(one.get()), Ok("it rains"));
/// assert_eq!(yield_!(other.get()), Ok("it rains"));
/// ```
pub struct Broadcast<T> {
    shared: Rc<Shared<T>>,
}

struct Shared<T> {
    /// Nothing of a user's is dropped with a handle in here: each receiver has another one.
    receivers: RefCell<Receivers<T>>,
}

struct Receivers<T> {
    queues: Line<Queue<T>>,
    closed: bool,
}

impl<T> Broadcast<T> {
    /// A broadcast that nobody listens to yet.
    pub fn new() -> Self {
        let receivers = Receivers { queues: Line::new(), closed: false };
        Broadcast { shared: Rc::new(Shared { receivers: RefCell::new(receivers) }) }
    }

    /// A receiver of everything that is put from now on. If the broadcast is closed, that is nothing.
    pub fn subscribe(&self) -> Receiver<T> {
        Receiver::new(&self.shared)
    }

    /// For who listens later, and is no reason to keep the broadcast open.
    pub(crate) fn downgrade(&self) -> WeakBroadcast<T> {
        WeakBroadcast { shared: Rc::downgrade(&self.shared) }
    }

    /// Hands an item to every receiver, and evaluates to how many there are. It never waits.
    ///
    /// A closed broadcast drops the item.
    pub fn put(&self, item: T) -> usize
    where
        T: Clone,
    {
        let receivers = self.shared.queues();
        let Some((last, others)) = receivers.split_last() else { return 0 };
        let mut reached = 0;
        for receiver in others {
            reached += usize::from(receiver.try_put(item.clone()).is_ok());
        }
        reached + usize::from(last.try_put(item).is_ok())
    }

    /// Closes the broadcast, for good. Receivers can still get what was put before.
    pub fn close(&self) {
        self.shared.close();
    }

    /// Whether the broadcast was closed.
    pub fn is_closed(&self) -> bool {
        self.shared.receivers.borrow().closed
    }

    /// How many receivers there are.
    pub fn receiver_count(&self) -> usize {
        self.shared.receivers.borrow().queues.len()
    }
}

impl<T> Shared<T> {
    /// Those of the receivers of now. Cloning an item may change who listens, so it is not done among them.
    fn queues(&self) -> Vec<Queue<T>> {
        self.receivers.borrow().queues.iter().map(|(_, queue)| queue.clone()).collect()
    }

    fn close(&self) {
        self.receivers.borrow_mut().closed = true;
        self.queues().iter().for_each(Queue::close);
    }
}

impl<T> Drop for Shared<T> {
    fn drop(&mut self) {
        self.close();
    }
}

/// Clones are the same broadcast.
impl<T> Clone for Broadcast<T> {
    fn clone(&self) -> Self {
        Broadcast { shared: self.shared.clone() }
    }
}

impl<T> Default for Broadcast<T> {
    fn default() -> Self {
        Broadcast::new()
    }
}

impl<T> fmt::Debug for Broadcast<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Broadcast")
            .field("receivers", &self.receiver_count())
            .field("closed", &self.is_closed())
            .finish()
    }
}

/// A broadcast that others keep open.
pub(crate) struct WeakBroadcast<T> {
    shared: Weak<Shared<T>>,
}

impl<T> WeakBroadcast<T> {
    /// A receiver of what is put from now on, unless nobody can put anything.
    pub(crate) fn subscribe(&self) -> Option<Receiver<T>> {
        self.shared.upgrade().map(|shared| Receiver::new(&shared))
    }
}

/// Gets what is put into a [`Broadcast`].
///
/// The value is a handle: tasks with clones of it share its items, as those of a [`Queue`]. When the last one is dropped
/// the broadcast forgets the receiver, with what it has not got.
///
/// A `get` that is cancelled takes nothing. It does not keep the receiver alive: after the last handle is gone, it is
/// told that the queue is closed.
pub struct Receiver<T> {
    subscription: Rc<Subscription<T>>,
}

struct Subscription<T> {
    queue: Queue<T>,
    ticket: Ticket,
    shared: Weak<Shared<T>>,
}

impl<T> Receiver<T> {
    fn new(shared: &Rc<Shared<T>>) -> Self {
        let queue = Queue::new();
        let mut receivers = shared.receivers.borrow_mut();
        if receivers.closed {
            queue.close();
        }
        let ticket = receivers.queues.push(queue.clone());
        Receiver { subscription: Rc::new(Subscription { queue, ticket, shared: Rc::downgrade(shared) }) }
    }

    /// Takes the next item, or waits for it. It is an error if the broadcast is closed and nothing is left.
    ///
    /// # Panics
    ///
    /// If it has to wait without a task manager.
    pub fn get(&self) -> Get<T> {
        self.subscription.queue.get()
    }

    /// Takes the next item, if there is one.
    ///
    /// # Errors
    ///
    /// If there is none: [`Closed`](TryGetError::Closed) if there will not be one, either.
    pub fn try_get(&self) -> Result<T, TryGetError> {
        self.subscription.queue.try_get()
    }

    /// How many items are to be had now.
    pub fn len(&self) -> usize {
        self.subscription.queue.len()
    }

    /// Whether there is nothing to be had now.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<T> Drop for Subscription<T> {
    fn drop(&mut self) {
        if let Some(shared) = self.shared.upgrade() {
            shared.receivers.borrow_mut().queues.remove(self.ticket);
        }
        self.queue.close();
    }
}

/// Clones are the same receiver. For one more that gets everything, [subscribe](Broadcast::subscribe) again.
impl<T> Clone for Receiver<T> {
    fn clone(&self) -> Self {
        Receiver { subscription: self.subscription.clone() }
    }
}

impl<T> fmt::Debug for Receiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receiver")
            .field("len", &self.len())
            .field("getters", &self.subscription.queue.getter_count())
            .finish_non_exhaustive()
    }
}
