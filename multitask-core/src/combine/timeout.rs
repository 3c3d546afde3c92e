//! `.timeout(limit)`: filled in with the runtime.
