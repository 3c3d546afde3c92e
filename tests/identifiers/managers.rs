//! Tasks, managers, time.
