//! `connect`, of every kind of stream.

use core::{fmt, task::Poll};
use std::io;

use super::{IoWait, TcpStream};
use crate::{Context, Operation};

/// A stream that can be connected.
pub trait Connects: Sized {
    /// Where to: the addresses that are still to be tried.
    type Addresses: Addresses;

    /// Begins to connect, without waiting.
    fn start(address: &<Self::Addresses as Addresses>::Address) -> io::Result<Self>;

    /// Waits until the stream is connected, or cannot be.
    fn poll_connected(&self, wait: &mut IoWait, cx: &mut Context<'_>) -> Poll<io::Result<()>>;
}

/// Addresses, one after the other.
pub trait Addresses {
    type Address;

    /// The next address, which may have to be waited for; `None` after the last.
    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<io::Result<Self::Address>>>;

    /// Has `poll_next` give the address out once more, after a while, since connecting would block now; if that helps.
    fn try_again(&mut self, address: &Self::Address) -> bool {
        let _ = address;
        false
    }
}

/// The operation of the methods `connect`: see [`TcpStream::connect`].
#[must_use = "an operation does nothing before a task yields it"]
pub struct Connect<S: Connects = TcpStream> {
    // Before the stream: a wait ends before its socket may close.
    wait: IoWait,
    attempt: Option<S>,
    addresses: S::Addresses,
    /// What was wrong with the address before.
    error: Option<io::Error>,
}

impl<S: Connects> Connect<S> {
    pub(crate) fn new(addresses: S::Addresses) -> Self {
        Connect { wait: IoWait::new(), attempt: None, addresses, error: None }
    }

    fn start(&mut self, address: &<S::Addresses as Addresses>::Address) {
        match S::start(address) {
            Ok(stream) => self.attempt = Some(stream),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock && self.addresses.try_again(address) => {}
            Err(error) => self.error = Some(error),
        }
    }
}

impl<S: Connects> Operation for Connect<S> {
    type Output = io::Result<S>;
    type Wait = Self;

    fn begin(self) -> Self {
        self
    }

    fn poll(wait: &mut Self, _: impl FnOnce() -> Self, cx: &mut Context<'_>) -> Poll<io::Result<S>> {
        loop {
            if let Some(stream) = &wait.attempt {
                match stream.poll_connected(&mut wait.wait, cx) {
                    Poll::Pending => return Poll::Pending,
                    Poll::Ready(Ok(())) => return Poll::Ready(Ok(wait.attempt.take().expect("it is connected"))),
                    Poll::Ready(Err(error)) => wait.error = Some(error),
                }
                wait.attempt = None;
            }
            match wait.addresses.poll_next(cx) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(None) => return Poll::Ready(Err(wait.error.take().unwrap_or_else(no_address))),
                Poll::Ready(Some(Err(error))) => wait.error = Some(error),
                Poll::Ready(Some(Ok(address))) => wait.start(&address),
            }
        }
    }

    fn what() -> &'static str {
        "connect"
    }
}

impl<S: Connects + fmt::Debug> fmt::Debug for Connect<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connect").field("attempt", &self.attempt).field("error", &self.error).finish_non_exhaustive()
    }
}

pub(super) fn no_address() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, "no address to try")
}
