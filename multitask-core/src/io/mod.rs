//! Reading, writing and waiting for anything that has a descriptor.
//!
//! * [`readable`], [`writable`] and [`ready`] wait for a descriptor and leave it alone.
//! * [`read`], [`read_into`], [`readline`], [`write()`] and [`write_all`] borrow a descriptor of any kind, in any mode.
//! * An [`FdStream`] owns one, and has the methods of the streams in [`net`](crate::net).
//! * A [`BufReader`] reads any of those streams by way of a buffer.
//!
//! All of them evaluate to an [`io::Result`](std::io::Result). A descriptor that is no good is an error of the operation
//! that was given it, and no other one notices. A peer that hangs up ends every wait for it. Any number of tasks may wait
//! for the same descriptor: all of them are woken, and those for whom nothing is left wait on.
//!
//! A wait holds a descriptor of its own, so a number that is closed and used again wakes nobody.

#[cfg(unix)]
mod borrowed;
mod buffered;
pub(crate) mod channel;
mod data;
#[cfg(unix)]
mod descriptor;
#[cfg(unix)]
mod fd_stream;
pub(crate) mod halves;
#[cfg(unix)]
mod readiness;
pub(crate) mod receive;
pub(crate) mod registered;
pub(crate) mod source;
pub(crate) mod stream;
mod transfer;

pub(crate) use self::halves::split;
#[cfg(unix)]
pub use self::{
    borrowed::{Borrowed, FdWait},
    descriptor::{LineWait, ReadLineOwned, ReadOwned, read, read_into, readline, write, write_all},
    fd_stream::FdStream,
    readiness::{Interest, Readiness, Ready, readable, ready, writable},
};
pub use self::{
    buffered::{BufReader, ReadBuffered, ReadExactBuffered, ReadUntil, ReadUntilWait},
    data::{Data, Send, SendWait},
    halves::{ReadHalf, WriteHalf},
    registered::IoWait,
    transfer::{Peek, Read, ReadExact, ReadLine, Recv, TransferWait, Write, WriteAll},
};
