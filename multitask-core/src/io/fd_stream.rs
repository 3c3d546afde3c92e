//! A descriptor that is owned, as a stream.

use core::task::Poll;
use std::{fs::File, io, os::fd::OwnedFd, rc::Rc};

use mio::Interest;
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};

use super::{
    IoWait,
    channel::{self, Channel, Raw},
    registered::Io,
    source::Direction,
    stream,
};
use crate::Context;

/// The end of a pipe, a terminal or anything else that has a descriptor, as a stream; a handle that can be cloned.
///
/// It is closed when the last handle is dropped. [`read`](super::read) and its like do not need it, but are slower
/// without, since they cannot know that a descriptor stays the same.
///
/// # Examples
///
/// ```
#[doc = include_str!("../yield_in_docs.txt")]
/// use multitask_core::io::FdStream;
///
/// // In a task:
/// let (reader, writer) = std::io::pipe()?;
/// let [reader, writer] = [FdStream::new(reader)?, FdStream::new(writer)?];
/// yield_!(writer.write_all(b"hello"))?;
/// drop(writer);
/// assert_eq!(yield_!(reader.recv(4096))?, b"hello");
/// assert_eq!(yield_!(reader.recv(4096))?, b"", "the end");
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone)]
pub struct FdStream {
    io: Rc<Io<File>>,
}

impl FdStream {
    /// Takes over a descriptor.
    ///
    /// It is in non-blocking mode from then on. That is a property of what is open and not of the descriptor: whoever
    /// else has it open, such as a process that inherited it, has to do with it too. For a descriptor that is shared
    /// that way, use [`read`](super::read) and its like.
    ///
    /// # Errors
    ///
    /// Those of the system, if the mode cannot be set.
    pub fn new(descriptor: impl Into<OwnedFd>) -> io::Result<Self> {
        let descriptor = descriptor.into();
        let flags = fcntl_getfl(&descriptor)?;
        fcntl_setfl(&descriptor, flags | OFlags::NONBLOCK)?;
        // Some systems do not let one wait for what a descriptor cannot do.
        let interest = match flags & OFlags::ACCMODE {
            OFlags::RDONLY => Interest::READABLE,
            OFlags::WRONLY => Interest::WRITABLE,
            _ => Interest::READABLE | Interest::WRITABLE,
        };
        Ok(FdStream { io: Rc::new(Io::new(descriptor.into(), interest)) })
    }

    fn channel(&self) -> &Self {
        self
    }

    stream::reading_methods!(
        FdStream,
        "# use multitask_core::io::FdStream;
# let (reader, writer) = std::io::pipe()?;
# let [sock, peer] = [FdStream::new(reader)?, FdStream::new(writer)?];"
    );
    stream::writing_methods!(
        FdStream,
        "# use multitask_core::io::FdStream;
# let (reader, writer) = std::io::pipe()?;
# let [peer, sock] = [FdStream::new(reader)?, FdStream::new(writer)?];"
    );
}

stream::handle_of_descriptor!(FdStream);

impl Channel for FdStream {
    type Wait = IoWait;
    type Raw = File;

    fn poll_transfer(
        &self,
        wait: &mut IoWait,
        direction: Direction,
        _: usize,
        cx: &mut Context<'_>,
        attempt: impl FnMut(&File) -> io::Result<usize>,
    ) -> Poll<io::Result<usize>> {
        // A terminal gives out one line at a time, and packets one at a time: less than was asked for is not all.
        self.io.poll(wait, direction, cx, attempt)
    }
}

impl Raw for File {
    channel::by_standard_traits!();
}
