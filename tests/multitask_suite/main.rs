//! The test suite of Python's `multitask`, case by case and under its names.

#[path = "../support/mod.rs"]
mod support;

mod basic;
mod descriptors;
mod misc;
mod queue;
mod threading;
