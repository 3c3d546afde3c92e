//! `Mailbox`, and where messages for it are sent to.

use core::fmt;
use std::rc::{Rc, Weak};

use super::{Message, Receive, Selection, SendError};
use crate::queue::{SmartQueue, TryPutError};

/// The messages that were sent to a task, in the order in which they came.
///
/// It goes with its task: what was sent and not received is dropped with it, and sending to it is an error from then on.
pub struct Mailbox<V = (), N = &'static str> {
    messages: Rc<Messages<V, N>>,
}

/// What a mailbox shares with what waits for a message of it.
pub(super) struct Messages<V, N> {
    pub(super) queue: SmartQueue<Message<V, N>>,
}

impl<V, N> Mailbox<V, N> {
    /// An empty mailbox with room for any number of messages.
    pub fn new() -> Self {
        Mailbox { messages: Rc::new(Messages { queue: SmartQueue::new() }) }
    }

    /// An empty mailbox with room for `capacity` messages, which keeps a sender that is faster than its receiver from
    /// using up the memory: while there is no room, sending is an error.
    ///
    /// # Examples
    ///
    /// ```
    /// use multitask_core::message::{Mailbox, Message, SendError};
    ///
    /// let mailbox = Mailbox::bounded(1);
    /// mailbox.address().send(Message::new("first", ())).unwrap();
    /// let refused = mailbox.address().send(Message::new("second", ()));
    /// assert!(matches!(refused, Err(SendError::Full(message)) if message.name == "second"));
    /// ```
    pub fn bounded(capacity: usize) -> Self {
        Mailbox { messages: Rc::new(Messages { queue: SmartQueue::bounded(capacity) }) }
    }

    /// Where messages for this mailbox are sent to.
    pub fn address(&self) -> Address<V, N> {
        Address { messages: Rc::downgrade(&self.messages) }
    }

    /// A message whose sender is this mailbox: for it, an answer comes here.
    pub fn message(&self, name: N, value: V) -> Message<V, N> {
        Message { name, value, sender: Some(self.address()) }
    }

    /// Takes the first message, or waits for one.
    ///
    /// # Panics
    ///
    /// If it has to wait without a task manager.
    pub fn receive(&self) -> Receive<V, N> {
        self.receive_if(Selection::all())
    }

    /// Takes the first message that is accepted, or waits for one. The others stay, unless they are discarded.
    ///
    /// One that is cancelled takes no message. What it has discarded is gone.
    ///
    /// # Panics
    ///
    /// If comparing names does, and if it has to wait without a task manager.
    ///
    /// # Examples
    ///
    /// ```
    #[doc = include_str!("../yield_in_docs.txt")]
    /// use multitask_core::message::{Mailbox, Message, accept, defer};
    ///
    /// let mailbox = Mailbox::new();
    /// for name in ["noise", "quit", "data"] {
    ///     mailbox.address().send(Message::new(name, ())).unwrap();
    /// }
    /// // In a task:
    /// assert_eq!(yield_!(mailbox.receive_if(defer(["quit"]).discard(["noise"]))).name, "data");
    /// assert_eq!(yield_!(mailbox.receive_if(accept(["quit"]))).name, "quit");
    /// assert!(mailbox.is_empty());
    /// ```
    pub fn receive_if(&self, selection: Selection<N>) -> Receive<V, N> {
        Receive::new(self.messages.clone(), selection)
    }

    /// How many messages there are that were not received.
    pub fn len(&self) -> usize {
        self.messages.queue.len()
    }

    /// Whether all messages were received.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<V, N> Default for Mailbox<V, N> {
    fn default() -> Self {
        Mailbox::new()
    }
}

impl<V, N> fmt::Debug for Mailbox<V, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mailbox")
            .field("len", &self.len())
            .field("receivers", &self.messages.queue.getter_count())
            .finish_non_exhaustive()
    }
}

/// Where messages for a [`Mailbox`] are sent to. It does not keep the mailbox; clones are the same address.
pub struct Address<V = (), N = &'static str> {
    messages: Weak<Messages<V, N>>,
}

impl<V, N> Address<V, N> {
    /// Sends a message. It never waits, and it does not resume the task whose mailbox it is: that goes on in its turn.
    ///
    /// # Errors
    ///
    /// If the mailbox is gone, most likely with its task, or if it is [bounded](Mailbox::bounded) and full. The error has
    /// the message.
    pub fn send(&self, message: Message<V, N>) -> Result<(), SendError<V, N>> {
        match self.messages.upgrade() {
            Some(messages) => messages.queue.try_put(message).map_err(|error| match error {
                TryPutError::Full(message) => SendError::Full(message),
                TryPutError::Closed(message) => SendError::Gone(message),
            }),
            None => Err(SendError::Gone(message)),
        }
    }

    /// Whether the mailbox is gone.
    pub fn is_gone(&self) -> bool {
        self.messages.strong_count() == 0
    }
}

impl<V, N> Clone for Address<V, N> {
    fn clone(&self) -> Self {
        Address { messages: self.messages.clone() }
    }
}

/// Addresses of the same mailbox are equal.
impl<V, N> PartialEq for Address<V, N> {
    fn eq(&self, other: &Self) -> bool {
        self.messages.ptr_eq(&other.messages)
    }
}

impl<V, N> Eq for Address<V, N> {}

impl<V, N> fmt::Debug for Address<V, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Address").field("gone", &self.is_gone()).finish_non_exhaustive()
    }
}
