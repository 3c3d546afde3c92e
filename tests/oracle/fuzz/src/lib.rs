//! Random programs for the oracle.
//!
//! [`generate`] makes well-typed programs with values that tell their drops, with moves, borrows, shadowing, nested
//! control flow, and yields in any position. [`batch`] compiles many at once, each as a task and as an `async` function,
//! and has the oracle compare them under every schedule. What differs, [`shrink`] makes smaller while it still does.
//! [`campaign`] does all of it.
//!
//! ```text
//! cargo run -p oracle-fuzz --release -- --programs 20000 --seed 7
//! ```

pub mod batch;
pub mod campaign;
pub mod coverage;
pub mod generate;
pub mod random;
pub mod shrink;
