//! The smallest machine that one would write for each body, in safe code and without tricks.
#![expect(clippy::large_enum_variant, dead_code, reason = "they are there for their sizes")]

use super::operations::{Big, Registration, Sock, Tick};

/// What is read is written from the start of the buffer.
pub(super) struct Echo {
    sock: Sock,
    buf: [u8; 1024],
    at: EchoAt,
}

enum EchoAt {
    Start,
    Reading(Registration),
    Writing { n: u16, wait: Registration },
}

pub(super) struct Siblings {
    sum: u32,
    at: SiblingsAt,
}

enum SiblingsAt {
    Start,
    A([u8; 512], Tick),
    B([u8; 256], Tick),
    C([u8; 768], Tick),
    D([u8; 1024], Tick),
}

/// Each level has its list; the arguments are not needed when it has been made.
pub(super) enum Levels {
    Start { n: u64 },
    Waiting { outer: [u64; 4], middle: [u64; 4], inner: [u64; 4], tick: Tick },
}

/// Whatever it is called, it is one value.
pub(super) struct Moves {
    value: Big,
    at: MovesAt,
}

enum MovesAt {
    Start,
    Waiting(Tick),
}

pub(super) enum ThreeWaits {
    Start { n: u32 },
    First { sum: u32, i: u32, n: u32, tick: Tick },
    Second { sum: u32, i: u32, n: u32, a: u32, tick: Tick },
    Third { sum: u32, i: u32, n: u32, tick: Tick },
}

pub(super) struct Select {
    sock: Sock,
    at: SelectAt,
}

enum SelectAt {
    Start,
    Waiting { here: [u8; 32], there: [u8; 32], other: Sock, waits: (Registration, Registration) },
}
