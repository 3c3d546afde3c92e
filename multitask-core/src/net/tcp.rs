//! TCP: listeners and streams.

use core::{fmt, task::Poll};
use std::{
    io::{self, Read as _, Write as _},
    net::{Shutdown, SocketAddr, ToSocketAddrs},
    rc::Rc,
    vec,
};

use mio::Interest;

use super::{Data, IoWait, Send};
use crate::{
    Context, Operation,
    poller::{Direction, Io},
};

/// A socket that listens for connections; a handle that can be cloned.
#[derive(Clone)]
pub struct TcpListener {
    io: Rc<Io<mio::net::TcpListener>>,
}

/// How many connections the system keeps for a listener that has not accepted them; it may lower the number.
const BACKLOG: i32 = 1024;

fn listen(address: SocketAddr) -> io::Result<mio::net::TcpListener> {
    let listener = mio::net::TcpListener::bind(address)?;
    // A second `listen` changes the backlog, which is 128 after the first: a thousand clients at once overflow that, and
    // come back a second later.
    socket2::SockRef::from(&listener).listen(BACKLOG)?;
    Ok(listener)
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
        let mut error = None;
        for address in address.to_socket_addrs()? {
            match listen(address) {
                Ok(listener) => return Ok(TcpListener::new(listener)),
                Err(failed) => error = Some(failed),
            }
        }
        Err(error.unwrap_or_else(no_address))
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
        Accept { listener: self.clone(), wait: IoWait::new() }
    }
}

/// The socket is made non-blocking.
impl TryFrom<std::net::TcpListener> for TcpListener {
    type Error = io::Error;

    fn try_from(listener: std::net::TcpListener) -> io::Result<Self> {
        listener.set_nonblocking(true)?;
        Ok(TcpListener::new(mio::net::TcpListener::from_std(listener)))
    }
}

impl fmt::Debug for TcpListener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.io.fmt(f)
    }
}

/// The operation of [`TcpListener::accept`].
#[derive(Debug)]
#[must_use = "an operation does nothing before a task yields it"]
pub struct Accept {
    // Before the listener, here and below: a wait ends before its socket may close.
    wait: IoWait,
    listener: TcpListener,
}

impl Operation for Accept {
    type Output = io::Result<(TcpStream, SocketAddr)>;
    type Wait = Self;

    fn begin(self) -> Self {
        self
    }

    fn poll(wait: &mut Self, _: impl FnOnce() -> Self, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let accept = |socket: &mio::net::TcpListener| socket.accept();
        let poll = wait.listener.io.poll(&mut wait.wait, Direction::Read, cx, accept);
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
    /// Connects to an address: evaluates to the connection. Of several addresses, each is tried in turn.
    ///
    /// A name is looked up when this is called, which blocks the thread; an address that is written in numbers is not.
    /// Nothing else happens before a task yields the operation. Dropping it gives the attempt up.
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
    pub fn connect(address: impl ToSocketAddrs) -> Connect {
        let (addresses, error) = match address.to_socket_addrs() {
            Ok(addresses) => (addresses.collect::<Vec<_>>(), None),
            Err(error) => (Vec::new(), Some(error)),
        };
        Connect { wait: IoWait::new(), attempt: None, addresses: addresses.into_iter(), error }
    }

    pub(super) fn new(stream: mio::net::TcpStream) -> Self {
        TcpStream { io: Rc::new(Io::new(stream, Interest::READABLE | Interest::WRITABLE)) }
    }

    /// Reads what there is into `buf`, at least one byte: evaluates to how many. 0 is the end of the stream, or says
    /// that `buf` is empty.
    ///
    /// Dropping the operation loses no data.
    ///
    /// # Errors
    ///
    /// Those of the system; a peer that resets the connection is one.
    ///
    /// # Examples
    ///
    /// ```
    #[doc = include_str!("../yield_in_docs.txt")]
    /// # use multitask_core::net::{TcpListener, TcpStream};
    /// # let listener = TcpListener::bind("127.0.0.1:0")?;
    /// # let address = listener.local_addr()?;
    /// # let peer = yield_!(TcpStream::connect(address))?;
    /// # let (sock, _) = yield_!(listener.accept())?;
    /// # yield_!(peer.write_all(b"hello"))?;
    /// // In a task:
    /// let mut buf = [0; 4096];
    /// let n = yield_!(sock.read(&mut buf))?;
    /// assert_eq!(&buf[..n], b"hello");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn read<'a>(&'a self, buf: &'a mut [u8]) -> Read<'a> {
        Read { stream: self, buf }
    }

