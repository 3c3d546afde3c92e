//! Locks of other threads.
