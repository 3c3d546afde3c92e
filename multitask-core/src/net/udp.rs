//! UDP.

use core::task::Poll;
use std::{
    io,
    net::{SocketAddr, ToSocketAddrs},
    rc::Rc,
};

use mio::Interest;

use super::{IoWait, SendTo, addresses::first_of, connect::no_address, datagram};
use crate::{
    Context,
    io::{Data, channel::Peek, registered::Io, source::Direction, stream},
};

/// A socket for datagrams; a handle that can be cloned.
///
/// # Examples
///
/// ```
#[doc = include_str!("../yield_in_docs.txt")]
/// use multitask_core::net::UdpSocket;
///
/// // In a task: sends a datagram back to where it came from.
/// let sock = UdpSocket::bind("127.0.0.1:0")?;
/// # let client = UdpSocket::bind("127.0.0.1:0")?;
/// # let address = sock.local_addr()?;
/// # yield_!(client.send_to(b"hello", address))?;
/// let (datagram, address) = yield_!(sock.recv_from(1500))?;
/// yield_!(sock.send_to(&datagram, address))?;
/// # assert_eq!(yield_!(client.recv(1500))?, b"hello");
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone)]
pub struct UdpSocket {
    io: Rc<Io<mio::net::UdpSocket>>,
}

impl UdpSocket {
    /// Opens a socket at an address, the first one of `address` that can be had. Port 0 asks for a free one.
    ///
    /// It does not wait, except where `address` is a name that has to be looked up: that blocks the thread.
    ///
    /// # Errors
    ///
    /// Those of looking up the name, and of the last address that was tried.
    pub fn bind(address: impl ToSocketAddrs) -> io::Result<Self> {
        first_of(address, |address| mio::net::UdpSocket::bind(address).map(UdpSocket::new))
    }

    fn new(socket: mio::net::UdpSocket) -> Self {
        UdpSocket { io: Rc::new(Io::new(socket, Interest::READABLE | Interest::WRITABLE)) }
    }

    /// Connects the socket to an address, the first one of `address` that can be had: `send` sends there, and datagrams
    /// from elsewhere are not received. This is over at once, since nothing is sent.
    ///
    /// # Errors
    ///
    /// Those of looking up the name, and of the last address that was tried.
    pub fn connect(&self, address: impl ToSocketAddrs) -> io::Result<()> {
        first_of(address, |address| self.io.get().connect(address))
    }

    /// Sends a datagram to an address, the first one of `address`: evaluates to how many bytes, which are all.
    ///
    /// Like [`send`](UdpSocket::send) in all else. A name is looked up when this is called, which blocks the thread; an
    /// address that is written in numbers is not.
    ///
    /// # Errors
    ///
    /// Those of looking up the name, and of the system.
    ///
    /// # Examples
    ///
    /// ```
    #[doc = include_str!("../yield_in_docs.txt")]
    /// # use multitask_core::net::UdpSocket;
    /// # let peer = UdpSocket::bind("127.0.0.1:0")?;
    /// # let address = peer.local_addr()?;
    /// # let sock = UdpSocket::bind("127.0.0.1:0")?;
    /// // In a task:
    /// yield_!(sock.send_to(b"hello", address))?;
    /// # assert_eq!(yield_!(peer.recv(10))?, b"hello");
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn send_to<D: Data>(&self, data: D, address: impl ToSocketAddrs) -> SendTo<Self, D> {
        let address = address.to_socket_addrs().and_then(|mut all| all.next().ok_or_else(no_address));
        SendTo::new(self.clone(), data, address)
    }

    /// Whether datagrams may be sent to a broadcast address. They may not by default.
    ///
    /// # Errors
    ///
    /// Those of the system.
    pub fn set_broadcast(&self, broadcast: bool) -> io::Result<()> {
        self.io.get().set_broadcast(broadcast)
    }

    datagram::datagram_methods!(
        UdpSocket,
        SocketAddr,
        "# use multitask_core::net::UdpSocket;
# let [sock, peer] = [UdpSocket::bind(\"127.0.0.1:0\")?, UdpSocket::bind(\"127.0.0.1:0\")?];
# sock.connect(peer.local_addr()?)?;
# peer.connect(sock.local_addr()?)?;"
    );
}

stream::handle_of_socket!(UdpSocket, std::net::UdpSocket);
datagram::datagram_channel!(UdpSocket, mio::net::UdpSocket);

impl Peek for mio::net::UdpSocket {
    fn peek(&self, buf: &mut [u8]) -> io::Result<usize> {
        self.peek(buf)
    }
}

impl datagram::Datagrams for UdpSocket {
    type Address = SocketAddr;
    type Target = SocketAddr;

    const TELLS_OF_ROOM: bool = true;

    fn poll_datagram<T>(
        &self,
        wait: &mut IoWait,
        direction: Direction,
        cx: &mut Context<'_>,
        attempt: impl FnMut(&mio::net::UdpSocket) -> io::Result<T>,
    ) -> Poll<io::Result<T>> {
        self.io.poll(wait, direction, cx, attempt)
    }

    fn recv_from(raw: &mio::net::UdpSocket, buf: &mut [u8]) -> io::Result<(usize, SocketAddr)> {
        raw.recv_from(buf)
    }

    fn send_to(&self, data: &[u8], address: &SocketAddr) -> io::Result<usize> {
        self.io.get().send_to(data, *address)
    }
}
