//! What happens, for the tasks that wait for it: events, that have happened or not, and signals, that are emitted.
//!
//! * An [`Event`] is set, and stays set until it is cleared: it does not matter who comes first.
//! * A [`Signal`] is emitted, with a value each time. Who waits gets the next emission; who has subscribed gets all of
//!   them, also those from times at which it did something else.
//! * A [`Kind`] is what several signals have in common: who waits for it gets the emissions of them all.
//! * On Unix, the signals of the operating system are in `unix`.

mod emission;
mod event;
#[cfg(unix)]
pub mod unix;

pub use emission::{Emission, Gone, Kind, Signal, SignalId, Subscription, WaitForSignal};
pub use event::{Event, WaitForEvent};
