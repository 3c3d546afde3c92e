//! What happens, for the tasks that wait for it: events, that have happened or not, and signals, that are emitted.
//!
//! * An [`Event`] is set, and stays set until it is cleared.

mod event;

pub use event::{Event, WaitForEvent};
