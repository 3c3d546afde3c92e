//! Events, signals, calls, locks.
