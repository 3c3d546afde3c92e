//! facade
pub use multitask_core::*;
