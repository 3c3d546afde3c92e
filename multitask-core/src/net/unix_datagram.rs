//! Datagrams between Unix sockets.

use core::task::Poll;
use std::{
    io,
    os::unix::net::SocketAddr,
    path::{Path, PathBuf},
    rc::Rc,
};

use mio::Interest;
use rustix::net::{RecvFlags, recv};

use super::{IoWait, SendTo, datagram};
use crate::{
    Context,
    io::{Data, channel::Peek, registered::Io, source::Direction, stream},
};

/// A Unix socket for datagrams; a handle that can be cloned.
///
/// # Examples
///
/// ```
#[doc = include_str!("../yield_in_docs.txt")]
/// use multitask_core::net::UnixDatagram;
///
/// // In a task:
/// let (ours, theirs) = UnixDatagram::pair()?;
/// yield_!(ours.send(b"hello"))?;
/// assert_eq!(yield_!(theirs.recv(1500))?, b"hello");
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone)]
pub struct UnixDatagram {
    io: Rc<Io<mio::net::UnixDatagram>>,
}

impl UnixDatagram {
    /// Opens a socket at a path, where there must not be a file. The file stays when the socket is closed.
    ///
    /// # Errors
    ///
    /// Those of the system.
    pub fn bind(path: impl AsRef<Path>) -> io::Result<Self> {
        mio::net::UnixDatagram::bind(path).map(UnixDatagram::new)
    }

    /// Opens a socket without an address: it can send, and receives nothing before it is connected.
    ///
    /// # Errors
    ///
    /// Those of the system.
    pub fn unbound() -> io::Result<Self> {
        mio::net::UnixDatagram::unbound().map(UnixDatagram::new)
    }

    /// Two sockets that are connected to one another.
    ///
    /// # Errors
    ///
    /// Those of the system.
    pub fn pair() -> io::Result<(Self, Self)> {
        mio::net::UnixDatagram::pair().map(|(one, other)| (UnixDatagram::new(one), UnixDatagram::new(other)))
    }

    fn new(socket: mio::net::UnixDatagram) -> Self {
        UnixDatagram { io: Rc::new(Io::new(socket, Interest::READABLE | Interest::WRITABLE)) }
    }

    /// Connects the socket to the one at a path: `send` sends there. This is over at once.
    ///
    /// # Errors
    ///
    /// Those of the system.
    pub fn connect(&self, path: impl AsRef<Path>) -> io::Result<()> {
        self.io.get().connect(path)
    }

    /// Sends a datagram to the socket at a path: evaluates to how many bytes, which are all.
    ///
    /// Like [`send`](UnixDatagram::send) in all else.
    ///
    /// # Errors
    ///
    /// Those of the system.
    pub fn send_to<D: Data>(&self, data: D, path: impl AsRef<Path>) -> SendTo<Self, D> {
        SendTo::new(self.clone(), data, Ok(path.as_ref().to_owned()))
    }

    datagram::datagram_methods!(
        UnixDatagram,
        SocketAddr,
        "# let (sock, peer) = multitask_core::net::UnixDatagram::pair()?;"
    );
}

stream::handle_of_socket!(UnixDatagram, std::os::unix::net::UnixDatagram);
datagram::datagram_channel!(UnixDatagram, mio::net::UnixDatagram);

impl Peek for mio::net::UnixDatagram {
    fn peek(&self, buf: &mut [u8]) -> io::Result<usize> {
        let (n, _) = recv(self, buf, RecvFlags::PEEK)?;
        Ok(n)
    }
}

impl datagram::Datagrams for UnixDatagram {
    type Address = SocketAddr;
    type Target = PathBuf;

    /// If the socket that it is sent to has no room, that is nothing that ours could wait for.
    const TELLS_OF_ROOM: bool = false;

    fn poll_datagram<T>(
        &self,
        wait: &mut IoWait,
        direction: Direction,
        cx: &mut Context<'_>,
        attempt: impl FnMut(&mio::net::UnixDatagram) -> io::Result<T>,
    ) -> Poll<io::Result<T>> {
        self.io.poll(wait, direction, cx, attempt)
    }

    fn recv_from(raw: &mio::net::UnixDatagram, buf: &mut [u8]) -> io::Result<(usize, SocketAddr)> {
        raw.recv_from(buf)
    }

    fn send_to(&self, data: &[u8], path: &PathBuf) -> io::Result<usize> {
        self.io.get().send_to(data, path)
    }
}
