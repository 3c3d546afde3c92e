//! A system in memory: stream sockets whose bytes take their time, descriptors whose numbers are used again, an
//! edge-triggered poller. What goes wrong in it is drawn from a seed.
//!
//! It keeps to the contract of the real ones: who was told that an attempt would block is owed an event, and so is, on
//! some of them, whose transfer was cut short.

use std::{
    collections::{BTreeMap, VecDeque},
    io,
};

use mio::Token;

use super::{
    poller::{NOBODY_READS, READABLE, RESET, Registered, WRITABLE, both},
    random::Random,
};
use crate::io::source::Noticed;

/// How many bytes there are on their way, in one direction of a connection.
pub(super) const CAPACITY: usize = 64;

/// What goes wrong.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Fault {
    ShortRead,
    ShortWrite,
    Interrupted,
    WouldBlockAfterReadiness,
    Reset,
    NoDescriptors,
    Aborted,
    BrokenPipe,
    SpuriousEvent,
    StaleEvent,
    InterruptedWait,
    /// One who reads waits for no longer than a time.
    Impatience,
}

pub(super) const FAULTS: usize = Fault::Impatience as usize + 1;

pub(super) struct Kernel {
    pub(super) random: Random,
    /// How often each fault happens, of 100 times.
    rates: [usize; FAULTS],
    /// How often each has happened.
    pub(super) counts: [usize; FAULTS],
    pub(super) resets_left: usize,
    /// Whether an event tells of what is left by a transfer that was cut short, as for TCP. Otherwise who transfers has
    /// to go on until it would block.
    pub(super) tells_of_the_rest: bool,
    pub(super) files: Vec<Option<File>>,
    pub(super) connections: Vec<Connection>,
    pub(super) registered: BTreeMap<usize, Registered>,
    /// Tokens that were registered once.
    pub(super) stale: Vec<Token>,
}

pub(super) enum File {
    /// With the connections that nobody has accepted.
    Listener(VecDeque<usize>),
    End(End),
}

/// Which end of which connection.
#[derive(Clone, Copy, Debug)]
pub(super) struct End {
    pub(super) connection: usize,
    pub(super) side: usize,
}

#[derive(Default)]
pub(super) struct Connection {
    pub(super) listener: usize,
    pub(super) established: bool,
    pub(super) reset: bool,
    /// What each side writes.
    pub(super) pipes: [Pipe; 2],
    /// Whether each side is still to be told of a reset.
    errors: [bool; 2],
    pub(super) descriptors: [Option<usize>; 2],
}

#[derive(Default)]
pub(super) struct Pipe {
    pub(super) bytes: VecDeque<u8>,
    /// How many of them can be read.
    pub(super) arrived: usize,
    pub(super) end: StreamEnd,
    pub(super) nobody_reads: bool,
    /// Whether the one who writes waits for room.
    is_waited_for: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(super) enum StreamEnd {
    #[default]
    Open,
    Sent,
    Arrived,
}

impl Kernel {
    pub(super) fn new(seed: u64) -> Self {
        let mut random = Random::new(seed);
        let rates = std::array::from_fn(|_| [0, 2, 10, 30][random.below(4)]);
        let resets_left = random.below(4);
        let tells_of_the_rest = random.percent(50);
        Kernel {
            random,
            rates,
            counts: [0; FAULTS],
            resets_left,
            tells_of_the_rest,
            files: Vec::new(),
            connections: Vec::new(),
            registered: BTreeMap::new(),
            stale: Vec::new(),
        }
    }

    pub(super) fn happens(&mut self, fault: Fault) -> bool {
        let happens = self.random.percent(self.rates[fault as usize]);
        self.counts[fault as usize] += usize::from(happens);
        happens
    }

    /// The lowest number that is free, as POSIX has it.
    fn open(&mut self, file: File) -> usize {
        let free = self.files.iter().position(Option::is_none).unwrap_or(self.files.len());
        self.files.resize_with(self.files.len().max(free + 1), || None);
        self.files[free] = Some(file);
        free
    }

    pub(super) fn open_descriptors(&self) -> usize {
        self.files.iter().flatten().count()
    }

    pub(super) fn listen(&mut self) -> usize {
        self.open(File::Listener(VecDeque::new()))
    }

    /// Begins to connect.
    pub(super) fn connect(&mut self, listener: usize) -> usize {
        let connection = self.connections.len();
        let fd = self.open(File::End(End { connection, side: 0 }));
        let descriptors = [Some(fd), None];
        self.connections.push(Connection { listener, descriptors, ..Connection::default() });
        fd
    }

    pub(super) fn connected(&mut self, fd: usize) -> io::Result<()> {
        let End { connection, .. } = self.end_of(fd);
        let established = self.connections[connection].established;
        if established { Ok(()) } else { Err(io::ErrorKind::WouldBlock.into()) }
    }

    pub(super) fn accept(&mut self, fd: usize) -> io::Result<usize> {
        self.interrupt_or_block(fd, READABLE)?;
        let no_descriptors = self.happens(Fault::NoDescriptors);
        let aborted = self.happens(Fault::Aborted);
        let Some(File::Listener(backlog)) = &mut self.files[fd] else { panic!("{fd} does not listen") };
        let Some(connection) = backlog.front().copied() else { return Err(io::ErrorKind::WouldBlock.into()) };
        if no_descriptors {
            // The connection stays where it is, and nobody is told of it again.
            return Err(rustix::io::Errno::MFILE.into());
        }
        backlog.pop_front();
        if aborted {
            self.reset(connection);
            return Err(io::ErrorKind::ConnectionAborted.into());
        }
        let accepted = self.open(File::End(End { connection, side: 1 }));
        self.connections[connection].descriptors[1] = Some(accepted);
        Ok(accepted)
    }

