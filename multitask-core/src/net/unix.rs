//! Unix sockets: listeners and streams.

use core::task::Poll;
use std::{
    io,
    net::Shutdown,
    os::unix::net::SocketAddr,
    path::{Path, PathBuf},
    rc::Rc,
};

use mio::Interest;
#[cfg(any(target_os = "linux", target_os = "android"))]
use rustix::net::{RecvAncillaryBuffer, ReturnFlags, recvmsg};
use rustix::net::{RecvFlags, recv};

use super::{
    Accept, Connect, IoWait, STREAM_INTEREST,
    accept::{self, Listener},
    backoff::Backoff,
    connect::{Addresses, Connects},
};
use crate::{
    Context,
    io::{
        channel::{self, Channel, Peek, Raw},
        halves::Duplex,
        receive::Lender,
        registered::Io,
        source::Direction,
        stream,
    },
};

/// A Unix socket that listens for connections; a handle that can be cloned.
///
/// # Examples
///
/// ```
#[doc = include_str!("../yield_in_docs.txt")]
/// use multitask_core::net::{UnixListener, UnixStream};
///
/// # let folder = std::env::temp_dir().join(format!("multitask-doc-{}", std::process::id()));
/// # std::fs::create_dir_all(&folder)?;
/// # let path = folder.join("socket");
/// // In a task; `path` is where there is no file yet.
/// let listener = UnixListener::bind(&path)?;
/// let client = yield_!(UnixStream::connect(&path))?;
/// let (sock, _address) = yield_!(listener.accept())?;
/// yield_!(client.write_all(b"hello"))?;
/// assert_eq!(yield_!(sock.recv(16))?, b"hello");
/// # std::fs::remove_dir_all(folder)?;
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone)]
pub struct UnixListener {
    io: Rc<Io<mio::net::UnixListener>>,
}

impl UnixListener {
    /// Opens a socket that listens at a path, where there must not be a file. The file stays when the socket is closed.
    ///
    /// # Errors
    ///
    /// Those of the system; [`AddrInUse`](io::ErrorKind::AddrInUse) says that there is a file.
    pub fn bind(path: impl AsRef<Path>) -> io::Result<Self> {
        let listener = mio::net::UnixListener::bind(path)?;
        accept::set_backlog(&listener)?;
        Ok(UnixListener::new(listener))
    }

    fn new(listener: mio::net::UnixListener) -> Self {
        UnixListener { io: Rc::new(Io::new(listener, Interest::READABLE)) }
    }

    /// The address at which the socket listens.
    ///
    /// # Errors
    ///
    /// Those of the system.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.io.get().local_addr()
    }

    /// Waits for a connection: evaluates to it, and to the address that it comes from, which mostly has no name.
    ///
    /// It is like [`TcpListener::accept`](super::TcpListener::accept), in its errors too.
    ///
    /// # Errors
    ///
    /// Those of the system; after one, the listener is as it was.
    pub fn accept(&self) -> Accept<Self> {
        Accept::new(self.clone())
    }
}

stream::handle_of_socket!(UnixListener, std::os::unix::net::UnixListener);

impl Listener for UnixListener {
    type Connection = UnixStream;
    type Address = SocketAddr;

    fn poll_accept(&self, wait: &mut IoWait, cx: &mut Context<'_>) -> Poll<io::Result<(UnixStream, SocketAddr)>> {
        let poll = self.io.poll(wait, Direction::Read, cx, |socket| socket.accept());
        poll.map_ok(|(stream, address)| (UnixStream::new(stream), address))
    }
}

/// A Unix connection; a handle that can be cloned. It is closed when the last handle is dropped.
///
/// It is like a [`TcpStream`](super::TcpStream) in all that they have in common.
#[derive(Clone)]
pub struct UnixStream {
    io: Rc<Io<mio::net::UnixStream>>,
}

impl UnixStream {
    /// Connects to the listener at a path: evaluates to the connection.
    ///
    /// If there are already as many connections as the listener keeps without having accepted them, it tries again, a
    /// little later each time. Dropping the operation gives the attempt up.
    ///
    /// # Errors
    ///
    /// Those of the system; [`ConnectionRefused`](io::ErrorKind::ConnectionRefused) says that nobody listens there.
    pub fn connect(path: impl AsRef<Path>) -> Connect<Self> {
        Connect::new(Target { path: Some(path.as_ref().to_owned()), backoff: Backoff::new() })
    }

    /// Two streams that are connected to one another.
    ///
    /// # Errors
    ///
    /// Those of the system.
    pub fn pair() -> io::Result<(Self, Self)> {
        mio::net::UnixStream::pair().map(|(one, other)| (UnixStream::new(one), UnixStream::new(other)))
    }

    fn new(stream: mio::net::UnixStream) -> Self {
        UnixStream { io: Rc::new(Io::new(stream, STREAM_INTEREST)) }
    }

    fn channel(&self) -> &Self {
        self
    }

    stream::stream_methods!(UnixStream, "# let (sock, peer) = multitask_core::net::UnixStream::pair()?;");

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
}

stream::handle_of_socket!(UnixStream, std::os::unix::net::UnixStream);

impl Channel for UnixStream {
    type Wait = IoWait;
    type Raw = mio::net::UnixStream;

