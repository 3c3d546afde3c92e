//! Reading from and writing to whatever has a descriptor.

use core::task::Poll;
use std::{io, os::fd::AsFd};

use super::{
    Read, TransferWait, Write, WriteAll,
    borrowed::{Borrowed, FdWait},
    channel::Channel,
};
use crate::{Context, Operation};

/// Reads what there is, at most `n` bytes: evaluates to them. It is empty at the end, or if `n` is 0.
///
/// It works with every descriptor: pipes, terminals, sockets and files. A task waits if nothing is there, with no buffer
/// meanwhile; a regular file is always ready, and reading it blocks the thread for as long as the disk takes.
///
/// The descriptor may be in blocking mode, and then is again when an attempt is over: the mode belongs to all who share
/// what is open (a terminal is often shared with other processes), so it is changed for no longer. Reading often from
/// the same one is cheaper by an [`FdStream`](super::FdStream), which keeps it.
///
/// Dropping the operation loses no data.
///
/// # Errors
///
/// Those of the system; `EBADF` says that this is no open descriptor, or not one that can be read.
///
/// # Examples
///
/// ```
#[doc = include_str!("../yield_in_docs.txt")]
/// # use std::io::Write;
/// use multitask_core::read;
///
/// # let (ours, mut theirs) = std::io::pipe()?;
/// # theirs.write_all(b"hello")?;
/// // In a task; `ours` is the end of a pipe.
/// assert_eq!(yield_!(read(&ours, 4096))?, b"hello");
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn read<Fd: AsFd + ?Sized>(fd: &Fd, n: usize) -> ReadOwned<'_> {
    ReadOwned { fd: Borrowed(fd.as_fd()), n }
}

/// Like [`read`], into a buffer: evaluates to how many bytes. 0 is the end, or says that `buf` is empty.
///
/// # Errors
///
/// Those of [`read`].
///
/// # Examples
///
/// ```
#[doc = include_str!("../yield_in_docs.txt")]
/// # use std::io::Write;
/// use multitask_core::io::read_into;
///
/// # let (ours, mut theirs) = std::io::pipe()?;
/// # theirs.write_all(b"hello")?;
/// // In a task:
/// let mut buf = [0; 16];
/// let n = yield_!(read_into(&ours, &mut buf))?;
/// assert_eq!(&buf[..n], b"hello");
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn read_into<'a, Fd: AsFd + ?Sized>(fd: &'a Fd, buf: &'a mut [u8]) -> Read<'a, Borrowed<'a>> {
    Read { channel: Borrowed(fd.as_fd()), buf }
}

/// Reads to the end of a line: evaluates to it, with the `\n`. The last line may lack that; an empty one is the end.
///
/// Nothing is read beyond the line, so it is read byte by byte where the system has no better way. For many lines, use
/// `read_line` of a stream.
///
/// Dropping the operation loses what has been read of the line by then; `read_line` of a stream loses nothing.
///
/// # Errors
///
/// Those of [`read`].
///
/// # Examples
///
/// ```
#[doc = include_str!("../yield_in_docs.txt")]
/// # use std::io::Write;
/// use multitask_core::readline;
///
/// # let (ours, mut theirs) = std::io::pipe()?;
/// # theirs.write_all(b"hello\nworld\n")?;
/// // In a task:
/// assert_eq!(yield_!(readline(&ours))?, b"hello\n");
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn readline<Fd: AsFd + ?Sized>(fd: &Fd) -> ReadLineOwned<'_> {
    ReadLineOwned { fd: Borrowed(fd.as_fd()) }
}

/// Writes some of `data`: evaluates to how many bytes, which may be fewer than there are.
///
/// It works with every descriptor, and deals with its mode, as [`read`] does. Dropping the operation while it waits
/// means that nothing was written.
///
/// # Errors
///
/// Those of the system; [`BrokenPipe`](io::ErrorKind::BrokenPipe) says that nobody reads any more.
///
/// # Examples
///
/// ```
#[doc = include_str!("../yield_in_docs.txt")]
/// # use std::io::Read;
/// use multitask_core::write;
///
/// # let (mut theirs, ours) = std::io::pipe()?;
/// // In a task:
/// assert_eq!(yield_!(write(&ours, b"hello"))?, 5);
/// # let mut buf = [0; 5];
/// # theirs.read_exact(&mut buf)?;
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn write<'a, Fd: AsFd + ?Sized>(fd: &'a Fd, data: &'a [u8]) -> Write<'a, Borrowed<'a>> {
    Write { channel: Borrowed(fd.as_fd()), data }
}

/// Writes all of `data`.
///
/// Dropping the operation leaves open how much has been written.
///
/// # Errors
///
/// [`WriteZero`](io::ErrorKind::WriteZero) if the system takes no more, and those of [`write()`].
///
/// # Examples
///
/// ```
#[doc = include_str!("../yield_in_docs.txt")]
/// # use std::io::Read;
/// use multitask_core::write_all;
///
/// # let (mut theirs, ours) = std::io::pipe()?;
/// // In a task:
/// yield_!(write_all(&ours, b"hello\n"))?;
/// # drop(ours);
/// # assert_eq!(std::io::read_to_string(theirs)?, "hello\n");
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn write_all<'a, Fd: AsFd + ?Sized>(fd: &'a Fd, data: &'a [u8]) -> WriteAll<'a, Borrowed<'a>> {
    WriteAll { channel: Borrowed(fd.as_fd()), data }
}

/// The operation of [`read`].
#[derive(Clone, Debug)]
#[must_use = "an operation does nothing before a task yields it"]
pub struct ReadOwned<'a> {
    fd: Borrowed<'a>,
    n: usize,
}

impl Operation for ReadOwned<'_> {
    type Output = io::Result<Vec<u8>>;
    type Wait = FdWait;

    fn begin(self) -> FdWait {
        FdWait::default()
    }

    fn poll(wait: &mut FdWait, again: impl FnOnce() -> Self, cx: &mut Context<'_>) -> Poll<io::Result<Vec<u8>>> {
        let ReadOwned { fd, n } = again();
        fd.poll_recv(wait, n, cx)
    }

    fn what() -> &'static str {
        "read"
    }
}

/// The operation of [`readline`].
#[derive(Clone, Debug)]
#[must_use = "an operation does nothing before a task yields it"]
pub struct ReadLineOwned<'a> {
    fd: Borrowed<'a>,
}

/// The wait of a [`ReadLineOwned`], with what has been read of the line.
#[derive(Debug, Default)]
pub struct LineWait {
    wait: TransferWait<FdWait>,
    line: Vec<u8>,
}

impl Operation for ReadLineOwned<'_> {
    type Output = io::Result<Vec<u8>>;
    type Wait = LineWait;

    fn begin(self) -> LineWait {
        LineWait::default()
    }

    fn poll(wait: &mut LineWait, again: impl FnOnce() -> Self, cx: &mut Context<'_>) -> Poll<io::Result<Vec<u8>>> {
        let LineWait { wait, line } = wait;
        wait.poll_line(&again().fd, line, cx).map_ok(|_| core::mem::take(line))
    }

    fn what() -> &'static str {
        "readline"
    }
}
