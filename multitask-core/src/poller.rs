//! The system's poller: which tasks wait for which descriptor, and waking them when it is ready.
//!
//! An operation on a descriptor is tried first. When it would block, the descriptor is registered, edge-triggered and
//! once for its life, and the task waits in the [`Lane`] of that direction. Each event wakes all that wait there, and
//! they try again: who finds nothing waits on.
//!
//! A lane remembers whether its direction may be ready, which saves attempts that are known to fail.

use core::{
    cell::{Cell, RefCell},
    fmt,
    task::Poll,
    time::Duration,
};
use std::{
    io,
    rc::{Rc, Weak},
    sync::Arc,
};

use mio::{Events, Interest, Token, Waker, event::Event};

use crate::{
    Context,
    manager::Shared,
    slab::{Key, Slab},
};

const EVENTS_AT_A_TIME: usize = 1024;

/// Whether an event comes for whatever arrives after a transfer of less than was asked for.
///
/// It does where events come from epoll or kqueue. Elsewhere an attempt has to fail in order to get the next one.
const EVENT_AFTER_PARTIAL_TRANSFER: bool = cfg!(any(
    target_os = "linux",
    target_os = "android",
    target_os = "macos",
    target_os = "ios",
    target_os = "freebsd",
    target_os = "netbsd",
    target_os = "openbsd",
    target_os = "dragonfly",
));