    fn poll_transfer(
        &self,
        wait: &mut IoWait,
        direction: Direction,
        _: usize,
        cx: &mut Context<'_>,
        attempt: impl FnMut(&mio::net::UnixStream) -> io::Result<usize>,
    ) -> Poll<io::Result<usize>> {
        // Where descriptors are passed along with the data, a read stops there: less than was asked for is not all.
        self.io.poll(wait, direction, cx, attempt)
    }

    fn poll_read(&self, wait: &mut IoWait, buf: &mut [u8], cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let (wanted, mut stopped) = (buf.len(), false);
        let poll = self.io.poll(wait, Direction::Read, cx, |socket| {
            let (done, before_more) = receive(socket, buf)?;
            stopped = before_more;
            Ok(done)
        });
        if !stopped {
            self.io.note_transfer(&poll, Direction::Read, wanted);
        }
        poll
    }

    fn poll_recv(&self, wait: &mut IoWait, n: usize, cx: &mut Context<'_>) -> Poll<io::Result<Vec<u8>>> {
        let lender = Lender::of(cx);
        let (mut bytes, mut stopped) = (Vec::new(), false);
        let poll = self.io.poll(wait, Direction::Read, cx, |socket| {
            (bytes, stopped) = lender.receive(n, |buffer| receive(socket, buffer))?;
            Ok(bytes.len())
        });
        if !stopped {
            self.io.note_transfer(&poll, Direction::Read, n);
        }
        poll.map_ok(|_| bytes)
    }
}

/// Receives bytes, and says whether that stopped where there may be more: at descriptors that were passed along. Those
/// are lost, for want of a place for them, which the system tells.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn receive(socket: &mio::net::UnixStream, buf: &mut [u8]) -> io::Result<(usize, bool)> {
    let mut no_place = RecvAncillaryBuffer::default();
    let received = recvmsg(socket, &mut [io::IoSliceMut::new(buf)], &mut no_place, RecvFlags::empty())?;
    Ok((received.bytes, received.flags.contains(ReturnFlags::CTRUNC)))
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn receive(mut socket: &mio::net::UnixStream, buf: &mut [u8]) -> io::Result<(usize, bool)> {
    Ok((io::Read::read(&mut socket, buf)?, true))
}

impl Raw for mio::net::UnixStream {
    channel::by_standard_traits!();

    fn read_line(&self, line: &mut Vec<u8>) -> io::Result<usize> {
        self.read_line_by_peeking(line)
    }
}

impl Peek for mio::net::UnixStream {
    fn peek(&self, buf: &mut [u8]) -> io::Result<usize> {
        let (n, _) = recv(self, buf, RecvFlags::PEEK)?;
        Ok(n)
    }
}

impl Duplex for UnixStream {
    fn shut_down(&self, how: Shutdown) -> io::Result<()> {
        self.shutdown(how)
    }
}

impl Connects for UnixStream {
    type Addresses = Target;

    fn start(path: &PathBuf) -> io::Result<Self> {
        mio::net::UnixStream::connect(path).map(UnixStream::new)
    }

    /// A connection of this kind is there at once, or not at all.
    fn poll_connected(&self, _: &mut IoWait, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// The path to connect to, and when to try again.
#[derive(Debug)]
pub struct Target {
    /// Taken for an attempt.
    path: Option<PathBuf>,
    backoff: Backoff,
}

impl Addresses for Target {
    type Address = PathBuf;

    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<io::Result<PathBuf>>> {
        self.backoff.poll(cx).map(|()| self.path.take().map(Ok))
    }

    /// The queue of the listener is full, and nothing tells when it is not.
    fn try_again(&mut self, path: &PathBuf) -> bool {
        self.path = Some(path.clone());
        self.backoff.start();
        true
    }
}

#[cfg(all(test, any(target_os = "linux", target_os = "android")))]
mod tests {
    use core::{mem::MaybeUninit, time::Duration};
    use std::{
        io::{IoSlice, Write},
        os::fd::AsFd,
    };

    use rustix::net::{SendAncillaryBuffer, SendAncillaryMessage, SendFlags, sendmsg};

    use super::*;
    use crate::{manager::Shared, store::Home};

    /// The second of three messages comes with a descriptor.
    #[test]
    #[cfg_attr(miri, ignore = "needs the system's sockets")]
    fn after_all_that_has_come_a_read_awaits_an_event_but_not_where_descriptors_stop_it() {
        let manager = Shared::new();
        let task = manager.tasks().insert(Home::NONE);
        let (ours, theirs) = UnixStream::pair().unwrap();
        let (mut wait, mut buf) = (IoWait::default(), [0; 10]);
        let mut read = || {
            manager.poller.borrow_mut().wait(Some(Duration::ZERO), |_| ()).unwrap();
            let done = ours.poll_read(&mut wait, &mut buf, &mut Context::of(&manager, task)).map(Result::unwrap);
            (done, ours.io.may_be_ready(Direction::Read))
        };
        assert_eq!(read(), (Poll::Pending, false));
        theirs.io.get().write_all(b"one").unwrap();
        assert_eq!(read(), (Poll::Ready(3), false));

        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
        let mut control = SendAncillaryBuffer::new(&mut space);
        let passed = [theirs.as_fd()];
        assert!(control.push(SendAncillaryMessage::ScmRights(&passed)));
        sendmsg(&theirs, &[IoSlice::new(b"two")], &mut control, SendFlags::empty()).unwrap();
        theirs.io.get().write_all(b"three").unwrap();
        assert_eq!([read(), read()], [(Poll::Ready(3), true), (Poll::Ready(5), false)]);
    }
}
