//! What one writes by hand: a loop over the events of the poller, and one buffer.

use std::{
    io::{self, ErrorKind, Read, Write},
    net::TcpListener,
};

use ::mio::{Events, Interest, Poll, Token, net::TcpStream};

use super::{ROOM, nonblocking};

const LISTENER: Token = Token(usize::MAX);

struct Client {
    sock: TcpStream,
    /// What the socket did not take yet. Nothing is read meanwhile.
    rest: Vec<u8>,
}

/// Whether the other side may go on.
#[derive(PartialEq)]
enum End {
    Open,
    Closed,
}

impl Client {
    /// Echoes what there is. Less than there is room for is all: more to come is another event.
    fn serve(&mut self, buf: &mut [u8]) -> io::Result<End> {
        if !self.flush()? {
            return Ok(End::Open);
        }
        loop {
            let n = match self.sock.read(buf) {
                Ok(0) => return Ok(End::Closed),
                Ok(n) => n,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(End::Open),
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if !self.write(&buf[..n])? || n < buf.len() {
                return Ok(End::Open);
            }
        }
    }

    /// Whether all was taken.
    fn write(&mut self, data: &[u8]) -> io::Result<bool> {
        let mut written = 0;
        while written < data.len() {
            match self.sock.write(&data[written..]) {
                Ok(n) => written += n,
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    self.rest.extend_from_slice(&data[written..]);
                    return Ok(false);
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(true)
    }

    fn flush(&mut self) -> io::Result<bool> {
        if self.rest.is_empty() {
            return Ok(true);
        }
        let rest = std::mem::take(&mut self.rest);
        self.write(&rest)
    }
}

struct Server {
    poll: Poll,
    listener: mio::net::TcpListener,
    clients: Vec<Option<Client>>,
    free: Vec<usize>,
}

impl Server {
    fn accept(&mut self) -> io::Result<()> {
        loop {
            let mut sock = match self.listener.accept() {
                Ok((sock, _)) => sock,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error),
            };
            let index = self.free.pop().unwrap_or_else(|| {
                self.clients.push(None);
                self.clients.len() - 1
            });
            self.poll.registry().register(&mut sock, Token(index), Interest::READABLE | Interest::WRITABLE)?;
            self.clients[index] = Some(Client { sock, rest: Vec::new() });
        }
    }

    fn serve(&mut self, index: usize, buf: &mut [u8]) {
        let Some(client) = &mut self.clients[index] else { return };
        if !matches!(client.serve(buf), Ok(End::Open)) {
            self.clients[index] = None;
            self.free.push(index);
        }
    }
}

pub(super) fn serve(listener: TcpListener) -> io::Result<()> {
    let listener = mio::net::TcpListener::from_std(nonblocking(listener)?);
    let mut server = Server { poll: Poll::new()?, listener, clients: Vec::new(), free: Vec::new() };
    server.poll.registry().register(&mut server.listener, LISTENER, Interest::READABLE)?;
    let mut events = Events::with_capacity(1024);
    let mut buf = [0; ROOM];
    loop {
        match server.poll.poll(&mut events, None) {
            Err(error) if error.kind() != ErrorKind::Interrupted => return Err(error),
            _ => {}
        }
        for event in &events {
            match event.token() {
                LISTENER => server.accept()?,
                Token(index) => server.serve(index, &mut buf),
            }
        }
    }
}