/// The poller of a manager, opened before the first operation on a descriptor is attempted.
pub(crate) struct Poller {
    open: Option<Open>,
    sources: Slab<Rc<Source>>,
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
        Poller { open: None, sources: Slab::new() }
    }

    pub(crate) fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// Waits for events, at most for `limit`, and has the tasks woken that wait for them. It may return early.
    pub(crate) fn wait(&mut self, limit: Option<Duration>, mut wake: impl FnMut(Key)) -> io::Result<()> {
        let Some(Open { poll, events, .. }) = &mut self.open else { return Ok(()) };
        match poll.poll(events, limit) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return Ok(()),
            result => result?,
        }
        for event in &*events {
            if let Some(source) = find(&self.sources, event.token()) {
                source.notice(event, &mut wake);
            }
        }
        Ok(())
    }

    /// Opens the poller, if it is not open yet.
    fn open(&mut self) -> io::Result<()> {
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

    fn register<D: Descriptor>(&mut self, io: &Io<D>, source: Rc<Source>) -> io::Result<Key> {
        self.open()?;
        let open = self.open.as_ref().expect("it has just been opened");
        let key = self.sources.insert(source);
        let result = io.with_source(|source| open.poll.registry().register(source, token_of(key), io.interest));
        if result.is_err() {
            self.sources.remove(key);
        }
        result.map(|()| key)
    }

    fn deregister<D: Descriptor>(&mut self, io: &Io<D>, key: Key) {
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

/// What an operation waits for a descriptor to allow.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Direction {
    Read,
    Write,
}

/// A descriptor that is registered with a poller.
struct Source {
    manager: Weak<Shared>,
    read: Lane,
    write: Lane,
}

/// One direction of a source.
struct Lane {
    /// Whether an attempt may succeed. Cleared by one that would have blocked, set by the next event.
    ready: Cell<bool>,
    /// Whether an event said that the direction is closed: no attempt blocks any more, and no event may follow.
    closed: Cell<bool>,
    waiting: RefCell<Waiting>,
}

/// The tasks that wait, in order; a task is here once for each of its waits.
struct Waiting {
    first: Option<Key>,
    /// Empty, and without an allocation, as long as one task waits at a time.
    others: Vec<Key>,
}

impl Source {
    fn new(manager: &Rc<Shared>) -> Self {
        Source { manager: Rc::downgrade(manager), read: Lane::new(), write: Lane::new() }
    }

    fn lane(&self, direction: Direction) -> &Lane {
        match direction {
            Direction::Read => &self.read,
            Direction::Write => &self.write,
        }
    }

    fn belongs_to(&self, manager: &Rc<Shared>) -> bool {
        core::ptr::eq(self.manager.as_ptr(), Rc::as_ptr(manager))
    }

    fn notice(&self, event: &Event, mut wake: impl FnMut(Key)) {
        if event.is_readable() || event.is_read_closed() || event.is_error() {
            self.read.notice(event.is_read_closed() || event.is_error(), &mut wake);
        }
        if event.is_writable() || event.is_write_closed() || event.is_error() {
            self.write.notice(event.is_write_closed() || event.is_error(), &mut wake);
        }
    }
}

impl Lane {
    fn new() -> Self {
        let waiting = RefCell::new(Waiting { first: None, others: Vec::new() });
        Lane { ready: Cell::new(true), closed: Cell::new(false), waiting }
    }

    fn notice(&self, closed: bool, wake: impl FnMut(Key)) {
        self.ready.set(true);
        self.closed.set(self.closed.get() || closed);
        let waiting = self.waiting.borrow();
        waiting.first.iter().chain(&waiting.others).copied().for_each(wake);
    }
}

impl Waiting {
    fn add(&mut self, task: Key) {
        match self.first {
            None => self.first = Some(task),
            Some(_) => self.others.push(task),
        }
    }

    /// Removes one of the task's waits; which one makes no difference.
    fn remove(&mut self, task: Key) {
        if self.first == Some(task) {
            self.first = (!self.others.is_empty()).then(|| self.others.remove(0));
        } else if let Some(place) = self.others.iter().position(|other| *other == task) {
            self.others.remove(place);
        }
    }

    fn is_empty(&self) -> bool {
        self.first.is_none()
    }
}

/// What of the system can be polled. On Unix its number is enough to register it; elsewhere that takes `&mut`.
#[cfg(unix)]
pub(crate) trait Descriptor: mio::event::Source + std::os::fd::AsRawFd {}
#[cfg(unix)]
impl<D: mio::event::Source + std::os::fd::AsRawFd> Descriptor for D {}
#[cfg(not(unix))]
pub(crate) trait Descriptor: mio::event::Source {}
#[cfg(not(unix))]
impl<D: mio::event::Source> Descriptor for D {}

/// A non-blocking descriptor that tasks wait for. Dropping it deregisters it.
pub(crate) struct Io<D: Descriptor> {
    #[cfg(unix)]
    descriptor: D,
    #[cfg(not(unix))]
    descriptor: RefCell<D>,
    interest: Interest,
    registration: RefCell<Option<Registration>>,
}

struct Registration {
    source: Rc<Source>,
    key: Key,
}

#[cfg(unix)]
impl<D: Descriptor> Io<D> {
    pub(crate) fn new(descriptor: D, interest: Interest) -> Self {
        Io { descriptor, interest, registration: RefCell::new(None) }
    }

    pub(crate) fn get(&self) -> &D {
        &self.descriptor
    }

    fn with_descriptor<R>(&self, act: impl FnOnce(&D) -> R) -> R {
        act(&self.descriptor)
    }

    fn with_source<R>(&self, act: impl FnOnce(&mut dyn mio::event::Source) -> R) -> R {
        act(&mut mio::unix::SourceFd(&self.descriptor.as_raw_fd()))
    }
}

#[cfg(not(unix))]
impl<D: Descriptor> Io<D> {
    pub(crate) fn new(descriptor: D, interest: Interest) -> Self {
        Io { descriptor: RefCell::new(descriptor), interest, registration: RefCell::new(None) }
    }

    pub(crate) fn get(&self) -> core::cell::Ref<'_, D> {
        self.descriptor.borrow()
    }

    fn with_descriptor<R>(&self, act: impl FnOnce(&D) -> R) -> R {
        act(&self.descriptor.borrow())
    }

    fn with_source<R>(&self, act: impl FnOnce(&mut dyn mio::event::Source) -> R) -> R {
        act(&mut *self.descriptor.borrow_mut())
    }
}

