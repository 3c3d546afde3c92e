//! One test for each capability and each defect of the two systems that the idea comes from, named after its identifier.
//! `tests/README.md` lists them all.

#[path = "../support/mod.rs"]
mod support;

mod descriptors;
mod events;
mod index;
mod managers;
mod messages;
mod queues;
mod tasklets;
