//! Why an item was not got, or not put.

use core::{error::Error, fmt};
use std::io;

/// The error of a `get`: the queue is closed, and what was in it has been got.
///
/// It turns into an [`io::Error`] of kind [`UnexpectedEof`](io::ErrorKind::UnexpectedEof), so `?` takes it where those are
/// returned.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Closed;

impl fmt::Display for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the queue is closed, and nothing is left in it")
    }
}

impl Error for Closed {}

impl From<Closed> for io::Error {
    fn from(closed: Closed) -> Self {
        io::Error::new(io::ErrorKind::UnexpectedEof, closed)
    }
}

/// The error of a `put`: the queue is closed. It gives the item back.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct PutError<T>(pub T);

impl<T> fmt::Debug for PutError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PutError(..)")
    }
}

impl<T> fmt::Display for PutError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the queue is closed")
    }
}

impl<T> Error for PutError<T> {}

/// The error of a `try_get`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum TryGetError {
    /// There is no item now, or none that is wanted.
    Empty,
    /// There is none, and the queue is closed.
    Closed,
}

impl fmt::Display for TryGetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TryGetError::Empty => f.write_str("there is no such item in the queue"),
            TryGetError::Closed => Closed.fmt(f),
        }
    }
}

impl Error for TryGetError {}

/// The error of a `try_put`. It gives the item back.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub enum TryPutError<T> {
    /// The queue has no room now.
    Full(T),
    /// The queue is closed.
    Closed(T),
}

impl<T> TryPutError<T> {
    /// The item that was not put.
    pub fn into_item(self) -> T {
        match self {
            TryPutError::Full(item) | TryPutError::Closed(item) => item,
        }
    }
}

impl<T> fmt::Debug for TryPutError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TryPutError::Full(_) => f.write_str("Full(..)"),
            TryPutError::Closed(_) => f.write_str("Closed(..)"),
        }
    }
}

impl<T> fmt::Display for TryPutError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TryPutError::Full(_) => f.write_str("the queue is full"),
            TryPutError::Closed(_) => f.write_str("the queue is closed"),
        }
    }
}

impl<T> Error for TryPutError<T> {}
