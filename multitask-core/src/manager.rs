//! The task manager: the loop that runs tasks, and waits for I/O and timers when none can run.

use core::{
    cell::{Cell, RefCell},
    fmt, mem,
    task::Poll,
    time::Duration,
};
use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    rc::Rc,
    thread,
    time::Instant,
};

use crate::{
    Context, Task, TaskHandle,
    clock::Clock,
    handle::Resumed,
    local::Entered,
    poller::Poller,
    ready::{Body, Next, Tasks},
    slab::Key,
    wheel::Wheel,
};

/// Runs tasks, on the thread that calls it.
///
/// Tasks that can run wait in a queue, first in, first out. A *turn* of the manager runs those that were in the queue
/// when it began, each until it would block; then it looks at what they wait for, I/O and timers, and puts those whose
/// wait is over in the queue. So a task that never blocks, but gives way, keeps no other from running. A task that does
/// neither keeps the whole thread.
///
/// The value is a handle: clones of it are the same manager. It lives as long as one of them; when the last is dropped
/// its tasks are dropped, in the order in which they were added where no place has been used twice. A task that keeps a
/// clone of its own manager keeps it from ever being dropped: use [`add`](crate::add), which finds the manager that runs
/// the calling task.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use multitask_core::{TaskManager, sleep};
/// # use std::task::Poll;
/// # use multitask_core::{Context, Operation, Sleep, Task};
/// # struct Pause(Sleep);
/// # impl Task for Pause {
/// #     type Output = ();
/// #     fn resume(&mut self, cx: &mut Context<'_>) -> Poll<()> { Sleep::poll(&mut self.0, || unreachable!(), cx) }
/// # }
/// # fn pause(millis: u64) -> Pause { Pause(sleep(Duration::from_millis(millis))) }
///
/// // `pause(n)` is a task that sleeps for n milliseconds.
/// let manager = TaskManager::new();
/// manager.add(pause(2));
/// manager.add(pause(1));
/// manager.run()?;
/// assert!(!manager.has_runnable() && !manager.has_timeouts());
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone)]
pub struct TaskManager {
    shared: Rc<Shared>,
}

/// What the handles of a manager share, and what a running task reaches by its context.
///
/// Invariant: nothing in here is borrowed while code of a task runs, and that includes its destructors.
pub(crate) struct Shared {
    pub(crate) tasks: RefCell<Tasks>,
    /// Which task to wake at which tick.
    pub(crate) timers: RefCell<Wheel<Key>>,
    pub(crate) clock: Clock,
    pub(crate) poller: RefCell<Poller>,
    /// How many waits there are for a descriptor. Apart from the poller, so that a wait can end while that is borrowed.
    pub(crate) io_waits: Cell<usize>,
}

impl TaskManager {
    /// A manager without tasks. It takes nothing from the system before a task waits for a socket.
    pub fn new() -> Self {
        TaskManager { shared: Rc::new(Shared::new()) }
    }

    pub(crate) fn from_shared(shared: Rc<Shared>) -> Self {
        TaskManager { shared }
    }

    /// Adds a task: appends it to the run queue. Nothing of it runs before the manager does.
    ///
    /// By the handle the task can be joined and cancelled. To drop the handle does neither: the task runs on.
    ///
    /// A task that panics is dropped, and the others go on; the one that joins it gets the panic as an error.
    pub fn add<T: 'static>(&self, task: impl Task<Output = T> + 'static) -> TaskHandle<T> {
        TaskHandle::add(&self.shared, task)
    }

    /// Runs until no task can go on: nothing is runnable, no task waits for a descriptor, and none for a time.
    ///
    /// Tasks that wait for something that only another task can do stay where they are, and go on in a later `run`.
    ///
    /// It may be called inside a task, also of the same manager: that is a loop within the loop. The tasks further out
    /// are not resumed by it, what wakes them meanwhile is kept for them.
    ///
    /// # Errors
    ///
    /// Those of the system's poller. Tasks stay where they are, and `run` may be called again.
    pub fn run(&self) -> io::Result<()> {
        let mut turns = Loop::new(&self.shared);
        while turns.turn(&mut None)? == Turn::More {}
        Ok(())
    }

    /// Makes one turn: runs the tasks that are runnable now, once each, then looks at I/O and timers.
    ///
    /// If no task is runnable by then, it waits until one is, at most for `timeout`: one wait covers I/O and timers.
    /// `None` sets no limit. Tasks that become runnable by that look run in the next turn. The wait may end early with
    /// nothing to run, and there is none if no task waits for a descriptor or a time, since it could not end.
    ///
    /// # Errors
    ///
    /// Those of the system's poller.
    pub fn run_next(&self, timeout: Option<Duration>) -> io::Result<()> {
        Loop::new(&self.shared).run_batch(&mut None);
        if self.shared.is_waited_for() {
            self.shared.look(timeout)?;
        }
        Ok(())
    }

    /// Runs a task to its end, and the added ones meanwhile; evaluates to the output of the task.
    ///
    /// The task stays on the caller's stack, so it may borrow. It takes its place in the run queue like the others.
    /// Those that are not finished when it is stay where they are.
    ///
    /// # Panics
    ///
    /// * If the task panics: the panic goes through.
    /// * If the task can never go on: it waits, no task is runnable, and none waits for a descriptor or a time.
    /// * If the system's poller fails.
    pub fn block_on<T: Task>(&self, mut task: T) -> T::Output {
        let on_stack = OnStack::new(&self.shared);
        let mut output = None;
        let mut resume = |cx: &mut Context<'_>| match task.resume(cx) {
            Poll::Ready(value) => {
                output = Some(value);
                true
            }
            Poll::Pending => false,
        };
        let mut root = Some(Root { key: on_stack.key, resume: &mut resume });
        let mut turns = Loop::new(&self.shared);
        loop {
            match turns.turn(&mut root) {
                Ok(Turn::More) => {}
                Ok(Turn::RootFinished) => return output.expect("the root's output is set when it is finished"),
                Ok(Turn::Idle) => panic!(
                    "the task of `block_on` can never go on: \
                     no task is runnable, and none waits for a descriptor or a time"
                ),
                Err(error) => panic!("`block_on` cannot wait for I/O: {error}"),
            }
        }
    }

    /// Whether a task is in the run queue.
    pub fn has_runnable(&self) -> bool {
        self.shared.has_runnable()
    }

    /// Whether a task waits for a descriptor.
    pub fn has_io_waits(&self) -> bool {
        self.shared.io_waits.get() > 0
    }

    /// Whether a task waits for a time: in a `sleep`, or in anything with a timeout.
    pub fn has_timeouts(&self) -> bool {
        self.shared.timers.borrow().len() > 0
    }
}