impl<D: Descriptor> Io<D> {
    /// Attempts an operation, and has the task wait if it would block.
    pub(crate) fn poll<T>(
        &self,
        wait: &mut IoWait,
        direction: Direction,
        cx: &mut Context<'_>,
        attempt: impl FnMut(&D) -> io::Result<T>,
    ) -> Poll<io::Result<T>> {
        if !cx.may_go_on() {
            return Poll::Pending;
        }
        // Not only when somebody has to wait: connections that were accepted could have used the descriptors up.
        if let Some(manager) = cx.manager()
            && let Err(error) = manager.poller.borrow_mut().open()
        {
            return Poll::Ready(Err(error));
        }
        if cx.is_last_attempt() || self.may_be_ready(direction) {
            match self.attempt(attempt) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => self.set_blocked(direction),
                result => {
                    wait.end();
                    cx.count_ready();
                    return Poll::Ready(result);
                }
            }
        }
        match self.wait(wait, direction, cx) {
            Ok(()) => Poll::Pending,
            Err(error) => Poll::Ready(Err(error)),
        }
    }

    /// Like `poll`, of a transfer of at most `wanted` bytes.
    pub(crate) fn poll_transfer(
        &self,
        wait: &mut IoWait,
        direction: Direction,
        cx: &mut Context<'_>,
        wanted: usize,
        attempt: impl FnMut(&D) -> io::Result<usize>,
    ) -> Poll<io::Result<usize>> {
        let poll = self.poll(wait, direction, cx, attempt);
        if let Poll::Ready(Ok(done)) = poll
            && EVENT_AFTER_PARTIAL_TRANSFER
            && 0 < done
            && done < wanted
        {
            self.set_blocked(direction);
        }
        poll
    }

    fn attempt<T>(&self, mut attempt: impl FnMut(&D) -> io::Result<T>) -> io::Result<T> {
        loop {
            match self.with_descriptor(&mut attempt) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                result => return result,
            }
        }
    }

    fn may_be_ready(&self, direction: Direction) -> bool {
        match &*self.registration.borrow() {
            Some(Registration { source, .. }) => source.lane(direction).ready.get(),
            None => true,
        }
    }

    fn set_blocked(&self, direction: Direction) {
        if let Some(Registration { source, .. }) = &*self.registration.borrow() {
            let lane = source.lane(direction);
            lane.ready.set(lane.closed.get());
        }
    }

    /// Enters the running task among those that wait.
    fn wait(&self, wait: &mut IoWait, direction: Direction, cx: &Context<'_>) -> io::Result<()> {
        let (manager, task) = cx.running();
        if wait.is_of(self, direction, manager, task) {
            return Ok(());
        }
        wait.end();
        let source = self.source(manager, direction)?;
        source.lane(direction).waiting.borrow_mut().add(task);
        manager.io_waits.set(manager.io_waits.get() + 1);
        wait.entered = Some(Entered { source, task, direction });
        Ok(())
    }

    /// What the descriptor is registered as with the manager's poller, which it is from now on.
    fn source(&self, manager: &Rc<Shared>, blocked: Direction) -> io::Result<Rc<Source>> {
        let mut registration = self.registration.borrow_mut();
        if let Some(Registration { source, .. }) = &*registration {
            if source.belongs_to(manager) {
                return Ok(source.clone());
            }
            let waited_for = !(source.read.waiting.borrow().is_empty() && source.write.waiting.borrow().is_empty());
            if waited_for && source.manager.strong_count() > 0 {
                return Err(io::Error::other("a task of another task manager waits for this descriptor"));
            }
        }
        self.deregister(registration.take());
        let source = Rc::new(Source::new(manager));
        let key = manager.poller.borrow_mut().register(self, source.clone())?;
        // The poller reports what the descriptor is ready for when it is registered, so nothing is missed.
        source.lane(blocked).ready.set(false);
        *registration = Some(Registration { source: source.clone(), key });
        Ok(source)
    }

    fn deregister(&self, registration: Option<Registration>) {
        if let Some(Registration { source, key }) = registration
            && let Some(manager) = source.manager.upgrade()
        {
            manager.poller.borrow_mut().deregister(self, key);
        }
    }
}

