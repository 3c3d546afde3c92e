//! The system's poller: which descriptors it knows, and waking the tasks that wait for one when something happens to it.

use core::time::Duration;
use std::{io, rc::Rc, sync::Arc};

use mio::{Events, Token, Waker};

use crate::{
    io::{
        registered::{Descriptor, Io},
        source::{Direction, Source},
    },
    slab::{Key, Slab},
};

const EVENTS_AT_A_TIME: usize = 1024;

/// The poller of a manager, opened before the first operation on a descriptor is attempted.
pub(crate) struct Poller {
    open: Option<Open>,
    sources: Slab<Rc<Source>>,
    /// What stands for the system, where faults are injected.
    #[cfg(all(test, unix))]
    simulated: Option<crate::simulated::Simulated>,
}

struct Open {
    poll: mio::Poll,
    events: Events,
    /// Ends a wait, for other threads. Opened with the poller, lest there be no descriptor for it later.
    waker: Arc<Waker>,
}

/// The token of the waker, which is no source's: there are never so many.
const WAKER: Token = Token(usize::MAX);

impl Poller {
    pub(crate) const fn new() -> Self {
        Poller {
            open: None,
            sources: Slab::new(),
            #[cfg(all(test, unix))]
            simulated: None,
        }
    }

    pub(crate) fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// Waits for events, at most for `limit`, and has the tasks woken that wait for them. It may return early.
    pub(crate) fn wait(&mut self, limit: Option<Duration>, mut wake: impl FnMut(Key)) -> io::Result<()> {
        #[cfg(all(test, unix))]
        if let Some(simulated) = &self.simulated {
            for (token, what) in simulated.wait(limit) {
                find(&self.sources, token).into_iter().for_each(|source| source.notice(what, &mut wake));
            }
            return Ok(());
        }
        let Some(Open { poll, events, .. }) = &mut self.open else { return Ok(()) };
        match poll.poll(events, limit) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return Ok(()),
            result => result?,
        }
        for event in &*events {
            if let Some(source) = find(&self.sources, event.token()) {
                source.notice(event.into(), &mut wake);
            }
        }
        Ok(())
    }

    /// Has something else stand for the system, for tests.
    #[cfg(all(test, unix))]
    pub(crate) fn simulate(&mut self, simulated: crate::simulated::Simulated) {
        self.simulated = Some(simulated);
    }

    /// Opens the poller, if it is not open yet.
    pub(crate) fn open(&mut self) -> io::Result<()> {
        if self.open.is_none() {
            let poll = mio::Poll::new()?;
            let waker = Arc::new(Waker::new(poll.registry(), WAKER)?);
            self.open = Some(Open { poll, events: Events::with_capacity(EVENTS_AT_A_TIME), waker });
        }
        Ok(())
    }

    /// What ends a wait from another thread, if the poller is open.
    pub(crate) fn waker(&self) -> Option<&Arc<Waker>> {
        self.open.as_ref().map(|open| &open.waker)
    }

    /// The number of the poller itself, if it is open.
    #[cfg(unix)]
    pub(crate) fn as_raw_fd(&self) -> Option<std::os::fd::RawFd> {
        self.open.as_ref().map(|open| std::os::fd::AsRawFd::as_raw_fd(&open.poll))
    }

    pub(crate) fn register<D: Descriptor>(&mut self, io: &Io<D>, source: Rc<Source>) -> io::Result<Key> {
        self.open()?;
        let open = self.open.as_ref().expect("it has just been opened");
        source.set_number(io.number());
        let key = self.sources.insert(source);
        let result = io.with_source(|source| open.poll.registry().register(source, token_of(key), io.interest));
        if result.is_err() {
            self.sources.remove(key);
        }
        result.map(|()| key)
    }

    /// Calls a function with each task that waits for a descriptor.
    pub(crate) fn for_each_wait(&self, mut act: impl FnMut(Key, Direction, Option<i32>)) {
        self.sources.iter().for_each(|(_, source)| source.for_each_wait(&mut act));
    }

    pub(crate) fn deregister<D: Descriptor>(&mut self, io: &Io<D>, key: Key) {
        if let Some(open) = &self.open {
            // If the system knows nothing of it, no event will come either.
            let _ = io.with_source(|source| open.poll.registry().deregister(source));
        }
        self.sources.remove(key);
    }
}

/// The token under which a source is registered: its key. Where that does not fit, its place, which is enough as long as
/// sources are deregistered before their place is used again.
fn token_of(key: Key) -> Token {
    Token((u64::from(key.generation.get()) << 32 | u64::from(key.index)) as usize)
}

/// The source that was registered under a token, if it still is.
fn find(sources: &Slab<Rc<Source>>, token: Token) -> Option<&Source> {
    let key = sources.key_at(token.0 as u32).filter(|key| token_of(*key) == token)?;
    sources.get(key).map(Rc::as_ref)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manager::Shared;

    #[test]
    fn a_token_does_not_find_what_was_registered_later_in_its_place() {
        let manager = Shared::new();
        let mut sources = Slab::new();
        let old = sources.insert(Rc::new(Source::new(&manager)));
        assert!(find(&sources, token_of(old)).is_some());
        sources.remove(old);
        assert!(find(&sources, token_of(old)).is_none());
        let new = sources.insert(Rc::new(Source::new(&manager)));
        assert_eq!(new.index, old.index);
        assert!(find(&sources, token_of(new)).is_some());
        assert_eq!(find(&sources, token_of(old)).is_some(), usize::BITS < 64);
    }
}
