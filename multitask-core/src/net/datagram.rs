//! The operations of sockets whose messages have an address.

use core::{fmt, task::Poll};
use std::io;

use super::{IoWait, backoff::Backoff, connect::no_address};
use crate::{
    Context, Operation,
    io::{Data, channel::Channel, receive::Lender, registered::retry, source::Direction},
    private::NeverAgain,
};

/// A socket of datagrams.
pub trait Datagrams: Channel<Wait = IoWait> {
    /// Where a datagram comes from.
    type Address;

    /// Where a datagram is sent to.
    type Target;

    /// Whether the poller tells when there is room for a datagram that did not find any.
    const TELLS_OF_ROOM: bool;

    /// Attempts something, and has the task wait if it would block.
    fn poll_datagram<T>(
        &self,
        wait: &mut IoWait,
        direction: Direction,
        cx: &mut Context<'_>,
        attempt: impl FnMut(&Self::Raw) -> io::Result<T>,
    ) -> Poll<io::Result<T>>;

    fn recv_from(raw: &Self::Raw, buf: &mut [u8]) -> io::Result<(usize, Self::Address)>;

    fn send_to(&self, data: &[u8], target: &Self::Target) -> io::Result<usize>;
}

/// The operation of the methods `recv_from`.
#[must_use = "an operation does nothing before a task yields it"]
pub struct RecvFrom<S> {
    // Before the socket, here and below: a wait ends before its descriptor may close.
    wait: IoWait,
    socket: S,
    n: usize,
}

impl<S> RecvFrom<S> {
    pub(super) fn new(socket: S, n: usize) -> Self {
        RecvFrom { wait: IoWait::new(), socket, n }
    }
}

impl<S: Datagrams> Operation for RecvFrom<S> {
    type Output = io::Result<(Vec<u8>, S::Address)>;
    type Wait = Self;

    fn begin(self) -> Self {
        self
    }

    fn poll(wait: &mut Self, _: impl FnOnce() -> Self, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let RecvFrom { wait, socket, n } = wait;
        let lender = Lender::of(cx);
        socket.poll_datagram(wait, Direction::Read, cx, |raw| lender.receive(*n, |buffer| S::recv_from(raw, buffer)))
    }

    fn what() -> &'static str {
        "recv_from"
    }
}

/// The operation of the methods `read_from`.
#[must_use = "an operation does nothing before a task yields it"]
pub struct ReadFrom<'a, S> {
    pub(crate) socket: &'a S,
    pub(crate) buf: &'a mut [u8],
}

impl<S: Datagrams> Operation for ReadFrom<'_, S> {
    type Output = io::Result<(usize, S::Address)>;
    type Wait = IoWait;

    fn begin(self) -> IoWait {
        IoWait::new()
    }

    fn poll(wait: &mut IoWait, again: impl FnOnce() -> Self, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let ReadFrom { socket, buf } = again();
        socket.poll_datagram(wait, Direction::Read, cx, |raw| S::recv_from(raw, buf))
    }

    fn what() -> &'static str {
        "read_from"
    }
}

/// The operation of the methods `send_to`.
#[must_use = "an operation does nothing before a task yields it"]
pub struct SendTo<S: Datagrams, D> {
    socket: S,
    data: D,
    target: io::Result<S::Target>,
}

impl<S: Datagrams, D> SendTo<S, D> {
    pub(super) fn new(socket: S, data: D, target: io::Result<S::Target>) -> Self {
        SendTo { socket, data, target }
    }
}

/// The wait of a [`SendTo`]: a handle of the socket, the address, and the data if they are owned.
pub struct SendToWait<S: Datagrams, K> {
    wait: IoWait,
    backoff: Backoff,
    socket: S,
    kept: K,
    /// The error is taken out when it is reported.
    target: Result<S::Target, Option<io::Error>>,
}

impl<S: Datagrams, D: Data> Operation for SendTo<S, D> {
    type Output = io::Result<usize>;
    type Wait = SendToWait<S, D::Kept>;

    fn begin(self) -> Self::Wait {
        let SendTo { socket, data, target } = self;
        let target = target.map_err(Some);
        SendToWait { wait: IoWait::new(), backoff: Backoff::new(), socket, kept: data.keep(), target }
    }

    fn poll(wait: &mut Self::Wait, again: impl FnOnce() -> Self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let SendToWait { wait, backoff, socket, kept, target } = wait;
        let target = match target {
            Ok(target) => target,
            Err(error) => return Poll::Ready(Err(error.take().unwrap_or_else(no_address))),
        };
        D::with_bytes(
            kept,
            || again().data,
            |bytes| {
                if S::TELLS_OF_ROOM {
                    socket.poll_datagram(wait, Direction::Write, cx, |_| socket.send_to(bytes, target))
                } else {
                    poll_with_pauses(backoff, cx, || socket.send_to(bytes, target))
                }
            },
        )
    }

    fn what() -> &'static str {
        "send_to"
    }
}

/// Attempts, and has the task wait for a while if that would block.
fn poll_with_pauses<T>(
    backoff: &mut Backoff,
    cx: &mut Context<'_>,
    mut attempt: impl FnMut() -> io::Result<T>,
) -> Poll<io::Result<T>> {
    while cx.may_go_on() && backoff.poll(cx).is_ready() {
        match retry(&mut attempt) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => backoff.start(),
            result => {
                cx.count_ready();
                return Poll::Ready(result);
            }
        }
    }
    Poll::Pending
}

/// Data that are kept are not borrowed again.
#[diagnostic::do_not_recommend]
impl<S: Datagrams, D: Data<Kept = D>> NeverAgain<SendTo<S, D>> for SendToWait<S, D> {}