impl<D: Descriptor> Drop for Io<D> {
    fn drop(&mut self) {
        let registration = self.registration.take();
        self.deregister(registration);
    }
}

impl<D: Descriptor + fmt::Debug> fmt::Debug for Io<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get().fmt(f)
    }
}

/// What stays of an operation that waits for a descriptor. Dropping it ends the wait.
#[derive(Default)]
pub struct IoWait {
    entered: Option<Entered>,
}

struct Entered {
    source: Rc<Source>,
    task: Key,
    direction: Direction,
}

impl IoWait {
    pub(crate) const fn new() -> Self {
        IoWait { entered: None }
    }

    /// Whether the task is entered already. It is not if it has been moved to another manager meanwhile, say.
    fn is_of<D: Descriptor>(&self, io: &Io<D>, direction: Direction, manager: &Rc<Shared>, task: Key) -> bool {
        let registration = io.registration.borrow();
        match (&self.entered, &*registration) {
            (Some(entered), Some(registration)) => {
                Rc::ptr_eq(&entered.source, &registration.source)
                    && entered.source.belongs_to(manager)
                    && entered.task == task
                    && entered.direction == direction
            }
            _ => false,
        }
    }

    /// Ends the wait: the task is not among those that wait any more.
    pub(crate) fn end(&mut self) {
        if let Some(Entered { source, task, direction }) = self.entered.take() {
            source.lane(direction).waiting.borrow_mut().remove(task);
            if let Some(manager) = source.manager.upgrade() {
                manager.io_waits.set(manager.io_waits.get() - 1);
            }
        }
    }
}

impl Drop for IoWait {
    fn drop(&mut self) {
        self.end();
    }
}

