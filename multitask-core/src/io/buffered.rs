//! Reading by way of a buffer.

use core::{
    fmt,
    task::{Poll, ready},
};
use std::io;

use super::channel::Channel;
use crate::{Context, Operation};

const CAPACITY: usize = 8 * 1024;

/// A stream that is read by way of a buffer: for many small reads, and for lines of an [`FdStream`](super::FdStream),
/// which are read byte by byte without one.
///
/// The buffer is the reader's own, so all that reads from the stream is to go through it. Writing may go through other
/// handles of the stream, or through [`get_ref`](BufReader::get_ref).
///
/// # Examples
///
/// ```
#[doc = include_str!("../yield_in_docs.txt")]
/// use multitask_core::io::{BufReader, FdStream};
///
/// # let (reader, writer) = std::io::pipe()?;
/// # let writer = FdStream::new(writer)?;
/// # yield_!(writer.write_all(b"first\nsecond\n\x01\x02rest"))?;
/// # drop(writer);
/// // In a task; `reader` is the end of a pipe.
/// let mut reader = BufReader::new(FdStream::new(reader)?);
/// let mut lines = Vec::new();
/// for _ in 0..2 {
///     yield_!(reader.read_line(&mut lines))?;
/// }
/// assert_eq!(lines, b"first\nsecond\n");
/// let mut head = [0; 2];
/// yield_!(reader.read_exact(&mut head))?;
/// assert_eq!(head, [1, 2]);
/// assert_eq!(reader.buffer(), b"rest");
/// # Ok::<(), std::io::Error>(())
/// ```
pub struct BufReader<C> {
    channel: C,
    bytes: Vec<u8>,
    /// How many of them have been read.
    start: usize,
}

impl<C: Channel> BufReader<C> {
    /// A reader with an empty buffer, which is allocated when there is something to read.
    pub fn new(stream: C) -> Self {
        BufReader { channel: stream, bytes: Vec::new(), start: 0 }
    }

    /// What has been received and not been read.
    pub fn buffer(&self) -> &[u8] {
        &self.bytes[self.start..]
    }

    /// Puts bytes back, so that they are read next, before what is in the buffer.
    pub fn unread(&mut self, bytes: &[u8]) {
        self.bytes.splice(..self.start, bytes.iter().copied());
        self.start = 0;
    }

    /// The stream.
    pub fn get_ref(&self) -> &C {
        &self.channel
    }

    /// The stream, and what has been received and not been read.
    pub fn into_parts(mut self) -> (C, Vec<u8>) {
        self.bytes.drain(..self.start);
        (self.channel, self.bytes)
    }

    /// Reads to the next `delimiter`, and appends all that to `bytes` with the delimiter: evaluates to how many bytes.
    ///
    /// At the end of the stream there may be none; 0 is the end of the stream. Dropping the operation loses no data: what
    /// has been read by then is in `bytes`, and the next one goes on with it.
    ///
    /// # Errors
    ///
    /// Those of the stream.
    pub fn read_until<'a>(&'a mut self, delimiter: u8, bytes: &'a mut Vec<u8>) -> ReadUntil<'a, C> {
        ReadUntil { reader: self, delimiter, bytes }
    }

    /// Reads to the end of a line: see [`read_until`](BufReader::read_until), by `\n`.
    ///
    /// # Errors
    ///
    /// Those of the stream.
    pub fn read_line<'a>(&'a mut self, line: &'a mut Vec<u8>) -> ReadUntil<'a, C> {
        self.read_until(b'\n', line)
    }

    /// Fills `buf`.
    ///
    /// Dropping the operation loses no data: nothing is taken out of the buffer before all of it is there.
    ///
    /// # Errors
    ///
    /// [`UnexpectedEof`](io::ErrorKind::UnexpectedEof) if the stream ends before; what there is of it can then still be
    /// read. And those of the stream.
    pub fn read_exact<'a>(&'a mut self, buf: &'a mut [u8]) -> ReadExactBuffered<'a, C> {
        ReadExactBuffered { reader: self, buf }
    }

    /// Reads what there is into `buf`, at least one byte: evaluates to how many. 0 is the end of the stream.
    ///
    /// Dropping the operation loses no data.
    ///
    /// # Errors
    ///
    /// Those of the stream.
    pub fn read<'a>(&'a mut self, buf: &'a mut [u8]) -> ReadBuffered<'a, C> {
        ReadBuffered { reader: self, buf }
    }

