//! One half of a stream each, for a task that reads and one that writes.

use core::task::Poll;
use std::{io, net::Shutdown};

use super::{channel::Channel, source::Direction, stream};
use crate::Context;

/// A stream that can be shut down.
pub trait Duplex: Channel + Clone {
    fn shut_down(&self, how: Shutdown) -> io::Result<()>;
}

pub(crate) fn split<S: Duplex>(stream: S) -> (ReadHalf<S>, WriteHalf<S>) {
    (ReadHalf { stream: stream.clone() }, WriteHalf { stream })
}

/// The half of a stream that reads: see `into_split` of [`TcpStream`](crate::net::TcpStream::into_split).
///
/// Dropping it does nothing, unless it is the last handle of the stream, which is then closed.
#[derive(Debug)]
pub struct ReadHalf<S> {
    stream: S,
}

impl<S: Channel + Clone> ReadHalf<S> {
    fn channel(&self) -> &S {
        &self.stream
    }

    stream::reading_methods!(
        S,
        concat!(
            include_str!("../net/tcp_in_docs.txt"),
            "# let (sock, _writer) = yield_!(listener.accept())?.0.into_split();"
        )
    );
}

impl<S: Channel> Channel for ReadHalf<S> {
    type Wait = S::Wait;
    type Raw = S::Raw;

    fn poll_transfer(
        &self,
        wait: &mut S::Wait,
        direction: Direction,
        wanted: usize,
        cx: &mut Context<'_>,
        attempt: impl FnMut(&S::Raw) -> io::Result<usize>,
    ) -> Poll<io::Result<usize>> {
        self.stream.poll_transfer(wait, direction, wanted, cx, attempt)
    }
}

/// The half of a stream that writes: see `into_split` of [`TcpStream`](crate::net::TcpStream::into_split).
///
/// Dropping it shuts writing down: the peer sees the end of the stream when it has read what was written.
#[derive(Debug)]
pub struct WriteHalf<S: Duplex> {
    stream: S,
}

impl<S: Duplex> WriteHalf<S> {
    fn channel(&self) -> &S {
        &self.stream
    }

    stream::writing_methods!(
        S,
        concat!(
            include_str!("../net/tcp_in_docs.txt"),
            "# let (_reader, sock) = yield_!(listener.accept())?.0.into_split();"
        )
    );

    /// Shuts writing down, and says whether that went well, which dropping the half does not.
    ///
    /// # Errors
    ///
    /// Those of the system; [`NotConnected`](io::ErrorKind::NotConnected) is one.
    pub fn shutdown(self) -> io::Result<()> {
        self.stream.shut_down(Shutdown::Write)
    }
}

impl<S: Duplex> Drop for WriteHalf<S> {
    fn drop(&mut self) {
        // It may be closed already, by the peer or by `shutdown`.
        let _ = self.stream.shut_down(Shutdown::Write);
    }
}
