//! Seven bodies of which sizes are compared: suspended as tasks, as futures of the `async fn` with the same body, and as
//! the smallest enums that one would write.

mod bodies;
mod hand;
mod operations;

pub use bodies::sizes;

/// The sizes of one body, in bytes.
#[derive(Clone, Copy, Debug)]
pub struct Sizes {
    /// What the body does.
    pub body: &'static str,
    /// That of the smallest enum.
    pub hand: usize,
    /// That of the future.
    pub future: usize,
    /// That of the task.
    pub task: usize,
}
