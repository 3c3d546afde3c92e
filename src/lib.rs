//! Cooperative multitasking for stable Rust: tasks that are plain values.
#![forbid(unsafe_code)]

pub use multitask_core::*;
pub use multitask_macros::{task, yield_};

#[doc(hidden)]
pub use multitask_core::private as __private;