    /// Fills `buf`.
    ///
    /// Dropping the operation leaves in `buf` what has been read by then, and how much that was is not known.
    ///
    /// # Errors
    ///
    /// [`UnexpectedEof`](io::ErrorKind::UnexpectedEof) if the stream ends before, and those of the system.
    pub fn read_exact<'a>(&'a self, buf: &'a mut [u8]) -> ReadExact<'a> {
        ReadExact { stream: self, buf }
    }

    /// Reads what there is, at most `n` bytes: evaluates to them. It is empty at the end of the stream, or if `n` is 0.
    ///
    /// The buffer is allocated when there is something to read. [`read`](TcpStream::read) allocates nothing.
    ///
    /// Dropping the operation loses no data.
    ///
    /// # Errors
    ///
    /// Those of the system.
    ///
    /// # Examples
    ///
    /// ```
    #[doc = include_str!("../yield_in_docs.txt")]
    /// # use multitask_core::net::{TcpListener, TcpStream};
    /// # let listener = TcpListener::bind("127.0.0.1:0")?;
    /// # let address = listener.local_addr()?;
    /// # let peer = yield_!(TcpStream::connect(address))?;
    /// # let (sock, _) = yield_!(listener.accept())?;
    /// # yield_!(peer.write_all(b"hello"))?;
    /// // In a task:
    /// let request = yield_!(sock.recv(1024))?;
    /// assert_eq!(request, b"hello");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn recv(&self, n: usize) -> Recv {
        Recv { wait: IoWait::new(), stream: self.clone(), n }
    }

    /// Writes some of `data`: evaluates to how many bytes, which may be fewer than there are.
    ///
    /// Dropping the operation while it waits means that nothing was written.
    ///
    /// # Errors
    ///
    /// Those of the system.
    pub fn write<'a>(&'a self, data: &'a [u8]) -> Write<'a> {
        Write { stream: self, data }
    }

    /// Writes all of `data`.
    ///
    /// Dropping the operation leaves open how much has been written.
    ///
    /// # Errors
    ///
    /// [`WriteZero`](io::ErrorKind::WriteZero) if the system takes no more, and its own.
    ///
    /// # Examples
    ///
    /// ```
    #[doc = include_str!("../yield_in_docs.txt")]
    /// # use multitask_core::net::{TcpListener, TcpStream};
    /// # let listener = TcpListener::bind("127.0.0.1:0")?;
    /// # let address = listener.local_addr()?;
    /// # let peer = yield_!(TcpStream::connect(address))?;
    /// # let (sock, _) = yield_!(listener.accept())?;
    /// // In a task:
    /// yield_!(sock.write_all(b"hello\n"))?;
    /// # assert_eq!(yield_!(peer.recv(10))?, b"hello\n");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn write_all<'a>(&'a self, data: &'a [u8]) -> WriteAll<'a> {
        WriteAll { stream: self, data }
    }

    /// Like [`write`](TcpStream::write), and takes the data by value as well: they then stay with the operation.
    ///
    /// # Errors
    ///
    /// Those of the system.
    ///
    /// # Examples
    ///
    /// ```
    #[doc = include_str!("../yield_in_docs.txt")]
    /// # use multitask_core::net::{TcpListener, TcpStream};
    /// # let listener = TcpListener::bind("127.0.0.1:0")?;
    /// # let address = listener.local_addr()?;
    /// # let peer = yield_!(TcpStream::connect(address))?;
    /// # let (sock, _) = yield_!(listener.accept())?;
    /// # let (buf, n) = ([b'x'; 10], 3);
    /// // In a task:
    /// yield_!(sock.send(&buf[..n]))?;
    /// yield_!(sock.send(format!(": {n} bytes\n")))?;
    /// # let mut received = Vec::new();
    /// # while received.len() < 13 { received.extend(yield_!(peer.recv(100))?); }
    /// # assert_eq!(received, b"xxx: 3 bytes\n");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn send<D: Data>(&self, data: D) -> Send<D> {
        Send { stream: self.clone(), data }
    }

    /// Shuts down reading, writing or both, at once and for all handles of the socket.
    ///
    /// # Errors
    ///
    /// Those of the system; [`NotConnected`](io::ErrorKind::NotConnected) is one.
    pub fn shutdown(&self, how: Shutdown) -> io::Result<()> {
        self.io.get().shutdown(how)
    }

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

