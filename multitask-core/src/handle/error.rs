//! Why a task has no output.

use core::{any::Any, error::Error, fmt};
use std::io;

/// Why a task that was joined has no output.
///
/// It turns into an [`io::Error`], so `?` takes it where those are returned.
pub enum JoinError {
    /// The task was cancelled, or its manager was dropped.
    Cancelled,
    /// The task panicked, with this payload.
    ///
    /// The panic hook has reported it by then. [`std::panic::resume_unwind`] lets it go on in the joiner.
    Panicked(Box<dyn Any + Send>),
}

/// What a task said when it panicked.
pub(super) fn words(payload: &(dyn Any + Send)) -> Option<&str> {
    payload.downcast_ref::<&str>().copied().or_else(|| payload.downcast_ref::<String>().map(String::as_str))
}

impl JoinError {
    /// What the task said when it panicked.
    fn words(&self) -> Option<&str> {
        match self {
            JoinError::Cancelled => None,
            JoinError::Panicked(payload) => words(&**payload),
        }
    }
}

impl fmt::Display for JoinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self, self.words()) {
            (JoinError::Cancelled, _) => f.write_str("the task was cancelled"),
            (JoinError::Panicked(_), Some(words)) => write!(f, "the task panicked: {words}"),
            (JoinError::Panicked(_), None) => f.write_str("the task panicked"),
        }
    }
}

impl fmt::Debug for JoinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self, self.words()) {
            (JoinError::Cancelled, _) => f.write_str("Cancelled"),
            (JoinError::Panicked(_), Some(words)) => f.debug_tuple("Panicked").field(&words).finish(),
            (JoinError::Panicked(_), None) => f.debug_tuple("Panicked").finish_non_exhaustive(),
        }
    }
}

impl Error for JoinError {}

/// For functions that return an [`io::Error`]: one with the same words. The payload of a panic stays behind, since it may
/// not be shared by threads, as those errors may be.
impl From<JoinError> for io::Error {
    fn from(error: JoinError) -> Self {
        io::Error::other(error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_io_error_has_the_same_words() {
        let words = |error| io::Error::from(error).to_string();
        assert_eq!(words(JoinError::Cancelled), "the task was cancelled");
        assert_eq!(words(JoinError::Panicked(Box::new("oh no"))), "the task panicked: oh no");
    }
}
