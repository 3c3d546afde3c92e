//! What a body has done, as a list of lines; and where it is told to panic.

use std::{
    cell::{Cell, RefCell},
    fmt::Display,
    panic,
};

thread_local! {
    static LINES: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    /// How many events there have been.
    static EVENTS: Cell<usize> = const { Cell::new(0) };
    static PANIC_AT: Cell<Option<usize>> = const { Cell::new(None) };
}

/// The payload of a panic that a schedule asked for.
pub struct Planned;

/// Adds a line to the trace.
pub fn note(line: impl Display) {
    LINES.with_borrow_mut(|lines| lines.push(line.to_string()));
}

/// Adds a line for an event, and panics if the schedule says so.
pub fn tell(event: impl Display) {
    note(event);
    let index = EVENTS.replace(EVENTS.get() + 1);
    if PANIC_AT.get() == Some(index) {
        // Not `panic!`, which would print.
        panic::resume_unwind(Box::new(Planned));
    }
}

/// A trace that is complete.
pub struct Trace {
    /// What happened, in order.
    pub lines: Vec<String>,
    /// How many events there were at which to panic.
    pub events: usize,
}

/// The trace of `run`, with a panic at an event if one is given.
pub fn record(panic_at: Option<usize>, run: impl FnOnce()) -> Trace {
    LINES.take();
    EVENTS.set(0);
    PANIC_AT.set(panic_at);
    run();
    Trace { lines: LINES.take(), events: EVENTS.get() }
}
