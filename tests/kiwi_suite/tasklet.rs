//! Waiting for tasks.
