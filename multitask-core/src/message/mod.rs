//! Messages between tasks, and the mailboxes that they are sent to.
//!
//! A [`Mailbox`] belongs to a task; whoever has its [`Address`] can send it a [`Message`]. Each time the task receives, it
//! says which messages it wants now, by their names. Those that it does not mention stay, in their order, for a later
//! time: nothing is dropped unless the task says so. That makes a task a state machine that accepts in each state what
//! belongs there, by [`accept`], [`defer`] and [`discard`].
//!
//! ```
#![doc = include_str!("../yield_in_docs.txt")]
//! use multitask_core::message::{Mailbox, Message, accept};
//!
//! let mailbox = Mailbox::new();
//! let address = mailbox.address();
//! address.send(Message::new("data", 1))?;
//! address.send(Message::new("open", 0))?;
//!
//! // In the task whose mailbox it is:
//! assert_eq!(yield_!(mailbox.receive_if(accept(["open"]))).name, "open");
//! // Now the data, which came too early.
//! assert_eq!(yield_!(mailbox.receive()).value, 1);
//! # Ok::<(), multitask_core::message::SendError<i32>>(())
//! ```

mod mailbox;
mod receive;

use core::{error::Error, fmt};

pub use mailbox::{Address, Mailbox};
pub use receive::{Receive, Selection, accept, defer, discard};

/// What is sent to a [`Mailbox`].
///
/// Names are what a task chooses its messages by: anything that can be compared, such as an enum of one's own.
#[derive(Clone)]
pub struct Message<V = (), N = &'static str> {
    /// What kind of message it is.
    pub name: N,
    /// What it says.
    pub value: V,
    /// Where an answer may be sent to.
    pub sender: Option<Address<V, N>>,
}

impl<V, N> Message<V, N> {
    /// A message to which there can be no answer. [`Mailbox::message`] makes one with a sender.
    pub fn new(name: N, value: V) -> Self {
        Message { name, value, sender: None }
    }

    /// Sends a message to whoever sent this one.
    ///
    /// # Errors
    ///
    /// If this message has no sender, or its mailbox is gone. The error has the answer.
    pub fn reply(&self, answer: Message<V, N>) -> Result<(), SendError<V, N>> {
        match &self.sender {
            Some(sender) => sender.send(answer),
            None => Err(SendError::NoSender(answer)),
        }
    }
}

impl<V: fmt::Debug, N: fmt::Debug> fmt::Debug for Message<V, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message").field("name", &self.name).field("value", &self.value).finish_non_exhaustive()
    }
}

/// Why a message was not sent. It has the message.
#[derive(Clone)]
pub enum SendError<V = (), N = &'static str> {
    /// The mailbox is gone.
    Gone(Message<V, N>),
    /// The mailbox has no room now.
    Full(Message<V, N>),
    /// It was an answer, to a message that has no sender.
    NoSender(Message<V, N>),
}

impl<V, N> SendError<V, N> {
    /// The message that was not sent.
    pub fn into_message(self) -> Message<V, N> {
        match self {
            SendError::Gone(message) | SendError::Full(message) | SendError::NoSender(message) => message,
        }
    }

    fn words(&self) -> &'static str {
        match self {
            SendError::Gone(_) => "the mailbox is gone",
            SendError::Full(_) => "the mailbox is full",
            SendError::NoSender(_) => "the message to be answered has no sender",
        }
    }
}

impl<V, N> fmt::Debug for SendError<V, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            SendError::Gone(_) => "Gone(..)",
            SendError::Full(_) => "Full(..)",
            SendError::NoSender(_) => "NoSender(..)",
        })
    }
}

impl<V, N> fmt::Display for SendError<V, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words())
    }
}

impl<V, N> Error for SendError<V, N> {}
