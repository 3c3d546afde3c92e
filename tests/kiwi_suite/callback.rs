//! Waiting for a call.
