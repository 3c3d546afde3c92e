//! TCP: listeners and streams.

use core::task::Poll;
use std::{
    io,
    net::{Shutdown, SocketAddr, ToSocketAddrs},
    rc::Rc,
};

use mio::Interest;

use super::{
    Accept, Connect, IoWait, STREAM_INTEREST,
    accept::{self, Listener},
    addresses::{Host, Targets, first_of},
    connect::Connects,
};
use crate::{
    Context,
    io::{
        channel::{self, Channel, Peek, Raw},
        halves::Duplex,
        registered::Io,
        source::Direction,
        stream,
    },
};

/// A socket that listens for connections; a handle that can be cloned.
#[derive(Clone)]
pub struct TcpListener {
    io: Rc<Io<mio::net::TcpListener>>,
}

impl TcpListener {
    /// Opens a socket that listens at an address, the first one of `address` that can be had. Port 0 asks for a free
    /// one, which [`local_addr`](TcpListener::local_addr) tells.
    ///
    /// It does not wait, except where `address` is a name that has to be looked up: that blocks the thread.
    ///
    /// # Errors
    ///
    /// Those of looking up the name, and of the last address that was tried.
    ///
    /// # Examples
    ///
    /// ```
    /// # use multitask_core::net::TcpListener;
    /// let listener = TcpListener::bind("127.0.0.1:0")?;
    /// assert_ne!(listener.local_addr()?.port(), 0);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn bind(address: impl ToSocketAddrs) -> io::Result<Self> {
        first_of(address, |address| {
            let listener = mio::net::TcpListener::bind(address)?;
            accept::set_backlog(&listener)?;
            Ok(TcpListener::new(listener))
        })
    }

    fn new(listener: mio::net::TcpListener) -> Self {
        TcpListener { io: Rc::new(Io::new(listener, Interest::READABLE)) }
    }

    /// The address at which the socket listens.
    ///
    /// # Errors
    ///
    /// Those of the system.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.io.get().local_addr()
    }

    /// Waits for a connection: evaluates to it, and to the address that it comes from.
    ///
    /// Of several tasks that wait, one gets the connection. Dropping the operation loses none.
    ///
    /// # Errors
    ///
    /// An error leaves the listener as it was, and the next `accept` tries again at once. It may concern just one
    /// connection, such as one that was aborted before it was accepted: go on. If there are no more descriptors, the
    /// connection stays in the queue: sleep a little, then go on.
    ///
    /// # Examples
    ///
    /// ```
    #[doc = include_str!("../yield_in_docs.txt")]
    /// # use std::time::Duration;
    /// # use multitask_core::{add, net::{TcpListener, TcpStream}, sleep};
    /// # let sock = TcpListener::bind("127.0.0.1:0")?;
    /// # let clients = [(); 2].map(|()| std::net::TcpStream::connect(sock.local_addr().unwrap()));
    /// # fn serve(sock: TcpStream) -> impl Task<Output = ()> { Resume(move |_: &mut Context<'_>| { let _ = &sock; std::task::Poll::Ready(()) }) }
    /// # let mut left = clients.len();
    /// // In a task; `serve(conn)` is another one.
    /// loop {
    ///     match yield_!(sock.accept()) {
    ///         Ok((conn, _address)) => drop(add(serve(conn))),
    ///         Err(error) => {
    ///             eprintln!("cannot accept: {error}");
    ///             yield_!(sleep(Duration::from_millis(50)));
    ///         }
    ///     }
    /// #   left -= 1;
    /// #   if left == 0 { break }
    /// }
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn accept(&self) -> Accept {
        Accept::new(self.clone())
    }
}

stream::handle_of_socket!(TcpListener, std::net::TcpListener);

impl Listener for TcpListener {
    type Connection = TcpStream;
    type Address = SocketAddr;

    fn poll_accept(&self, wait: &mut IoWait, cx: &mut Context<'_>) -> Poll<io::Result<(TcpStream, SocketAddr)>> {
        let poll = self.io.poll(wait, Direction::Read, cx, |socket| socket.accept());
        poll.map_ok(|(stream, address)| (TcpStream::new(stream), address))
    }
}

