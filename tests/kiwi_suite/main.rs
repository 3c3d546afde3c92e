//! The test suite of Python's `kiwi.tasklet`, case by case and under its names.

#[path = "../support/mod.rs"]
mod support;

mod callback;
mod io;
mod messages;
mod signal;
mod tasklet;
mod timeout;