/// The socket is made non-blocking.
impl TryFrom<std::net::TcpStream> for TcpStream {
    type Error = io::Error;

    fn try_from(stream: std::net::TcpStream) -> io::Result<Self> {
        stream.set_nonblocking(true)?;
        Ok(TcpStream::new(mio::net::TcpStream::from_std(stream)))
    }
}

impl fmt::Debug for TcpStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.io.fmt(f)
    }
}

#[cfg(unix)]
mod descriptors {
    use std::os::fd::{AsFd, AsRawFd, BorrowedFd, RawFd};

    use super::{TcpListener, TcpStream};

    impl AsFd for TcpListener {
        fn as_fd(&self) -> BorrowedFd<'_> {
            self.io.get().as_fd()
        }
    }

    impl AsRawFd for TcpListener {
        fn as_raw_fd(&self) -> RawFd {
            self.io.get().as_raw_fd()
        }
    }

    impl AsFd for TcpStream {
        fn as_fd(&self) -> BorrowedFd<'_> {
            self.io.get().as_fd()
        }
    }

    impl AsRawFd for TcpStream {
        fn as_raw_fd(&self) -> RawFd {
            self.io.get().as_raw_fd()
        }
    }
}

/// The operation of [`TcpStream::connect`].
#[derive(Debug)]
#[must_use = "an operation does nothing before a task yields it"]
pub struct Connect {
    wait: IoWait,
    attempt: Option<TcpStream>,
    addresses: vec::IntoIter<SocketAddr>,
    error: Option<io::Error>,
}

impl Operation for Connect {
    type Output = io::Result<TcpStream>;
    type Wait = Self;

    fn begin(self) -> Self {
        self
    }

    fn poll(wait: &mut Self, _: impl FnOnce() -> Self, cx: &mut Context<'_>) -> Poll<io::Result<TcpStream>> {
        loop {
            if let Some(stream) = &wait.attempt {
                match stream.io.poll(&mut wait.wait, Direction::Write, cx, connected) {
                    Poll::Pending => return Poll::Pending,
                    Poll::Ready(Ok(())) => return Poll::Ready(Ok(wait.attempt.take().expect("it is connected"))),
                    Poll::Ready(Err(error)) => wait.error = Some(error),
                }
                wait.attempt = None;
            }
            let Some(address) = wait.addresses.next() else {
                return Poll::Ready(Err(wait.error.take().unwrap_or_else(no_address)));
            };
            match mio::net::TcpStream::connect(address) {
                Ok(stream) => wait.attempt = Some(TcpStream::new(stream)),
                Err(error) => wait.error = Some(error),
            }
        }
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

fn no_address() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, "no address to try")
}

/// The operation of [`TcpStream::read`].
#[derive(Debug)]
#[must_use = "an operation does nothing before a task yields it"]
pub struct Read<'a> {
    stream: &'a TcpStream,
    buf: &'a mut [u8],
}

impl Operation for Read<'_> {
    type Output = io::Result<usize>;
    type Wait = IoWait;

    fn begin(self) -> IoWait {
        IoWait::new()
    }

    fn poll(wait: &mut IoWait, again: impl FnOnce() -> Self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let Read { stream, buf } = again();
        stream.poll_read(wait, buf, cx)
    }
}

/// The operation of [`TcpStream::read_exact`].
#[derive(Debug)]
#[must_use = "an operation does nothing before a task yields it"]
pub struct ReadExact<'a> {
    stream: &'a TcpStream,
    buf: &'a mut [u8],
}