/// A TCP connection; a handle that can be cloned. It is closed when the last handle is dropped.
///
/// Reading and writing are independent: one task may read while another writes. What several tasks that read at the
/// same time get, or in which order the data of several that write go out, is not guaranteed.
#[derive(Clone)]
pub struct TcpStream {
    io: Rc<Io<mio::net::TcpStream>>,
}

impl TcpStream {
    /// Connects to a host: evaluates to the connection. Of several addresses, each is tried in turn.
    ///
    /// A name is looked up on another thread, like [`resolve`](super::resolve) does. Nothing happens before a task yields
    /// the operation. Dropping it gives the attempt up.
    ///
    /// # Errors
    ///
    /// The operation evaluates to those of looking up the name, and of the last address that was tried.
    ///
    /// # Examples
    ///
    /// ```
    #[doc = include_str!("../yield_in_docs.txt")]
    /// use std::time::Duration;
    /// # use multitask_core::net::{TcpListener, TcpStream};
    /// # let listener = TcpListener::bind("127.0.0.1:0")?;
    /// # let address = listener.local_addr()?;
    /// // In a task:
    /// let sock = yield_!(TcpStream::connect(address).timeout(Duration::from_secs(5)))??;
    /// assert_eq!(sock.peer_addr()?, address);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn connect(host: impl Into<Host>) -> Connect {
        Connect::new(Targets::new(host))
    }

    fn new(stream: mio::net::TcpStream) -> Self {
        TcpStream { io: Rc::new(Io::new(stream, STREAM_INTEREST)) }
    }

    fn channel(&self) -> &Self {
        self
    }

    stream::stream_methods!(
        TcpStream,
        concat!(include_str!("tcp_in_docs.txt"), "# let (sock, _) = yield_!(listener.accept())?;")
    );

    /// The address of the other end.
    ///
    /// # Errors
    ///
    /// Those of the system.
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.io.get().peer_addr()
    }

    /// The address of this end.
    ///
    /// # Errors
    ///
    /// Those of the system.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.io.get().local_addr()
    }

    /// Whether small writes go out at once (`TCP_NODELAY`), instead of being collected. They are collected by default.
    ///
    /// # Errors
    ///
    /// Those of the system.
    pub fn set_nodelay(&self, nodelay: bool) -> io::Result<()> {
        self.io.get().set_nodelay(nodelay)
    }
}

stream::handle_of_socket!(TcpStream, std::net::TcpStream);

impl Channel for TcpStream {
    type Wait = IoWait;
    type Raw = mio::net::TcpStream;

    fn poll_transfer(
        &self,
        wait: &mut IoWait,
        direction: Direction,
        wanted: usize,
        cx: &mut Context<'_>,
        attempt: impl FnMut(&mio::net::TcpStream) -> io::Result<usize>,
    ) -> Poll<io::Result<usize>> {
        self.io.poll_transfer(wait, direction, cx, wanted, attempt)
    }
}

impl Raw for mio::net::TcpStream {
    channel::by_standard_traits!();

    fn read_line(&self, line: &mut Vec<u8>) -> io::Result<usize> {
        self.read_line_by_peeking(line)
    }
}

impl Peek for mio::net::TcpStream {
    fn peek(&self, buf: &mut [u8]) -> io::Result<usize> {
        self.peek(buf)
    }
}

impl Duplex for TcpStream {
    fn shut_down(&self, how: Shutdown) -> io::Result<()> {
        self.shutdown(how)
    }
}

impl Connects for TcpStream {
    type Addresses = Targets;

    fn start(address: &SocketAddr) -> io::Result<Self> {
        mio::net::TcpStream::connect(*address).map(TcpStream::new)
    }

    fn poll_connected(&self, wait: &mut IoWait, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.io.poll(wait, Direction::Write, cx, connected)
    }
}

/// Whether the socket is connected, as an attempt that would block as long as it is not.
fn connected(socket: &mio::net::TcpStream) -> io::Result<()> {
    if let Some(error) = socket.take_error()? {
        return Err(error);
    }
    match socket.peer_addr() {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotConnected => Err(io::ErrorKind::WouldBlock.into()),
        Err(error) => Err(error),
    }
}