    pub(super) fn read(&mut self, fd: usize, buf: &mut [u8]) -> io::Result<usize> {
        self.interrupt_or_block(fd, READABLE)?;
        let End { connection, side } = self.end_of(fd);
        let cut_short = self.happens(Fault::ShortRead);
        let there = self.connections[connection].pipes[1 - side].arrived;
        if there == 0 {
            return self.read_nothing(connection, side);
        }
        let mut n = there.min(buf.len());
        if cut_short && n > 1 {
            n = 1 + self.random.below(n - 1);
            self.tell_of_the_rest(connection, side, READABLE);
        }
        let pipe = &mut self.connections[connection].pipes[1 - side];
        buf.iter_mut().zip(pipe.bytes.drain(..n)).for_each(|(place, byte)| *place = byte);
        pipe.arrived -= n;
        if std::mem::take(&mut pipe.is_waited_for) {
            self.tell(connection, 1 - side, WRITABLE);
        }
        Ok(n)
    }

    fn read_nothing(&mut self, connection: usize, side: usize) -> io::Result<usize> {
        let connection = &mut self.connections[connection];
        if std::mem::take(&mut connection.errors[side]) {
            Err(io::ErrorKind::ConnectionReset.into())
        } else if connection.pipes[1 - side].end == StreamEnd::Arrived {
            Ok(0)
        } else {
            Err(io::ErrorKind::WouldBlock.into())
        }
    }

    pub(super) fn write(&mut self, fd: usize, data: &[u8]) -> io::Result<usize> {
        self.interrupt_or_block(fd, WRITABLE)?;
        let End { connection, side } = self.end_of(fd);
        let cut_short = self.happens(Fault::ShortWrite);
        let Connection { reset, errors, pipes, .. } = &mut self.connections[connection];
        if std::mem::take(&mut errors[side]) {
            return Err(io::ErrorKind::ConnectionReset.into());
        }
        let pipe = &mut pipes[side];
        if *reset || pipe.nobody_reads || pipe.end != StreamEnd::Open {
            self.counts[Fault::BrokenPipe as usize] += 1;
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        let mut n = data.len().min(CAPACITY - pipe.bytes.len());
        if n < data.len() {
            pipe.is_waited_for = true;
            if n == 0 {
                return Err(io::ErrorKind::WouldBlock.into());
            }
        } else if cut_short && n > 1 {
            n = 1 + self.random.below(n - 1);
            self.tell_of_the_rest(connection, side, WRITABLE);
        }
        self.connections[connection].pipes[side].bytes.extend(&data[..n]);
        Ok(n)
    }

    pub(super) fn shut_down_writing(&mut self, fd: usize) {
        let End { connection, side } = self.end_of(fd);
        let pipe = &mut self.connections[connection].pipes[side];
        if pipe.end == StreamEnd::Open {
            pipe.end = StreamEnd::Sent;
        }
    }

    pub(super) fn close(&mut self, fd: usize) {
        assert!(!self.registered.contains_key(&fd), "{fd} is closed, and still registered");
        match self.files[fd].take().expect("it is closed once") {
            File::Listener(backlog) => backlog.into_iter().for_each(|connection| self.reset(connection)),
            File::End(End { connection, side }) => {
                let Connection { pipes, descriptors, .. } = &mut self.connections[connection];
                descriptors[side] = None;
                if pipes[side].end == StreamEnd::Open {
                    pipes[side].end = StreamEnd::Sent;
                }
                pipes[1 - side].nobody_reads = true;
                self.tell(connection, 1 - side, NOBODY_READS);
            }
        }
    }

    fn end_of(&self, fd: usize) -> End {
        match &self.files[fd] {
            Some(File::End(end)) => *end,
            _ => panic!("{fd} is not an end of a connection"),
        }
    }

    /// An attempt is interrupted, or would block although nothing says so; who is told that is owed an event.
    fn interrupt_or_block(&mut self, fd: usize, owed: Noticed) -> io::Result<()> {
        if self.happens(Fault::Interrupted) {
            return Err(io::ErrorKind::Interrupted.into());
        }
        if self.happens(Fault::WouldBlockAfterReadiness) {
            self.tell_descriptor(fd, owed);
            return Err(io::ErrorKind::WouldBlock.into());
        }
        Ok(())
    }

    pub(super) fn reset(&mut self, connection: usize) {
        let Connection { reset, pipes, errors, .. } = &mut self.connections[connection];
        *reset = true;
        *errors = [true; 2];
        for pipe in pipes {
            pipe.bytes.truncate(pipe.arrived);
            pipe.end = StreamEnd::Arrived;
        }
        for side in [0, 1] {
            self.tell(connection, side, RESET);
        }
    }

    fn tell_of_the_rest(&mut self, connection: usize, side: usize, what: Noticed) {
        if self.tells_of_the_rest {
            self.tell(connection, side, what);
        }
    }

    pub(super) fn tell(&mut self, connection: usize, side: usize, what: Noticed) {
        if let Some(fd) = self.connections[connection].descriptors[side] {
            self.tell_descriptor(fd, what);
        }
    }

    pub(super) fn tell_descriptor(&mut self, fd: usize, what: Noticed) {
        if let Some(Registered { pending, .. }) = self.registered.get_mut(&fd) {
            *pending = both(*pending, what);
        }
    }
}
