//! `accept`, of every kind of listener.

use core::task::Poll;
use std::io;

use super::{IoWait, TcpListener};
use crate::{Context, Operation};

/// A socket that listens for connections.
pub trait Listener {
    type Connection;
    type Address;

    fn poll_accept(
        &self,
        wait: &mut IoWait,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<(Self::Connection, Self::Address)>>;
}

/// The operation of the methods `accept`: see [`TcpListener::accept`].
#[derive(Debug)]
#[must_use = "an operation does nothing before a task yields it"]
pub struct Accept<L = TcpListener> {
    // Before the listener: a wait ends before its socket may close.
    wait: IoWait,
    listener: L,
}

impl<L> Accept<L> {
    pub(crate) fn new(listener: L) -> Self {
        Accept { wait: IoWait::new(), listener }
    }
}

impl<L: Listener> Operation for Accept<L> {
    type Output = io::Result<(L::Connection, L::Address)>;
    type Wait = Self;

    fn begin(self) -> Self {
        self
    }

    fn poll(wait: &mut Self, _: impl FnOnce() -> Self, cx: &mut Context<'_>) -> Poll<Self::Output> {
        wait.listener.poll_accept(&mut wait.wait, cx)
    }

    fn what() -> &'static str {
        "accept"
    }
}

/// How many connections the system keeps for a listener that has not accepted them; it may lower the number.
const BACKLOG: i32 = 1024;

/// Listens once more, which changes the backlog. It is 128 before: a thousand clients at once overflow that, and come
/// back a second later.
#[cfg(unix)]
pub(super) fn set_backlog(listener: &impl std::os::fd::AsFd) -> io::Result<()> {
    socket2::SockRef::from(listener).listen(BACKLOG)
}

#[cfg(windows)]
pub(super) fn set_backlog(listener: &impl std::os::windows::io::AsSocket) -> io::Result<()> {
    socket2::SockRef::from(listener).listen(BACKLOG)
}
