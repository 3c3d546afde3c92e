//! A descriptor that is registered with a poller for its life, and the wait of an operation on it.
//!
//! An operation on a descriptor is tried first. When it would block, the descriptor is registered, edge-triggered and
//! once for its life, and the task waits in the [`Lane`] of that direction. Each event wakes all that wait there, and
//! they try again: who finds nothing waits on.
//!
//! A lane remembers whether its direction may be ready, which saves attempts that are known to fail.

use core::{cell::RefCell, fmt, task::Poll};
use std::{io, rc::Rc};

use mio::Interest;

use super::source::{Direction, Lane, Source};
use crate::{Context, manager::Shared, slab::Key, trace::waits};

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

/// What of the system can be polled. On Unix its number is enough to register it; elsewhere that takes `&mut`.
#[cfg(unix)]
pub(crate) trait Descriptor {
    /// Hands it to the poller.
    fn with_source<R>(&self, act: impl FnOnce(&mut dyn mio::event::Source) -> R) -> R;

    /// What the system calls it.
    fn number(&self) -> Option<i32>;
}
#[cfg(unix)]
impl<D: std::os::fd::AsRawFd> Descriptor for D {
    fn with_source<R>(&self, act: impl FnOnce(&mut dyn mio::event::Source) -> R) -> R {
        act(&mut mio::unix::SourceFd(&self.as_raw_fd()))
    }

