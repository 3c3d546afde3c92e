//! Messages between tasks.