impl<S: fmt::Debug> fmt::Debug for RecvFrom<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecvFrom").field("socket", &self.socket).field("n", &self.n).finish_non_exhaustive()
    }
}

impl<S: fmt::Debug> fmt::Debug for ReadFrom<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReadFrom").field("socket", &self.socket).finish_non_exhaustive()
    }
}

impl<S: Datagrams + fmt::Debug, D> fmt::Debug for SendTo<S, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SendTo").field("socket", &self.socket).finish_non_exhaustive()
    }
}

impl<S: Datagrams + fmt::Debug, K> fmt::Debug for SendToWait<S, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SendToWait").field("socket", &self.socket).finish_non_exhaustive()
    }
}

/// The methods of a socket of datagrams, besides those that name an address. In the examples, what is in `$setup` makes
/// `sock`, and `peer`; they are connected.
macro_rules! datagram_methods {
    ($socket:ty, $address:ty, $setup:literal) => {
        /// Waits for a datagram of at most `n` bytes: evaluates to it. What is longer is cut off, and the rest is lost.
        ///
        /// Dropping the operation loses no datagram.
        ///
        /// # Errors
        ///
        /// Those of the system. A connected socket may be told that nobody listens at the other end.
        ///
        /// # Examples
        ///
        /// ```
        #[doc = include_str!("../yield_in_docs.txt")]
        #[doc = $setup]
        /// # yield_!(peer.send(b"hello"))?;
        /// // In a task:
        /// assert_eq!(yield_!(sock.recv(1500))?, b"hello");
        /// # Ok::<(), Box<dyn std::error::Error>>(())
        /// ```
        pub fn recv(&self, n: usize) -> $crate::io::Recv<$socket> {
            $crate::io::Recv::new(self.clone(), n)
        }

        /// Like [`recv`](Self::recv): evaluates to the datagram, and to the address that it comes from.
        ///
        /// # Errors
        ///
        /// Those of the system.
        ///
        /// # Examples
        ///
        /// ```
        #[doc = include_str!("../yield_in_docs.txt")]
        #[doc = $setup]
        /// # yield_!(peer.send(b"hello"))?;
        /// // In a task:
        /// let (datagram, _address) = yield_!(sock.recv_from(1500))?;
        /// assert_eq!(datagram, b"hello");
        /// # Ok::<(), Box<dyn std::error::Error>>(())
        /// ```
        pub fn recv_from(&self, n: usize) -> $crate::net::RecvFrom<$socket> {
            $crate::net::RecvFrom::new(self.clone(), n)
        }

        /// Like [`recv`](Self::recv), into a buffer: evaluates to how many bytes.
        ///
        /// # Errors
        ///
        /// Those of the system.
        pub fn read<'a>(&'a self, buf: &'a mut [u8]) -> $crate::io::Read<'a, &'a $socket> {
            $crate::io::Read { channel: self, buf }
        }

        /// Like [`recv_from`](Self::recv_from), into a buffer: evaluates to how many bytes, and to the address.
        ///
        /// # Errors
        ///
        /// Those of the system.
        pub fn read_from<'a>(&'a self, buf: &'a mut [u8]) -> $crate::net::ReadFrom<'a, $socket> {
            $crate::net::ReadFrom { socket: self, buf }
        }

        /// Like [`read`](Self::read), and leaves the datagram where it is for the next one that reads.
        ///
        /// # Errors
        ///
        /// Those of the system.
        pub fn peek<'a>(&'a self, buf: &'a mut [u8]) -> $crate::io::Peek<'a, &'a $socket> {
            $crate::io::Peek { channel: self, buf }
        }

        /// Sends a datagram to where the socket is connected: evaluates to how many bytes, which are all.
        ///
        /// It waits if the system has no room. Owned data stay with the operation, borrowed ones are borrowed again.
        /// Dropping the operation while it waits means that nothing was sent.
        ///
        /// # Errors
        ///
        /// Those of the system; [`NotConnected`](std::io::ErrorKind::NotConnected) is one.
        pub fn send<D: $crate::io::Data>(&self, data: D) -> $crate::io::Send<$socket, D> {
            $crate::io::Send { channel: self.clone(), data }
        }

        /// The address of this end.
        ///
        /// # Errors
        ///
        /// Those of the system.
        pub fn local_addr(&self) -> io::Result<$address> {
            self.io.get().local_addr()
        }

        /// The address to which the socket is connected.
        ///
        /// # Errors
        ///
        /// Those of the system; [`NotConnected`](std::io::ErrorKind::NotConnected) is one.
        pub fn peer_addr(&self) -> io::Result<$address> {
            self.io.get().peer_addr()
        }
    };
}

/// What the operations need of a socket of datagrams that wraps one of mio's.
macro_rules! datagram_channel {
    ($socket:ty, $raw:ty) => {
        impl $crate::io::channel::Channel for $socket {
            type Wait = $crate::io::IoWait;
            type Raw = $raw;

            fn poll_transfer(
                &self,
                wait: &mut $crate::io::IoWait,
                direction: $crate::io::source::Direction,
                _: usize,
                cx: &mut $crate::Context<'_>,
                attempt: impl FnMut(&$raw) -> io::Result<usize>,
            ) -> Poll<io::Result<usize>> {
                self.io.poll(wait, direction, cx, attempt)
            }
        }

        impl $crate::io::channel::Raw for $raw {
            fn read(&self, buf: &mut [u8]) -> io::Result<usize> {
                self.recv(buf)
            }

            fn write(&self, data: &[u8]) -> io::Result<usize> {
                self.send(data)
            }
        }
    };
}

pub(crate) use {datagram_channel, datagram_methods};
