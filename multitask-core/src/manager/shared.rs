//! What the handles of a manager share.

use core::{
    cell::{Cell, OnceCell, RefCell, RefMut},
    ops::ControlFlow,
    time::Duration,
};
use std::{
    collections::HashMap,
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    rc::{Rc, Weak},
    sync::Arc,
    thread,
    time::Instant,
};

use mio::Waker;

use super::{TaskManager, merge::Merged, owner::Owner};
use crate::{
    clock::Clock,
    failure::{self, Failures, TaskFailure},
    handle::{Added, Chunk},
    idle::Idlers,
    io::receive::ReceiveBuffer,
    poller::Poller,
    ready::{Body, Tasks},
    remote::{ForeignWaits, Inbox, Letter},
    slab::Key,
    wheel::Wheel,
};

/// What the handles of a manager share, and what a running task reaches by its context.
///
/// Invariant: nothing in here is borrowed while code of a task runs, and that includes its destructors.
pub(crate) struct Shared {
    tasks: RefCell<Tasks>,
    /// Which task to wake at which tick: by its place, so that a timer whose task has ended may wake the one that is there
    /// now. That is harmless, as any wake-up for nothing is.
    pub(crate) timers: Rc<RefCell<Wheel<u32>>>,
    pub(crate) clock: Clock,
    pub(crate) poller: RefCell<Poller>,
    /// How many waits there are for a descriptor. Apart from the poller, so that a wait can end while that is borrowed.
    pub(crate) io_waits: Cell<usize>,
    pub(crate) receive_buffer: ReceiveBuffer,
    /// The tasks that wait until nobody else has anything to do.
    pub(crate) idlers: RefCell<Idlers>,
    /// The waits for what another thread does.
    pub(crate) foreign_waits: RefCell<ForeignWaits>,
    /// Where other threads leave their letters; there is none before one of them could.
    inbox: OnceCell<Arc<Inbox>>,
    /// Set from `stop` until a `run` has obeyed.
    pub(super) stopping: Cell<bool>,
    /// Set while `run` has to return, for whatever reason.
    interrupted: Cell<bool>,
    pub(crate) failures: RefCell<Failures>,
    /// The names of those tasks that have one.
    pub(super) names: RefCell<HashMap<Key, Rc<str>>>,
    pub(super) owner: RefCell<Weak<Owner>>,
    /// Set when the tasks have gone to another manager.
    pub(super) merged: OnceCell<Merged>,
    /// The managers that have been merged into this one, for what still goes by way of them.
    pub(super) adopted: RefCell<Vec<Rc<Shared>>>,
}

/// Of so many tasks that timers wake at a time it pays to have them fetched together.
const FETCHED_FROM: u64 = 8;

impl Shared {
    pub(crate) fn new() -> Rc<Self> {
        Shared::with_clock(Clock::new())
    }

    pub(super) fn with_clock(clock: Clock) -> Rc<Self> {
        Rc::new(Shared {
            tasks: RefCell::new(Tasks::new()),
            timers: Rc::new(RefCell::new(Wheel::at(clock.tick_before(clock.now())))),
            clock,
            poller: RefCell::new(Poller::new()),
            io_waits: Cell::new(0),
            receive_buffer: ReceiveBuffer::default(),
            idlers: RefCell::default(),
            foreign_waits: RefCell::new(ForeignWaits::new()),
            inbox: OnceCell::new(),
            stopping: Cell::new(false),
            interrupted: Cell::new(false),
            failures: RefCell::default(),
            names: RefCell::default(),
            owner: RefCell::default(),
            merged: OnceCell::new(),
            adopted: RefCell::default(),
        })
    }

