//! Waiting for descriptors, and acting on them.