impl Default for TaskManager {
    fn default() -> Self {
        TaskManager::new()
    }
}

impl fmt::Debug for TaskManager {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tasks = self.shared.tasks.borrow();
        f.debug_struct("TaskManager")
            .field("tasks", &tasks.len())
            .field("runnable", &tasks.runnable())
            .field("io_waits", &self.shared.io_waits.get())
            .field("timeouts", &self.shared.timers.borrow().len())
            .finish()
    }
}

impl Shared {
    pub(crate) fn new() -> Self {
        Shared {
            tasks: RefCell::new(Tasks::new()),
            timers: RefCell::new(Wheel::new()),
            clock: Clock::new(),
            poller: RefCell::new(Poller::new()),
            io_waits: Cell::new(0),
        }
    }

    /// Puts a task at the end of the run queue, unless it is queued or gone.
    pub(crate) fn wake(&self, task: Key) {
        self.tasks.borrow_mut().wake(task);
    }

    fn has_runnable(&self) -> bool {
        self.tasks.borrow().runnable() > 0
    }

    /// Whether anything from outside can make a task runnable.
    fn is_waited_for(&self) -> bool {
        self.io_waits.get() > 0 || self.timers.borrow().len() > 0
    }

    /// Wakes the tasks whose wait is over; if none is runnable, waits for that, at most for `limit`.
    fn look(&self, limit: Option<Duration>) -> io::Result<Instant> {
        let mut now = self.clock.now();
        let wait = if self.has_runnable() { Some(Duration::ZERO) } else { self.time_to_wait(now, limit) };
        let mut poller = self.poller.borrow_mut();
        if poller.is_open() && (self.io_waits.get() > 0 || wait != Some(Duration::ZERO)) {
            poller.wait(wait, |task| self.wake(task))?;
        } else if let Some(wait) = wait {
            thread::sleep(wait);
        }
        if wait != Some(Duration::ZERO) {
            now = self.clock.now();
        }
        // After I/O, so that a task whose data has come in time finds the data before it finds that time is over.
        self.timers.borrow_mut().advance(self.clock.tick_before(now), |task| self.wake(task));
        Ok(now)
    }

    fn time_to_wait(&self, now: Instant, limit: Option<Duration>) -> Option<Duration> {
        let timer = self.timers.borrow().next_tick().map(|tick| self.clock.until(tick, now));
        match (timer, limit) {
            (Some(timer), Some(limit)) => Some(timer.min(limit)),
            (timer, limit) => timer.or(limit),
        }
    }
}

/// The tasks go one after the other, not one inside the destructor of another.
impl Drop for Shared {
    fn drop(&mut self) {
        let mut index = 0;
        loop {
            // Not in the condition of a `while let`: the borrow would last while the task is dropped.
            let next = self.tasks.borrow_mut().remove_from(index);
            let Some((key, body)) = next else { break };
            index = key.index;
            if let Body::Added(task) = body {
                task.cancel();
            }
        }
    }
}

/// The task of a `block_on`.
struct Root<'r> {
    key: Key,
    /// True when the task has finished.
    resume: &'r mut dyn FnMut(&mut Context<'_>) -> bool,
}

