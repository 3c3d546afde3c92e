//! The operations that read and write, on whatever is a [`Channel`].

use core::{
    fmt,
    task::{Poll, ready},
};
use std::io;

use super::channel::{Channel, Peek as PeekRaw, Raw};
use super::{registered::IoWait, source::Direction};
use crate::{Context, Operation};

/// The operation of the methods `read`, and of [`read_into`](super::read_into).
#[must_use = "an operation does nothing before a task yields it"]
pub struct Read<'a, C> {
    pub(crate) channel: C,
    pub(crate) buf: &'a mut [u8],
}

impl<C: Channel> Operation for Read<'_, C> {
    type Output = io::Result<usize>;
    type Wait = C::Wait;

    fn begin(self) -> C::Wait {
        C::Wait::default()
    }

    fn poll(wait: &mut C::Wait, again: impl FnOnce() -> Self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let Read { channel, buf } = again();
        channel.poll_read(wait, buf, cx)
    }

    fn what() -> &'static str {
        "read"
    }
}

/// The operation of the methods `peek`.
#[must_use = "an operation does nothing before a task yields it"]
pub struct Peek<'a, C> {
    pub(crate) channel: C,
    pub(crate) buf: &'a mut [u8],
}

impl<C: Channel<Raw: PeekRaw>> Operation for Peek<'_, C> {
    type Output = io::Result<usize>;
    type Wait = C::Wait;

    fn begin(self) -> C::Wait {
        C::Wait::default()
    }

    fn poll(wait: &mut C::Wait, again: impl FnOnce() -> Self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let Peek { channel, buf } = again();
        // What is there stays there, so that there is less of it than wanted does not mean that the next attempt blocks.
        channel.poll_transfer(wait, Direction::Read, 0, cx, |raw| raw.peek(buf))
    }

    fn what() -> &'static str {
        "peek"
    }
}

/// The operation of the methods `read_exact`.
#[must_use = "an operation does nothing before a task yields it"]
pub struct ReadExact<'a, C> {
    pub(crate) channel: C,
    pub(crate) buf: &'a mut [u8],
}

impl<C: Channel> Operation for ReadExact<'_, C> {
    type Output = io::Result<()>;
    type Wait = TransferWait<C::Wait>;

    fn begin(self) -> Self::Wait {
        TransferWait::default()
    }

    fn poll(wait: &mut Self::Wait, again: impl FnOnce() -> Self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let ReadExact { channel, buf } = again();
        wait.go_on(buf.len(), io::ErrorKind::UnexpectedEof, |wait, done| channel.poll_read(wait, &mut buf[done..], cx))
    }

    fn what() -> &'static str {
        "read_exact"
    }
}

/// The operation of the methods `read_line`.
#[must_use = "an operation does nothing before a task yields it"]
pub struct ReadLine<'a, C> {
    pub(crate) channel: C,
    pub(crate) line: &'a mut Vec<u8>,
}

impl<C: Channel> Operation for ReadLine<'_, C> {
    type Output = io::Result<usize>;
    type Wait = TransferWait<C::Wait>;

    fn begin(self) -> Self::Wait {
        TransferWait::default()
    }

    fn poll(wait: &mut Self::Wait, again: impl FnOnce() -> Self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let ReadLine { channel, line } = again();
        wait.poll_line(&channel, line, cx)
    }

    fn what() -> &'static str {
        "read_line"
    }
}

/// The operation of the methods `recv`.
#[must_use = "an operation does nothing before a task yields it"]
pub struct Recv<C: Channel> {
    // Before the channel: a wait ends before its descriptor may close.
    wait: C::Wait,
    channel: C,
    n: usize,
}

impl<C: Channel> Recv<C> {
    pub(crate) fn new(channel: C, n: usize) -> Self {
        Recv { wait: C::Wait::default(), channel, n }
    }
}

impl<C: Channel> Operation for Recv<C> {
    type Output = io::Result<Vec<u8>>;
    type Wait = Self;

