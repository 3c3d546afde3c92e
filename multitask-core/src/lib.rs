//! The traits and the runtime of `multitask`: see the crate `multitask-rs` for the whole, and for `#[task]`.
#![forbid(unsafe_code)]
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

pub mod combine;
mod context;
mod operation;
#[doc(hidden)]
pub mod private;
mod task;

pub use context::Context;
pub use operation::{GiveWay, IntoOperation, Operation, give_way};
pub use task::Task;
