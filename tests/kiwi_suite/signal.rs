//! Signals of objects.