    fn begin(self) -> Self {
        self
    }

    fn poll(wait: &mut Self, _: impl FnOnce() -> Self, cx: &mut Context<'_>) -> Poll<io::Result<Vec<u8>>> {
        wait.channel.poll_recv(&mut wait.wait, wait.n, cx)
    }

    fn what() -> &'static str {
        "recv"
    }
}

/// The operation of the methods `write`, and of [`write()`](super::write()).
#[must_use = "an operation does nothing before a task yields it"]
pub struct Write<'a, C> {
    pub(crate) channel: C,
    pub(crate) data: &'a [u8],
}

impl<C: Channel> Operation for Write<'_, C> {
    type Output = io::Result<usize>;
    type Wait = C::Wait;

    fn begin(self) -> C::Wait {
        C::Wait::default()
    }

    fn poll(wait: &mut C::Wait, again: impl FnOnce() -> Self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let Write { channel, data } = again();
        channel.poll_write(wait, data, cx)
    }

    fn what() -> &'static str {
        "write"
    }
}

/// The operation of the methods `write_all`, and of [`write_all`](super::write_all).
#[must_use = "an operation does nothing before a task yields it"]
pub struct WriteAll<'a, C> {
    pub(crate) channel: C,
    pub(crate) data: &'a [u8],
}

impl<C: Channel> Operation for WriteAll<'_, C> {
    type Output = io::Result<()>;
    type Wait = TransferWait<C::Wait>;

    fn begin(self) -> Self::Wait {
        TransferWait::default()
    }

    fn poll(wait: &mut Self::Wait, again: impl FnOnce() -> Self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let WriteAll { channel, data } = again();
        wait.go_on(data.len(), io::ErrorKind::WriteZero, |wait, done| channel.poll_write(wait, &data[done..], cx))
    }

    fn what() -> &'static str {
        "write_all"
    }
}

/// The wait of a transfer that goes on until it is complete, and how much of it is done.
#[derive(Debug, Default)]
pub struct TransferWait<W = IoWait> {
    wait: W,
    done: usize,
}

impl<W> TransferWait<W> {
    /// Goes on until `wanted` bytes are done; a step that does none is an error of kind `none`.
    fn go_on(
        &mut self,
        wanted: usize,
        none: io::ErrorKind,
        mut step: impl FnMut(&mut W, usize) -> Poll<io::Result<usize>>,
    ) -> Poll<io::Result<()>> {
        while self.done < wanted {
            match ready!(step(&mut self.wait, self.done))? {
                0 => return Poll::Ready(Err(none.into())),
                done => self.done += done,
            }
        }
        Poll::Ready(Ok(()))
    }

    /// Goes on until the end of a line, or of the stream: how many bytes have been appended to `line`.
    pub(crate) fn poll_line<C>(
        &mut self,
        channel: &C,
        line: &mut Vec<u8>,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<usize>>
    where
        C: Channel<Wait = W>,
    {
        loop {
            // As many bytes as belong to the line, and there may be more.
            let poll = channel.poll_transfer(&mut self.wait, Direction::Read, 0, cx, |raw| raw.read_line(line));
            let done = ready!(poll)?;
            self.done += done;
            if done == 0 || line.ends_with(b"\n") {
                return Poll::Ready(Ok(self.done));
            }
        }
    }
}

macro_rules! debug_of_borrowing {
    ($($name:ident),*) => { $(
        impl<C: fmt::Debug> fmt::Debug for $name<'_, C> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($name)).field("channel", &self.channel).finish_non_exhaustive()
            }
        }
    )* };
}

debug_of_borrowing!(Read, Peek, ReadExact, ReadLine, Write, WriteAll);

impl<C: Channel + fmt::Debug> fmt::Debug for Recv<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recv").field("channel", &self.channel).field("n", &self.n).finish_non_exhaustive()
    }
}