    /// The tasks, and the run queue. A running task that has given way is not in it yet.
    #[inline]
    pub(crate) fn tasks(&self) -> RefMut<'_, Tasks> {
        self.tasks.borrow_mut()
    }

    /// Puts a task at the end of the run queue, unless it is queued or gone.
    #[inline]
    pub(crate) fn wake(&self, task: Key) {
        let is_here = self.tasks().wake(task);
        if !is_here {
            self.wake_moved(task);
        }
    }

    /// Lets go of a task that has come to its end. If it has failed, and nobody can join it, that is reported.
    pub(crate) fn forget(self: &Rc<Self>, task: Key) {
        let body = self.tasks().remove(task);
        if let Some(Body::Added(ended)) = body {
            self.let_go(task, &ended);
        }
    }

    /// The same where the chunk that it lies in is at hand.
    #[inline]
    pub(super) fn forget_in(self: &Rc<Self>, chunk: Rc<Chunk>, task: Key) {
        let home = self.tasks().vacate(task);
        if let Some(home) = home {
            self.let_go(task, &Added { chunk, place: home.place() });
        }
    }

    /// Of a task that has just been taken out.
    #[inline]
    fn let_go(self: &Rc<Self>, task: Key, ended: &Added) {
        if !ended.is_attached() {
            self.let_go_detached(task, ended);
        }
        if ended.let_go() {
            self.tasks().store.give_back(&ended.chunk.head, ended.place);
        }
    }

    #[inline(never)]
    fn let_go_detached(self: &Rc<Self>, task: Key, ended: &Added) {
        if let Some(cause) = ended.failure() {
            failure::report(Some(self.clone()), task, ended.origin(), cause);
        }
        self.forget_name(task);
    }

    pub(crate) fn set_name(&self, task: Key, name: Rc<str>) {
        self.names.borrow_mut().insert(task, name);
    }

    /// Most tasks have no name, so nothing is looked up where there is none.
    pub(crate) fn forget_name(&self, task: Key) {
        let mut names = self.names.borrow_mut();
        if !names.is_empty() {
            names.remove(&task);
        }
    }

    pub(crate) fn name(&self, task: Key) -> Option<Rc<str>> {
        self.names.borrow().get(&task).cloned()
    }

    /// Has `run` return.
    pub(super) fn stop(&self) {
        self.stopping.set(true);
        self.interrupt();
    }

    /// Has `run` return with a failure.
    pub(crate) fn interrupt_by(&self, failure: TaskFailure) {
        self.failures.borrow_mut().pending.push_back(failure);
        self.interrupt();
    }

    fn interrupt(&self) {
        self.interrupted.set(true);
        self.tasks().turn.look_up();
    }

    #[inline]
    pub(super) fn is_interrupted(&self) -> bool {
        self.interrupted.get()
    }

    pub(super) fn has_pending_failure(&self) -> bool {
        self.interrupted.get() && !self.failures.borrow().pending.is_empty()
    }

    /// Why a `run` has to return, if it has: a failure that it stops at, or a `stop`.
    pub(super) fn interruption(&self) -> Option<io::Result<()>> {
        if !self.interrupted.get() {
            return None;
        }
        let failure = self.failures.borrow_mut().pending.pop_front();
        if let Some(failure) = failure {
            return Some(Err(io::Error::other(failure)));
        }
        self.interrupted.set(false);
        self.stopping.take().then_some(Ok(()))
    }

    /// The inbox, which exists from the first call on.
    pub(crate) fn inbox(&self) -> &Arc<Inbox> {
        self.inbox.get_or_init(|| {
            let inbox = Inbox::new(thread::current());
            // A foreign event loop may wait for the poller by now.
            self.poller.borrow().waker().into_iter().for_each(|waker| inbox.ring_by(waker));
            Arc::new(inbox)
        })
    }

    #[inline]
    pub(super) fn has_runnable(&self) -> bool {
        self.tasks().runnable() > 0
    }

    /// Whether a loop has to wait for something: it is announced that a task will become runnable from outside.
    #[inline]
    pub(super) fn is_waited_for(&self) -> bool {
        self.io_waits.get() > 0
            || self.timers.borrow().len() > 0
            || !self.idlers.borrow().is_empty()
            || self.is_another_thread_waited_for()
    }

    fn is_another_thread_waited_for(&self) -> bool {
        !self.foreign_waits.borrow().is_empty() || self.any_inbox(Inbox::is_kept_alive)
    }

    /// Whether something holds of the inbox, or that of a manager that was merged into this one.
    fn any_inbox(&self, holds: impl Fn(&Inbox) -> bool + Copy) -> bool {
        let Some(inbox) = self.inbox.get() else { return false };
        holds(inbox)
            || self.adopted.borrow().iter().any(|adopted| adopted.inbox.get().is_some_and(|inbox| holds(inbox)))
    }

    /// Whether a look could find anything.
    #[inline]
    pub(super) fn is_worth_a_look(&self) -> bool {
        self.inbox.get().is_some() || self.is_waited_for()
    }

    /// Wakes the tasks whose wait is over; if none is runnable, waits for that, at most for `limit`. Of those that wait for
    /// a time at most so many.
    pub(super) fn look(self: &Rc<Self>, limit: Option<Duration>, timers: u64) -> io::Result<Instant> {
        let mut now = self.clock.now();
        let wait = self.time_to_wait(now, limit);
        if self.clock.is_virtual() {
            self.wait_virtually(wait)?
        } else {
            self.wait(wait)?
        }
        self.read_letters();
        if wait != Some(Duration::ZERO) {
            now = self.clock.now();
        }
        // After I/O, so that a task whose data has come in time finds the data before it finds that time is over.
        self.fire_timers(self.clock.tick_before(now), timers);
        if !self.has_runnable() {
            let idler = self.idlers.borrow_mut().take_first();
            idler.into_iter().for_each(|task| self.wake(task));
        }
        Ok(now)
    }

    /// Wakes the tasks whose time has come, so many at most; with the others the next look goes on.
    fn fire_timers(&self, tick: u64, most: u64) {
        let mut tasks = self.tasks.borrow_mut();
        let before = tasks.end();
        let mut timers = self.timers.borrow_mut();
        timers.advance(tick, |place| {
            tasks.wake_at(place);
            if tasks.put_since(before) < most { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        if tasks.put_since(before) >= FETCHED_FROM {
            tasks.fetch_since(before);
        }
    }

    /// How long a loop that would look now could wait; there is no limit where this is `None`.
    pub(super) fn time_to_wait(&self, now: Instant, limit: Option<Duration>) -> Option<Duration> {
        if self.has_runnable() || !self.idlers.borrow().is_empty() || self.has_letters() {
            return Some(Duration::ZERO);
        }
        let timers = self.timers.borrow();
        // Virtual time goes straight to the next timer: what it does must not depend on when the clock was made.
        let tick = if self.clock.is_virtual() { timers.first_tick() } else { timers.next_tick() };
        let timer = tick.map(|tick| self.clock.until(tick, now));
        match (timer, limit) {
            (Some(timer), Some(limit)) => Some(timer.min(limit)),
            (timer, limit) => timer.or(limit),
        }
    }

    /// Waits until I/O or a letter comes, or `limit` is over, or for no reason.
    fn wait(&self, limit: Option<Duration>) -> io::Result<()> {
        let inbox = self.inbox.get();
        let mut poller = self.poller.borrow_mut();
        if let Some(waker) = poller.waker() {
            self.ring_by(waker);
        }
        // From here on a letter that comes ends the wait.
        let limit = if self.has_letters() { Some(Duration::ZERO) } else { limit };
        if poller.is_open() && (self.io_waits.get() > 0 || limit != Some(Duration::ZERO)) {
            return poller.wait(limit, |task| self.wake(task));
        }
        match limit {
            Some(Duration::ZERO) => {}
            Some(limit) if inbox.is_none() => thread::sleep(limit),
            Some(limit) => thread::park_timeout(limit),
            None => thread::park(),
        }
        Ok(())
    }

    /// The same where time is virtual: it passes at once when nobody has anything to do. Other threads live in real
    /// time, so it stands while a task waits for one.
    fn wait_virtually(&self, limit: Option<Duration>) -> io::Result<()> {
        match limit {
            Some(limit) if limit.is_zero() || !self.is_another_thread_waited_for() => {
                self.wait(Some(Duration::ZERO))?;
                if !self.has_runnable() && !self.has_letters() {
                    self.clock.advance(limit);
                }
                Ok(())
            }
            _ => self.wait(None),
        }
    }

    fn has_letters(&self) -> bool {
        self.any_inbox(Inbox::has_letters)
    }

    /// Opens the poller, and has other threads ring there.
    #[cfg(unix)]
    pub(super) fn open_poller(&self) -> io::Result<()> {
        let mut poller = self.poller.borrow_mut();
        poller.open()?;
        poller.waker().into_iter().for_each(|waker| self.ring_by(waker));
        Ok(())
    }

    /// Has other threads ring at the poller.
    fn ring_by(&self, waker: &Arc<Waker>) {
        let Some(inbox) = self.inbox.get() else { return };
        inbox.ring_by(waker);
        for adopted in &*self.adopted.borrow() {
            adopted.inbox.get().into_iter().for_each(|inbox| inbox.ring_by(waker));
        }
    }

    /// Has other threads that knew a manager which has been merged into this one ring here.
    pub(super) fn ring_here(&self) {
        if self.adopted.borrow().iter().all(|adopted| adopted.inbox.get().is_none()) {
            return;
        }
        self.inbox();
        self.adopted.borrow().iter().filter_map(|adopted| adopted.inbox.get()).for_each(|inbox| inbox.ring_at_thread());
        self.poller.borrow().waker().into_iter().for_each(|waker| self.ring_by(waker));
    }

    /// Does what other threads have asked for.
    pub(super) fn read_letters(self: &Rc<Self>) {
        let Some(inbox) = self.inbox.get() else { return };
        self.read(self, inbox.take_letters());
        if self.adopted.borrow().is_empty() {
            return;
        }
        let adopted = self.adopted.borrow().clone();
        for manager in adopted {
            let letters = manager.inbox.get().map(|inbox| inbox.take_letters());
            self.read(&manager, letters.unwrap_or_default());
        }
    }

    /// Does what letters to `addressee` ask for, which is this manager, or has been merged into it.
    fn read(self: &Rc<Self>, addressee: &Shared, letters: Vec<Letter>) {
        for letter in letters {
            match letter {
                Letter::Wake(task) => addressee.wake(task),
                Letter::Stop => self.stop(),
                Letter::Execute(function) => {
                    let manager = TaskManager::from_shared(self.clone());
                    // The panic hook has told of it, and neither the loop nor the other letters are to suffer.
                    let _ = catch_unwind(AssertUnwindSafe(|| function(&manager)));
                }
            }
        }
    }
}

/// The tasks go one after the other, not one inside the destructor of another.
impl Drop for Shared {
    fn drop(&mut self) {
        if let Some(inbox) = self.inbox.get() {
            inbox.close();
        }
        let mut index = 0;
        loop {
            // Not in the condition of a `while let`: the borrow would last while the task is dropped.
            let next = self.tasks().remove_from(index);
            let Some((key, body)) = next else { break };
            index = key.index;
            if let Body::Added(task) = body {
                task.cancel();
                task.let_go();
            }
        }
    }
}