impl fmt::Debug for IoWait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IoWait").field("for", &self.entered.as_ref().map(|entered| entered.direction)).finish()
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::ready::Body;
    use mio::net::UnixStream;
    use std::io::{Read, Write};

    const NO_WAIT: Option<Duration> = Some(Duration::ZERO);

    struct Setup {
        manager: Rc<Shared>,
        task: Key,
        ours: Io<UnixStream>,
        theirs: UnixStream,
    }

    fn setup() -> Setup {
        let (ours, theirs) = UnixStream::pair().unwrap();
        let ours = Io::new(ours, Interest::READABLE | Interest::WRITABLE);
        let manager = Rc::new(Shared::new());
        let task = manager.tasks.borrow_mut().insert(Body::OnStack);
        manager.tasks.borrow_mut().next();
        Setup { manager, task, ours, theirs }
    }

    impl Setup {
        fn poll(
            &self,
            wait: &mut IoWait,
            attempt: impl FnMut(&UnixStream) -> io::Result<usize>,
        ) -> Poll<io::Result<usize>> {
            self.ours.poll_transfer(wait, Direction::Read, &mut Context::of(&self.manager, self.task), 10, attempt)
        }

        fn read(&self, wait: &mut IoWait) -> Poll<io::Result<usize>> {
            self.poll(wait, |mut socket| socket.read(&mut [0; 10]))
        }

        fn woken(&self) -> usize {
            let mut woken = 0;
            self.manager.poller.borrow_mut().wait(NO_WAIT, |_| woken += 1).unwrap();
            woken
        }
    }

    #[test]
    fn an_error_that_is_none_of_blocking_leaves_the_descriptor_ready() {
        let mut setup = setup();
        let mut wait = IoWait::new();
        assert!(setup.read(&mut wait).is_pending());
        setup.theirs.write_all(b"x").unwrap();
        setup.woken();
        // As `accept` does when there are no more descriptors.
        let full = setup.poll(&mut wait, |_| Err(io::Error::other("full")));
        assert!(matches!(full, Poll::Ready(Err(_))));
        // No further event comes, so the next attempt must not wait for one.
        assert_eq!(setup.woken(), 0);
        assert!(matches!(setup.read(&mut wait), Poll::Ready(Ok(1))));
    }

    #[test]
    fn the_poller_is_open_before_the_first_attempt() {
        let setup = setup();
        let poll = setup.poll(&mut IoWait::new(), |_| {
            assert!(setup.manager.poller.borrow().is_open(), "an attempt could take its descriptor away");
            Ok(1)
        });
        assert!(matches!(poll, Poll::Ready(Ok(1))));
    }

    #[test]
    fn an_interrupted_attempt_is_made_again() {
        let setup = setup();
        let mut attempts = 0;
        let poll = setup.poll(&mut IoWait::new(), |_| {
            attempts += 1;
            if attempts < 3 { Err(io::ErrorKind::Interrupted.into()) } else { Ok(attempts) }
        });
        assert!(matches!(poll, Poll::Ready(Ok(3))));
    }

    #[test]
    fn what_is_known_to_block_is_not_attempted_before_the_next_event() {
        let mut setup = setup();
        let mut wait = IoWait::new();
        assert!(setup.read(&mut wait).is_pending());
        assert!(setup.poll(&mut wait, |_| unreachable!("it would block")).is_pending());
        setup.theirs.write_all(b"x").unwrap();
        assert_eq!(setup.woken(), 1);
        assert!(matches!(setup.read(&mut wait), Poll::Ready(Ok(1))));
        // There were fewer bytes than asked for.
        assert!(setup.poll(&mut wait, |_| unreachable!("it would block")).is_pending());
        // The last attempt is made all the same: the poller may not have been asked since.
        setup.theirs.write_all(b"x").unwrap();
        let mut cx = Context::of(&setup.manager, setup.task);
        cx.set_last_attempt(true);
        let last = setup.ours.poll(&mut wait, Direction::Read, &mut cx, |mut socket| socket.read(&mut [0; 10]));
        assert!(matches!(last, Poll::Ready(Ok(1))));
    }

    #[test]
    fn each_wait_of_a_task_is_counted_and_ends_on_its_own() {
        let mut setup = setup();
        let [mut first, mut second] = [IoWait::new(), IoWait::new()];
        assert!(setup.read(&mut first).is_pending());
        assert!(setup.read(&mut second).is_pending());
        assert!(setup.read(&mut second).is_pending());
        assert_eq!(setup.manager.io_waits.get(), 2);
        drop(first);
        assert_eq!(setup.manager.io_waits.get(), 1);
        setup.theirs.write_all(b"x").unwrap();
        assert_eq!(setup.woken(), 1);
        assert!(setup.read(&mut second).is_ready());
        assert_eq!(setup.manager.io_waits.get(), 0);
    }

    #[test]
    fn a_wait_that_ends_late_ends_nobody_else_s() {
        let setup = setup();
        let mut wait = IoWait::new();
        assert!(setup.read(&mut wait).is_pending());
        let source = setup.ours.registration.borrow().as_ref().unwrap().source.clone();
        let other = setup.manager.tasks.borrow_mut().insert(Body::OnStack);
        source.read.waiting.borrow_mut().add(other);
        wait.end();
        wait.end();
        assert_eq!(source.read.waiting.borrow().first, Some(other));
        // The descriptor may go before the wait does.
        assert!(setup.read(&mut wait).is_pending());
        let Setup { manager, ours, .. } = setup;
        drop(ours);
        drop(wait);
        assert_eq!(manager.io_waits.get(), 0);
        drop(manager);
    }

    #[test]
    fn a_token_does_not_find_what_was_registered_later_in_its_place() {
        let manager = Rc::new(Shared::new());
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
