//! Operations made of other operations.

mod all;
mod any;
mod group;
mod map;
#[cfg(feature = "std")]
mod timeout;

pub use all::{All, AllWait, Item, all};
pub use any::{Any, Any2, Any3, Any4, Any5, Any6, Any7, Any8, Any9, Any10, Any11, Any12, AnyWait, any};
pub use group::IntoGroup;
pub use map::{Map, MapWait};
#[cfg(feature = "std")]
pub use timeout::{Timeout, TimeoutWait, WithTimeout};