impl Operation for ReadExact<'_> {
    type Output = io::Result<()>;
    type Wait = TransferWait;

    fn begin(self) -> TransferWait {
        TransferWait::new()
    }

    fn poll(wait: &mut TransferWait, again: impl FnOnce() -> Self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let ReadExact { stream, buf } = again();
        wait.go_on(buf.len(), io::ErrorKind::UnexpectedEof, |wait, done| stream.poll_read(wait, &mut buf[done..], cx))
    }
}

/// The operation of [`TcpStream::recv`].
#[derive(Debug)]
#[must_use = "an operation does nothing before a task yields it"]
pub struct Recv {
    wait: IoWait,
    stream: TcpStream,
    n: usize,
}

impl Operation for Recv {
    type Output = io::Result<Vec<u8>>;
    type Wait = Self;

    fn begin(self) -> Self {
        self
    }

    fn poll(wait: &mut Self, _: impl FnOnce() -> Self, cx: &mut Context<'_>) -> Poll<io::Result<Vec<u8>>> {
        let mut bytes = Vec::new();
        let n = wait.n;
        let read = |mut socket: &mio::net::TcpStream| {
            bytes.resize(n, 0);
            socket.read(&mut bytes)
        };
        let poll = wait.stream.io.poll_transfer(&mut wait.wait, Direction::Read, cx, n, read);
        poll.map_ok(|done| {
            bytes.truncate(done);
            if done < n / 2 {
                bytes.shrink_to_fit();
            }
            bytes
        })
    }
}

/// The operation of [`TcpStream::write`].
#[derive(Clone, Debug)]
#[must_use = "an operation does nothing before a task yields it"]
pub struct Write<'a> {
    stream: &'a TcpStream,
    data: &'a [u8],
}

impl Operation for Write<'_> {
    type Output = io::Result<usize>;
    type Wait = IoWait;

    fn begin(self) -> IoWait {
        IoWait::new()
    }

    fn poll(wait: &mut IoWait, again: impl FnOnce() -> Self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let Write { stream, data } = again();
        stream.poll_write(wait, data, cx)
    }
}

/// The operation of [`TcpStream::write_all`].
#[derive(Clone, Debug)]
#[must_use = "an operation does nothing before a task yields it"]
pub struct WriteAll<'a> {
    stream: &'a TcpStream,
    data: &'a [u8],
}

impl Operation for WriteAll<'_> {
    type Output = io::Result<()>;
    type Wait = TransferWait;

    fn begin(self) -> TransferWait {
        TransferWait::new()
    }

    fn poll(wait: &mut TransferWait, again: impl FnOnce() -> Self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let WriteAll { stream, data } = again();
        wait.go_on(data.len(), io::ErrorKind::WriteZero, |wait, done| stream.poll_write(wait, &data[done..], cx))
    }
}

impl TcpStream {
    fn poll_read(&self, wait: &mut IoWait, buf: &mut [u8], cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let wanted = buf.len();
        let read = |mut socket: &mio::net::TcpStream| socket.read(buf);
        self.io.poll_transfer(wait, Direction::Read, cx, wanted, read)
    }

    pub(super) fn poll_write(&self, wait: &mut IoWait, data: &[u8], cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let write = |mut socket: &mio::net::TcpStream| socket.write(data);
        self.io.poll_transfer(wait, Direction::Write, cx, data.len(), write)
    }
}

/// The wait of a transfer that goes on until it is complete, and how much of it is done.
#[derive(Debug)]
pub struct TransferWait {
    wait: IoWait,
    done: usize,
}

impl TransferWait {
    fn new() -> Self {
        TransferWait { wait: IoWait::new(), done: 0 }
    }

    /// Goes on until `wanted` bytes are done; a step that does none is an error of kind `none`.
    fn go_on(
        &mut self,
        wanted: usize,
        none: io::ErrorKind,
        mut step: impl FnMut(&mut IoWait, usize) -> Poll<io::Result<usize>>,
    ) -> Poll<io::Result<()>> {
        while self.done < wanted {
            match step(&mut self.wait, self.done) {
                Poll::Ready(Ok(0)) => return Poll::Ready(Err(none.into())),
                Poll::Ready(Ok(done)) => self.done += done,
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                Poll::Pending => return Poll::Pending,
            }
        }
        Poll::Ready(Ok(()))
    }
}
