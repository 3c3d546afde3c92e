//! Queues between tasks: first in, first out, bounded or not, with an end that cannot be missed.
//!
//! * A [`Queue`] gives each item to the task that has waited longest.
//! * A [`SmartQueue`] gives each item to the first task that wants it, by a predicate.
//! * A [`Broadcast`] gives each item to everyone who listens.
//!
//! All are handles: a clone is the same queue. They are for the tasks of one thread, of one manager or of several.
//! Whoever is no task uses `try_get` and `try_put`, which never wait; other threads have a [`RemoteQueue`].
//!
//! Nobody loses an item by being cancelled: what was meant for a task that is gone stays in its place in the queue, for
//! the next one.
//!
//! ```
#![doc = include_str!("../yield_in_docs.txt")]
//! use multitask_core::queue::{Closed, Queue};
//!
//! let queue = Queue::from_iter(["first", "second"]);
//! queue.close();
//! // In a task:
//! assert_eq!(yield_!(queue.get()), Ok("first"));
//! assert_eq!(yield_!(queue.get()), Ok("second"));
//! assert_eq!(yield_!(queue.get()), Err(Closed));
//! ```

mod broadcast;
mod errors;
mod plain;
mod remote;
mod smart;
mod waits;

pub(crate) use broadcast::WeakBroadcast;
pub use broadcast::{Broadcast, Receiver};
pub use errors::{Closed, PutError, TryGetError, TryPutError};
pub use plain::{Drain, Queue};
pub use remote::RemoteQueue;
pub use smart::{SmartGet, SmartPut, SmartQueue};
pub use waits::{Get, Put};