    fn number(&self) -> Option<i32> {
        Some(self.as_raw_fd())
    }
}
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
    pub(crate) interest: Interest,
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

    pub(crate) fn with_source<R>(&self, act: impl FnOnce(&mut dyn mio::event::Source) -> R) -> R {
        self.descriptor.with_source(act)
    }

    /// What the system calls the descriptor, where it has numbers.
    pub(crate) fn number(&self) -> Option<i32> {
        self.descriptor.number()
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

    pub(crate) fn with_source<R>(&self, act: impl FnOnce(&mut dyn mio::event::Source) -> R) -> R {
        act(&mut *self.descriptor.borrow_mut())
    }

    pub(crate) fn number(&self) -> Option<i32> {
        None
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
        self.poll_and_note(wait, direction, cx, attempt, |_, _| {})
    }

    /// The same, and notes what an attempt says of the next one.
    fn poll_and_note<T>(
        &self,
        wait: &mut IoWait,
        direction: Direction,
        cx: &mut Context<'_>,
        mut attempt: impl FnMut(&D) -> io::Result<T>,
        note: impl FnOnce(&T, &Lane),
    ) -> Poll<io::Result<T>> {
        if !cx.may_go_on() {
            return Poll::Pending;
        }
        let registration = self.registration.borrow();
        let lane = registration.as_ref().map(|registration| registration.source.lane(direction));
        // Not only when somebody has to wait: connections that were accepted could have used the descriptors up.
        if lane.is_none()
            && let Some(manager) = cx.manager()
            && let Err(error) = manager.poller.borrow_mut().open()
        {
            return Poll::Ready(Err(error));
        }
        if lane.is_none_or(Lane::may_be_ready) || cx.is_last_attempt() {
            match retry(|| self.with_descriptor(&mut attempt)) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    lane.into_iter().for_each(Lane::set_blocked);
                }
                result => {
                    if let (Ok(value), Some(lane)) = (&result, lane) {
                        note(value, lane);
                    }
                    wait.end_with(cx.manager());
                    cx.count_ready();
                    return Poll::Ready(result);
                }
            }
        }
        drop(registration);
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
        self.poll_and_note(wait, direction, cx, attempt, |done, lane| note_transfer(lane, *done, wanted))
    }

    /// Notes what has become of a transfer: after one of less than `wanted` bytes the next one would block.
    pub(crate) fn note_transfer(&self, poll: &Poll<io::Result<usize>>, direction: Direction, wanted: usize) {
        if let Poll::Ready(Ok(done)) = poll
            && let Some(Registration { source, .. }) = &*self.registration.borrow()
        {
            note_transfer(source.lane(direction), *done, wanted);
        }
    }

    pub(crate) fn may_be_ready(&self, direction: Direction) -> bool {
        let registration = self.registration.borrow();
        registration.as_ref().is_none_or(|Registration { source, .. }| source.lane(direction).may_be_ready())
    }

    pub(super) fn set_blocked(&self, direction: Direction) {
        if let Some(Registration { source, .. }) = &*self.registration.borrow() {
            source.lane(direction).set_blocked();
        }
    }

    /// Enters the running task among those that wait.
    pub(super) fn wait(&self, wait: &mut IoWait, direction: Direction, cx: &Context<'_>) -> io::Result<()> {
        let (manager, task) = cx.running();
        let registration = self.registration.borrow();
        // What the descriptor is registered as with this manager's poller, if it is.
        let source = registration.as_ref().map(|registration| &registration.source);
        let source = source.filter(|source| source.belongs_to(manager));
        if source.is_some_and(|source| wait.is_of(source, direction, task)) {
            return Ok(());
        }
        let source = source.cloned();
        drop(registration);
        wait.end();
        let source = match source {
            Some(source) => source,
            None => self.register(manager, direction)?,
        };
        waits::for_descriptor(direction, self.number());
        source.lane(direction).add(task);
        manager.io_waits.set(manager.io_waits.get() + 1);
        wait.entered = Some(Entered { source, task, direction });
        Ok(())
    }

    /// Registers the descriptor with the manager's poller.
    #[cold]
    fn register(&self, manager: &Rc<Shared>, blocked: Direction) -> io::Result<Rc<Source>> {
        let mut registration = self.registration.borrow_mut();
        if let Some(Registration { source, .. }) = &*registration {
            // The tasks of one that was merged into this manager are about to wait here, too.
            let elsewhere = source.manager.upgrade().is_some_and(|other| !Rc::ptr_eq(&other.latest(), manager));
            if source.is_waited_for() && elsewhere {
                return Err(io::Error::other("a task of another task manager waits for this descriptor"));
            }
        }
        self.deregister(registration.take());
        let source = Rc::new(Source::new(manager));
        let key = manager.poller.borrow_mut().register(self, source.clone())?;
        // The poller reports what the descriptor is ready for when it is registered, so nothing is missed.
        source.lane(blocked).await_first_event();
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

/// Notes that so much of a transfer was done: after one of less than `wanted` bytes the next one would block.
fn note_transfer(lane: &Lane, done: usize, wanted: usize) {
    if EVENT_AFTER_PARTIAL_TRANSFER && (1..wanted).contains(&done) {
        lane.set_cut_short();
    }
}

/// Attempts again as long as a signal interrupts.
pub(crate) fn retry<T>(mut attempt: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    loop {
        match attempt() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
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
    fn is_of(&self, source: &Rc<Source>, direction: Direction, task: Key) -> bool {
        self.entered.as_ref().is_some_and(|entered| {
            Rc::ptr_eq(&entered.source, source) && entered.task == task && entered.direction == direction
        })
    }

    /// Ends the wait: the task is not among those that wait any more.
    #[inline]
    pub(crate) fn end(&mut self) {
        self.end_with(None);
    }

    /// The same, most likely of a wait with that manager, which then need not be asked whether it is still there.
    #[inline]
    fn end_with(&mut self, manager: Option<&Rc<Shared>>) {
        if let Some(entered) = self.entered.take() {
            entered.leave(manager);
        }
    }
}

impl Entered {
    fn leave(self, manager: Option<&Rc<Shared>>) {
        let source = &self.source;
        source.lane(self.direction).remove(self.task);
        let count_one_less = |manager: &Shared| manager.io_waits.set(manager.io_waits.get() - 1);
        match manager.filter(|manager| source.belongs_to(manager)) {
            Some(manager) => count_one_less(manager),
            None => source.manager.upgrade().into_iter().for_each(|manager| count_one_less(&manager)),
        }
    }
}

impl Drop for IoWait {
    #[inline]
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
    use crate::{io::source::Noticed, store::Home};
    use core::time::Duration;
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
        let manager = Shared::new();
        let task = manager.tasks().insert(Home::NONE);
        manager.tasks().next();
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
    #[cfg_attr(miri, ignore = "Miri has no poller")]
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
    #[cfg_attr(miri, ignore = "Miri has no poller")]
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
    #[cfg_attr(miri, ignore = "Miri has no poller")]
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
    #[cfg_attr(miri, ignore = "Miri has no poller")]
    fn a_wait_that_ends_late_ends_nobody_else_s() {
        let setup = setup();
        let mut wait = IoWait::new();
        assert!(setup.read(&mut wait).is_pending());
        let source = setup.ours.registration.borrow().as_ref().unwrap().source.clone();
        let other = setup.manager.tasks().insert(Home::NONE);
        source.lane(Direction::Read).add(other);
        wait.end();
        wait.end();
        let mut woken = Vec::new();
        source.notice(Noticed { readable: true, ..Noticed::default() }, |task| woken.push(task));
        assert_eq!(woken, [other]);
        // The descriptor may go before the wait does.
        assert!(setup.read(&mut wait).is_pending());
        let Setup { manager, ours, .. } = setup;
        drop(ours);
        drop(wait);
        assert_eq!(manager.io_waits.get(), 0);
        drop(manager);
    }
}
