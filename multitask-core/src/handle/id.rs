//! The number of a task.

use core::fmt;

use crate::slab::Key;

/// The name of a task among those of its manager; it is not used again for a later one.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TaskId(pub(crate) Key);

impl fmt::Debug for TaskId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TaskId({self})")
    }
}

impl fmt::Display for TaskId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.0.index, self.0.generation)
    }
}