/// The place of a root among the tasks, given up when the `block_on` ends, also by a panic.
struct OnStack<'a> {
    shared: &'a Shared,
    key: Key,
}

impl<'a> OnStack<'a> {
    fn new(shared: &'a Shared) -> Self {
        OnStack { shared, key: shared.tasks.borrow_mut().insert(Body::OnStack) }
    }
}

impl Drop for OnStack<'_> {
    fn drop(&mut self) {
        let _on_stack = self.shared.tasks.borrow_mut().remove(self.key);
    }
}

/// What a turn has come to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Turn {
    More,
    Idle,
    RootFinished,
}

/// A loop of a manager. There are several when tasks call loops themselves.
struct Loop<'a> {
    shared: &'a Rc<Shared>,
    pace: Pace,
    /// Tasks that were woken, but are for a loop further out to resume: they are running there, or roots of it.
    deferred: Vec<Key>,
    _entered: Entered,
}

impl<'a> Loop<'a> {
    fn new(shared: &'a Rc<Shared>) -> Self {
        let pace = Pace::new(shared.clock.now());
        Loop { shared, pace, deferred: Vec::new(), _entered: Entered::new(shared) }
    }

    /// One turn: runs what is runnable; then looks at I/O and timers if it is time to, or waits for them.
    fn turn(&mut self, root: &mut Option<Root<'_>>) -> io::Result<Turn> {
        if self.run_batch(root) {
            return Ok(Turn::RootFinished);
        }
        let runnable = self.shared.has_runnable();
        if !self.shared.is_waited_for() {
            return Ok(if runnable { Turn::More } else { Turn::Idle });
        }
        if !runnable || self.pace.is_due() {
            let now = self.shared.look(None)?;
            if runnable { self.pace.looked(now) } else { self.pace.restart(now) }
        }
        Ok(Turn::More)
    }

    /// Resumes the tasks that are in the queue now, once each; true as soon as the root has finished.
    fn run_batch(&mut self, root: &mut Option<Root<'_>>) -> bool {
        let batch = self.shared.tasks.borrow().queue_len();
        self.pace.count(batch);
        for _ in 0..batch {
            // Not in the head of the `match`: the borrow would last while the task runs.
            let next = self.shared.tasks.borrow_mut().next();
            match (next, &mut *root) {
                (Next::Run(key, Body::Added(task)), _) => {
                    match task.resume(&mut Context::of(self.shared, key)) {
                        Resumed::Waiting => {}
                        Resumed::Running => self.deferred.push(key),
                        Resumed::Finished => {
                            let body = self.shared.tasks.borrow_mut().remove(key);
                            // With it goes an output that nobody joins, and that may panic when it is dropped.
                            let _ = catch_unwind(AssertUnwindSafe(|| drop((body, task))));
                        }
                    }
                }
                (Next::Run(key, Body::OnStack), Some(root)) if root.key == key => {
                    if (root.resume)(&mut Context::of(self.shared, key)) {
                        return true;
                    }
                }
                (Next::Run(key, Body::OnStack), _) => self.deferred.push(key),
                (Next::Gone, _) => {}
                // A loop inside one of the tasks has run the rest.
                (Next::Empty, _) => break,
            }
        }
        false
    }
}

impl Drop for Loop<'_> {
    fn drop(&mut self) {
        for key in mem::take(&mut self.deferred) {
            self.shared.wake(key);
        }
    }
}

/// When to look at I/O and timers although tasks are runnable: as seldom as pays, and as often as nobody notices.
///
/// A look costs as much as dozens of small resumes, so it is not made in every turn; but the resumes may be long ones,
/// so they are counted *and* timed, and the count that leads to the next look follows the time.
#[derive(Debug)]
struct Pace {
    resumes: usize,
    resumes_between: usize,
    looked: Instant,
}

impl Pace {
    const MOST_BETWEEN: usize = 256;
    const TIME_BETWEEN: Duration = Duration::from_micros(50);

    fn new(now: Instant) -> Self {
        Pace { resumes: 0, resumes_between: 1, looked: now }
    }

    fn count(&mut self, resumes: usize) {
        self.resumes += resumes;
    }

    fn is_due(&self) -> bool {
        self.resumes >= self.resumes_between
    }

    /// A look was made after tasks ran.
    fn looked(&mut self, now: Instant) {
        let each = now.saturating_duration_since(self.looked).as_nanos() / self.resumes.max(1) as u128;
        let fitting = Self::TIME_BETWEEN.as_nanos().checked_div(each).unwrap_or(u128::MAX);
        self.resumes_between = fitting.clamp(1, Self::MOST_BETWEEN as u128) as usize;
        self.restart(now);
    }

    /// A look was made that waited: it says nothing of the tasks.
    fn restart(&mut self, now: Instant) {
        self.resumes = 0;
        self.looked = now;
    }
}
