//! What is in no other class.
