//! Operations made of other operations.

mod map;
#[cfg(feature = "std")]
mod timeout;

pub use map::{Map, MapWait};
#[cfg(feature = "std")]
pub use timeout::{Timeout, TimeoutWait, WithTimeout};
