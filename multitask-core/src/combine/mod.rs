//! Operations made of other operations.

mod map;

pub use map::{Map, MapWait};
