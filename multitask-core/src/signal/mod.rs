//! What happens, for the tasks that wait for it: events, that have happened or not, and signals, that are emitted.
//!
//! * An [`Event`] is set, and stays set until it is cleared.
//! * On Unix, the signals of the operating system are in `unix`.

mod event;
#[cfg(unix)]
pub mod unix;

pub use event::{Event, WaitForEvent};