    /// Takes the first `n` bytes out of the buffer.
    fn take(&mut self, n: usize) -> &[u8] {
        self.start += n;
        &self.bytes[self.start - n..self.start]
    }

    /// Receives more: how many bytes, 0 at the end of the stream.
    fn poll_fill(&mut self, wait: &mut C::Wait, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let poll = self.channel.poll_recv(wait, CAPACITY, cx);
        poll.map_ok(|received| {
            self.bytes.drain(..self.start);
            self.start = 0;
            self.bytes.extend_from_slice(&received);
            received.len()
        })
    }
}

impl<C: fmt::Debug> fmt::Debug for BufReader<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let buffered = self.bytes.len() - self.start;
        f.debug_struct("BufReader").field("channel", &self.channel).field("buffered", &buffered).finish()
    }
}

/// The operation of [`BufReader::read_until`] and [`BufReader::read_line`].
#[derive(Debug)]
#[must_use = "an operation does nothing before a task yields it"]
pub struct ReadUntil<'a, C> {
    reader: &'a mut BufReader<C>,
    delimiter: u8,
    bytes: &'a mut Vec<u8>,
}

/// The wait of a [`ReadUntil`], and how much it has read.
#[derive(Debug, Default)]
pub struct ReadUntilWait<W> {
    wait: W,
    done: usize,
}

impl<C: Channel> Operation for ReadUntil<'_, C> {
    type Output = io::Result<usize>;
    type Wait = ReadUntilWait<C::Wait>;

    fn begin(self) -> Self::Wait {
        ReadUntilWait::default()
    }

    fn poll(wait: &mut Self::Wait, again: impl FnOnce() -> Self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let ReadUntil { reader, delimiter, bytes } = again();
        loop {
            let end = reader.buffer().iter().position(|byte| *byte == delimiter);
            let part = end.map_or(reader.buffer().len(), |end| end + 1);
            bytes.extend_from_slice(reader.take(part));
            wait.done += part;
            if end.is_some() {
                return Poll::Ready(Ok(wait.done));
            }
            if ready!(reader.poll_fill(&mut wait.wait, cx))? == 0 {
                return Poll::Ready(Ok(wait.done));
            }
        }
    }

    fn what() -> &'static str {
        "BufReader::read_until"
    }
}

/// The operation of [`BufReader::read_exact`].
#[derive(Debug)]
#[must_use = "an operation does nothing before a task yields it"]
pub struct ReadExactBuffered<'a, C> {
    reader: &'a mut BufReader<C>,
    buf: &'a mut [u8],
}

impl<C: Channel> Operation for ReadExactBuffered<'_, C> {
    type Output = io::Result<()>;
    type Wait = C::Wait;

    fn begin(self) -> C::Wait {
        C::Wait::default()
    }

    fn poll(wait: &mut C::Wait, again: impl FnOnce() -> Self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let ReadExactBuffered { reader, buf } = again();
        while reader.buffer().len() < buf.len() {
            if ready!(reader.poll_fill(wait, cx))? == 0 {
                return Poll::Ready(Err(io::ErrorKind::UnexpectedEof.into()));
            }
        }
        buf.copy_from_slice(reader.take(buf.len()));
        Poll::Ready(Ok(()))
    }

    fn what() -> &'static str {
        "BufReader::read_exact"
    }
}

/// The operation of [`BufReader::read`].
#[derive(Debug)]
#[must_use = "an operation does nothing before a task yields it"]
pub struct ReadBuffered<'a, C> {
    reader: &'a mut BufReader<C>,
    buf: &'a mut [u8],
}

impl<C: Channel> Operation for ReadBuffered<'_, C> {
    type Output = io::Result<usize>;
    type Wait = C::Wait;

    fn begin(self) -> C::Wait {
        C::Wait::default()
    }

    fn poll(wait: &mut C::Wait, again: impl FnOnce() -> Self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let ReadBuffered { reader, buf } = again();
        if reader.buffer().is_empty() {
            return reader.channel.poll_read(wait, buf, cx);
        }
        let n = reader.buffer().len().min(buf.len());
        buf[..n].copy_from_slice(reader.take(n));
        Poll::Ready(Ok(n))
    }

    fn what() -> &'static str {
        "BufReader::read"
    }
}
