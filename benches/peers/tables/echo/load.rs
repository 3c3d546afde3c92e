//! The clients: connections on each of which a message is sent, and the next one when it has come back.

use std::{
    io::{self, ErrorKind, Read, Write},
    net::{Ipv4Addr, TcpStream as Blocking},
    ops::Range,
    time::{Duration, Instant},
};

use mio::{Events, Interest, Poll, Token, net::TcpStream};

/// How long a server may take for what takes none.
const PATIENCE: Duration = Duration::from_secs(20);

/// So many connections are begun before the first is used; what waits for `accept` is bounded.
const AT_ONCE: usize = 100;

/// What is asked of a server.
#[derive(Clone, Copy, Debug)]
pub(super) struct Load {
    pub(super) connections: usize,
    /// Of each message.
    pub(super) bytes: usize,
    /// When to stop: whichever comes first.
    pub(super) requests: u64,
    pub(super) time: Duration,
}

/// How it went.
pub(super) struct Outcome {
    pub(super) requests: u64,
    pub(super) took: Duration,
    /// In microseconds, sorted.
    pub(super) latencies: Vec<f64>,
}

struct Client {
    sock: TcpStream,
    message: Vec<u8>,
    received: usize,
    sent_at: Instant,
}

impl Client {
    /// Connects several, and has a first message of each come back, so that the server knows all of them.
    fn connect(port: u16, numbers: Range<usize>, bytes: usize) -> io::Result<Vec<Client>> {
        let mut greeting = Vec::new();
        for number in numbers {
            let mut sock = Blocking::connect((Ipv4Addr::LOCALHOST, port))?;
            sock.set_nodelay(true)?;
            sock.set_read_timeout(Some(PATIENCE))?;
            let message = vec![number as u8; bytes];
            sock.write_all(&message)?;
            greeting.push((sock, message));
        }
        greeting.into_iter().map(|(sock, message)| Client::greeted(sock, message)).collect()
    }

    fn greeted(mut sock: Blocking, message: Vec<u8>) -> io::Result<Client> {
        let mut answer = vec![0; message.len()];
        sock.read_exact(&mut answer)?;
        check(&answer, &message)?;
        sock.set_nonblocking(true)?;
        Ok(Client { sock: TcpStream::from_std(sock), message, received: 0, sent_at: Instant::now() })
    }

    /// There is room for it, since the one before has come back.
    fn send(&mut self) -> io::Result<()> {
        self.sent_at = Instant::now();
        self.received = 0;
        let sent = self.sock.write(&self.message)?;
        if sent == self.message.len() { Ok(()) } else { Err(io::Error::other("a message was sent in part")) }
    }

    /// How long the message took, when all of it has come back.
    fn receive(&mut self, buf: &mut [u8]) -> io::Result<Option<Duration>> {
        while self.received < self.message.len() {
            match self.sock.read(buf) {
                Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
                Ok(n) => {
                    let expected = self.message.get(self.received..self.received + n).unwrap_or_default();
                    check(&buf[..n], expected)?;
                    self.received += n;
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(None),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(Some(self.sent_at.elapsed()))
    }
}

fn check(answer: &[u8], expected: &[u8]) -> io::Result<()> {
    if answer == expected { Ok(()) } else { Err(io::Error::other("what came back is not what was sent")) }
}

/// All clients of a server, connected.
pub(super) struct Clients {
    poll: Poll,
    clients: Vec<Client>,
    load: Load,
}

impl Clients {
    pub(super) fn connect(port: u16, load: Load) -> io::Result<Clients> {
        let poll = Poll::new()?;
        let mut clients = Vec::new();
        while clients.len() < load.connections {
            let several = clients.len()..load.connections.min(clients.len() + AT_ONCE);
            clients.extend(Client::connect(port, several, load.bytes)?);
        }
        for (number, client) in clients.iter_mut().enumerate() {
            poll.registry().register(&mut client.sock, Token(number), Interest::READABLE)?;
        }
        Ok(Clients { poll, clients, load })
    }

    /// Sends messages on all connections, until it is enough and all have come back.
    pub(super) fn run(&mut self) -> io::Result<Outcome> {
        let Clients { poll, clients, load } = self;
        let start = Instant::now();
        let mut latencies = Vec::new();
        clients.iter_mut().try_for_each(Client::send)?;
        let mut outstanding = clients.len();
        let mut events = Events::with_capacity(1024);
        let mut buf = vec![0; load.bytes];
        while outstanding > 0 {
            wait(poll, &mut events)?;
            let enough = latencies.len() as u64 >= load.requests || start.elapsed() >= load.time;
            for event in &events {
                let client = &mut clients[event.token().0];
                // What was readable before the run has been read.
                let Some(latency) = client.receive(&mut buf)? else { continue };
                latencies.push(latency.as_secs_f64() * 1e6);
                if enough { outstanding -= 1 } else { client.send()? }
            }
        }
        let took = start.elapsed();
        latencies.sort_by(f64::total_cmp);
        Ok(Outcome { requests: latencies.len() as u64, took, latencies })
    }
}

fn wait(poll: &mut Poll, events: &mut Events) -> io::Result<()> {
    match poll.poll(events, Some(PATIENCE)) {
        Ok(()) if events.is_empty() => Err(io::Error::new(ErrorKind::TimedOut, "the server does not answer")),
        Err(error) if error.kind() == ErrorKind::Interrupted => Ok(()),
        result => result,
    }
}
