//! The sockets of the simulated system, as handles like those of the real one.

use core::{cell::RefCell, task::Poll, time::Duration};
use std::{io, net::Shutdown, rc::Rc};

use mio::{Interest, Registry, Token, event};

use super::kernel::{Fault, Kernel};
use crate::{
    Context,
    io::{
        IoWait,
        channel::{Channel, Raw},
        halves::Duplex,
        registered::{Descriptor, Io},
        source::Direction,
        stream,
    },
    net::{
        Accept, Connect,
        accept::Listener,
        connect::{Addresses, Connects},
    },
};

pub(super) type System = Rc<RefCell<Kernel>>;

/// An open descriptor, closed when it is dropped.
pub(super) struct Socket {
    system: System,
    fd: usize,
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.system.borrow_mut().close(self.fd);
    }
}

impl Descriptor for Socket {
    fn with_source<R>(&self, act: impl FnOnce(&mut dyn event::Source) -> R) -> R {
        act(&mut Source(self))
    }

    fn number(&self) -> Option<i32> {
        i32::try_from(self.fd).ok()
    }
}

/// A socket as the poller registers it: with the simulated system, and not with the real poller.
struct Source<'a>(&'a Socket);

impl event::Source for Source<'_> {
    fn register(&mut self, _: &Registry, token: Token, interest: Interest) -> io::Result<()> {
        self.0.system.borrow_mut().register(self.0.fd, token, interest);
        Ok(())
    }

    fn reregister(&mut self, _: &Registry, _: Token, _: Interest) -> io::Result<()> {
        unreachable!("descriptors are registered once")
    }

    fn deregister(&mut self, _: &Registry) -> io::Result<()> {
        self.0.system.borrow_mut().deregister(self.0.fd);
        Ok(())
    }
}

impl Raw for Socket {
    fn read(&self, buf: &mut [u8]) -> io::Result<usize> {
        self.system.borrow_mut().read(self.fd, buf)
    }

    fn write(&self, data: &[u8]) -> io::Result<usize> {
        self.system.borrow_mut().write(self.fd, data)
    }
}

#[derive(Clone)]
pub(super) struct SimListener {
    io: Rc<Io<Socket>>,
}

impl SimListener {
    pub(super) fn new(system: &System) -> Self {
        let fd = system.borrow_mut().listen();
        SimListener { io: Rc::new(Io::new(Socket { system: system.clone(), fd }, Interest::READABLE)) }
    }

    pub(super) fn accept(&self) -> Accept<Self> {
        Accept::new(self.clone())
    }

    pub(super) fn address(&self) -> Address {
        let Socket { system, fd } = self.io.get();
        Address { system: system.clone(), listener: *fd }
    }
}

impl Listener for SimListener {
    type Connection = SimStream;
    type Address = ();

    fn poll_accept(&self, wait: &mut IoWait, cx: &mut Context<'_>) -> Poll<io::Result<(SimStream, ())>> {
        let poll = self.io.poll(wait, Direction::Read, cx, |Socket { system, fd }| {
            let accepted = system.borrow_mut().accept(*fd)?;
            Ok(SimStream::new(Socket { system: system.clone(), fd: accepted }))
        });
        poll.map_ok(|stream| (stream, ()))
    }
}

#[derive(Clone)]
pub(super) struct SimStream {
    io: Rc<Io<Socket>>,
}

#[allow(unreachable_pub, reason = "the methods are those of public streams")]
impl SimStream {
    fn new(socket: Socket) -> Self {
        SimStream { io: Rc::new(Io::new(socket, Interest::READABLE | Interest::WRITABLE)) }
    }

    /// How long a read may take that is given up then; mostly as long as it likes.
    pub(super) fn patience(&self) -> Option<Duration> {
        let mut system = self.io.get().system.borrow_mut();
        system.happens(Fault::Impatience).then(|| Duration::from_millis(1 + system.random.below(3) as u64))
    }

    pub(super) fn connect(address: &Address) -> Connect<Self> {
        Connect::new(Targets(Some(address.clone())))
    }

    fn channel(&self) -> &Self {
        self
    }

    stream::reading_methods!(SimStream, "");
    stream::writing_methods!(SimStream, "");
}

impl Channel for SimStream {
    type Wait = IoWait;
    type Raw = Socket;

    fn poll_transfer(
        &self,
        wait: &mut IoWait,
        direction: Direction,
        wanted: usize,
        cx: &mut Context<'_>,
        attempt: impl FnMut(&Socket) -> io::Result<usize>,
    ) -> Poll<io::Result<usize>> {
        if self.io.get().system.borrow().tells_of_the_rest {
            self.io.poll_transfer(wait, direction, cx, wanted, attempt)
        } else {
            self.io.poll(wait, direction, cx, attempt)
        }
    }
}

impl Duplex for SimStream {
    fn shut_down(&self, _: Shutdown) -> io::Result<()> {
        let Socket { system, fd } = self.io.get();
        system.borrow_mut().shut_down_writing(*fd);
        Ok(())
    }
}

#[derive(Clone)]
pub(super) struct Address {
    system: System,
    listener: usize,
}

pub(super) struct Targets(Option<Address>);

impl Addresses for Targets {
    type Address = Address;

    fn poll_next(&mut self, _: &mut Context<'_>) -> Poll<Option<io::Result<Address>>> {
        Poll::Ready(self.0.take().map(Ok))
    }
}

impl Connects for SimStream {
    type Addresses = Targets;

    fn start(Address { system, listener }: &Address) -> io::Result<Self> {
        let fd = system.borrow_mut().connect(*listener);
        Ok(SimStream::new(Socket { system: system.clone(), fd }))
    }

    fn poll_connected(&self, wait: &mut IoWait, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.io.poll(wait, Direction::Write, cx, |Socket { system, fd }| system.borrow_mut().connected(*fd))
    }
}
