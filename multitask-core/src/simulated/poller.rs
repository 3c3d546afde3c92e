//! The poller of the simulated system: edge-triggered, late, and now and then wrong.

use core::time::Duration;

use mio::{Interest, Token};

use super::kernel::{CAPACITY, Connection, End, Fault, File, Kernel, StreamEnd};
use crate::io::source::Noticed;

/// A descriptor that the poller knows.
pub(super) struct Registered {
    token: Token,
    interest: Interest,
    /// What has happened that nobody has been told of.
    pub(super) pending: Noticed,
}

pub(super) const READABLE: Noticed =
    Noticed { readable: true, read_closed: false, writable: false, write_closed: false, urgent: false };
pub(super) const WRITABLE: Noticed =
    Noticed { readable: false, read_closed: false, writable: true, write_closed: false, urgent: false };
pub(super) const NO_MORE_TO_READ: Noticed = Noticed { read_closed: true, ..READABLE };
pub(super) const NOBODY_READS: Noticed = Noticed { write_closed: true, ..WRITABLE };
pub(super) const RESET: Noticed =
    Noticed { readable: true, read_closed: true, writable: true, write_closed: true, urgent: false };

pub(super) fn both(one: Noticed, other: Noticed) -> Noticed {
    Noticed {
        readable: one.readable || other.readable,
        read_closed: one.read_closed || other.read_closed,
        writable: one.writable || other.writable,
        write_closed: one.write_closed || other.write_closed,
        urgent: one.urgent || other.urgent,
    }
}

impl Kernel {
    pub(super) fn register(&mut self, fd: usize, token: Token, interest: Interest) {
        let pending = self.state(fd);
        let before = self.registered.insert(fd, Registered { token, interest, pending });
        assert!(before.is_none(), "{fd} is registered already");
    }

    /// By its number: whoever has that now.
    pub(super) fn deregister(&mut self, fd: usize) {
        let registered = self.registered.remove(&fd).expect("it is registered");
        self.stale.push(registered.token);
    }

    /// What a descriptor is ready for when it is registered.
    fn state(&self, fd: usize) -> Noticed {
        let End { connection, side } = match &self.files[fd] {
            Some(File::End(end)) => *end,
            Some(File::Listener(backlog)) if !backlog.is_empty() => return READABLE,
            _ => return Noticed::default(),
        };
        let Connection { established, reset, pipes, .. } = &self.connections[connection];
        let [ours, theirs] = [&pipes[side], &pipes[1 - side]];
        let mut state = Noticed::default();
        if theirs.arrived > 0 {
            state = both(state, READABLE);
        }
        if theirs.end == StreamEnd::Arrived {
            state = both(state, NO_MORE_TO_READ);
        }
        if *established && ours.bytes.len() < CAPACITY {
            state = both(state, WRITABLE);
        }
        if ours.nobody_reads {
            state = both(state, NOBODY_READS);
        }
        if *reset { RESET } else { state }
    }

    /// Lets time pass until something happens to what is registered; not at all if `limit` is zero.
    pub(super) fn wait(&mut self, limit: Option<Duration>) -> Vec<(Token, Noticed)> {
        loop {
            if self.happens(Fault::InterruptedWait) {
                return Vec::new();
            }
            let moves = self.advance();
            let mut events = self.take_events();
            if self.happens(Fault::SpuriousEvent) {
                events.extend(self.spurious_event());
            }
            if self.happens(Fault::StaleEvent) && !self.stale.is_empty() {
                let stale = self.random.below(self.stale.len());
                events.push((self.stale[stale], RESET));
            }
            if !events.is_empty() || limit == Some(Duration::ZERO) {
                return events;
            }
            let pending = self.registered.values().any(|registered| registered.pending != Noticed::default());
            assert!(moves || pending, "stuck: tasks wait, and nothing will ever happen");
        }
    }

    /// Has some of what is on its way arrive; false if nothing is.
    fn advance(&mut self) -> bool {
        let mut moves = false;
        for connection in 0..self.connections.len() {
            if !self.connections[connection].established {
                moves = true;
                if self.random.percent(50) {
                    self.establish(connection);
                }
                continue;
            }
            for side in [0, 1] {
                moves |= self.arrive(connection, side);
            }
            let alive = self.connections[connection].descriptors.iter().all(Option::is_some);
            if alive && self.resets_left > 0 && self.happens(Fault::Reset) {
                self.resets_left -= 1;
                self.reset(connection);
            }
        }
        moves
    }

    fn establish(&mut self, connection: usize) {
        self.connections[connection].established = true;
        let listener = self.connections[connection].listener;
        match &mut self.files[listener] {
            Some(File::Listener(backlog)) => backlog.push_back(connection),
            _ => self.reset(connection),
        }
        self.tell_descriptor(listener, READABLE);
        self.tell(connection, 0, WRITABLE);
    }

    /// Whether anything of what a side has written is on its way; some of it arrives.
    fn arrive(&mut self, connection: usize, side: usize) -> bool {
        let pipe = &mut self.connections[connection].pipes[side];
        let on_their_way = pipe.bytes.len() - pipe.arrived;
        if on_their_way > 0 {
            let arriving = self.random.below(on_their_way + 1);
            pipe.arrived += arriving;
            if arriving > 0 {
                self.tell(connection, 1 - side, READABLE);
            }
            return true;
        }
        if pipe.end == StreamEnd::Sent {
            pipe.end = StreamEnd::Arrived;
            self.tell(connection, 1 - side, NO_MORE_TO_READ);
            return true;
        }
        false
    }

    /// Some of the events that are pending, in any order.
    fn take_events(&mut self) -> Vec<(Token, Noticed)> {
        let mut events = Vec::new();
        for Registered { token, interest, pending } in self.registered.values_mut() {
            pending.readable &= interest.is_readable() || pending.read_closed;
            pending.writable &= interest.is_writable() || pending.write_closed;
            if *pending != Noticed::default() && self.random.percent(70) {
                let place = self.random.below(events.len() + 1);
                events.insert(place, (*token, std::mem::take(pending)));
            }
        }
        events
    }

    /// An event of which nothing is true.
    fn spurious_event(&mut self) -> Option<(Token, Noticed)> {
        let place = self.random.below(self.registered.len().max(1));
        let what = if self.random.percent(50) { READABLE } else { WRITABLE };
        self.registered.values().nth(place).map(|registered| (registered.token, what))
    }
}
