//! The task manager: the loop that runs tasks, and waits for I/O and timers when none can run.

mod inspect;
mod merge;
mod owner;
mod pace;
mod schedule;
mod shared;
mod turns;

use core::{fmt, panic::Location, task::Poll, time::Duration};
use std::{
    io,
    rc::{Rc, Weak},
};

pub use self::merge::MergeError;
use self::{
    owner::Owner,
    turns::{Loop, OnStack, Root, Turn},
};
pub(crate) use self::{schedule::Schedule, shared::Shared};
use crate::{Context, FailurePolicy, Remote, Task, TaskFailure, TaskHandle, clock::Clock, store::Home};

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
    owner: Rc<Owner>,
}

impl TaskManager {
    /// A manager without tasks. It takes nothing from the system before a task waits for a socket.
    pub fn new() -> Self {
        TaskManager { owner: Owner::of(Shared::new()) }
    }

    /// A manager whose time is virtual, for tests: it passes when nobody has anything to do, and takes no time.
    ///
    /// The clock stands while tasks are runnable. When none is, and no I/O is ready, it jumps to the next timer, or by the
    /// limit that [`run_next`](TaskManager::run_next) is given; [`advance`](TaskManager::advance) moves it by hand. It
    /// stands, too, while a task waits for another thread, which lives in real time. A task that gives way for ever stops
    /// the time.
    ///
    /// Tasks learn what time it is by [`now`](crate::now).
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::{Duration, Instant};
    /// use multitask_core::{TaskManager, sleep};
    /// # use std::task::Poll;
    /// # use multitask_core::{Context, Operation, Sleep, Task};
    /// # struct Pause(Sleep);
    /// # impl Task for Pause {
    /// #     type Output = ();
    /// #     fn resume(&mut self, cx: &mut Context<'_>) -> Poll<()> { Sleep::poll(&mut self.0, || unreachable!(), cx) }
    /// # }
    ///
    /// // `Pause` is a task that sleeps.
    /// let manager = TaskManager::with_virtual_clock();
    /// let (start, real) = (manager.now(), Instant::now());
    /// let hour = Duration::from_secs(3600);
    /// manager.add(Pause(sleep(hour)));
    /// manager.run()?;
    /// assert!(manager.now() - start >= hour && real.elapsed() < hour);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn with_virtual_clock() -> Self {
        TaskManager { owner: Owner::of(Shared::with_clock(Clock::virtual_one())) }
    }

    pub(crate) fn downgrade(&self) -> Weak<Shared> {
        Rc::downgrade(self.shared())
    }

    /// Adds a task: appends it to the run queue. Nothing of it runs before the manager does.
    ///
    /// By the handle the task can be joined and cancelled. To drop the handle does neither: the task runs on.
    ///
    /// A task that panics is dropped, and the others go on; the one that joins it gets the panic as an error. Of a
    /// failure that nobody joins there is a report: see [`on_failure`](TaskManager::on_failure).
    #[track_caller]
    pub fn add<T: 'static>(&self, task: impl Task<Output = T> + 'static) -> TaskHandle<T> {
        TaskHandle::add(self.shared(), task, Location::caller())
    }

    /// Runs until no task can go on: nothing is runnable, and no task waits for a descriptor, for a time, or for another
    /// thread (see [`completion`](crate::completion)).
    ///
    /// Tasks that wait for something that only another task can do stay where they are, and go on in a later `run`;
    /// `tasks().parked()` lists them. That a [`Remote`] exists is no reason to go on; a [`KeepAlive`](crate::KeepAlive) is.
    ///
    /// It may be called inside a task, also of the same manager: that is a loop within the loop. The tasks further out
    /// are not resumed by it, what wakes them meanwhile is kept for them.
    ///
    /// # Errors
    ///
    /// Those of the system's poller, and the [`TaskFailure`] of a task if the manager is to
    /// [stop](FailurePolicy::Stop) at one. Tasks stay where they are, and `run` may be called again.
    pub fn run(&self) -> io::Result<()> {
        let mut turns = Loop::new(self.shared());
        loop {
            if let Some(outcome) = self.shared().interruption() {
                return outcome;
            }
            if turns.turn(&mut None)? == Turn::Idle {
                return self.shared().interruption().unwrap_or(Ok(()));
            }
        }
    }

    /// Makes one turn: runs the tasks that are runnable now, once each, then looks at I/O and timers.
    ///
    /// If no task is runnable by then, it waits until one is, at most for `timeout`: one wait covers I/O and timers.
    /// `None` sets no limit. Tasks that become runnable by that look run in the next turn. The wait may end early with
    /// nothing to run, and there is none where [`run`](TaskManager::run) would return, since it could not end.
    ///
    /// # Errors
    ///
    /// Those of the system's poller.
    pub fn run_next(&self, timeout: Option<Duration>) -> io::Result<()> {
        let mut turns = Loop::new(self.shared());
        turns.run_batch();
        turns.look(timeout)
    }

    /// Has the `run` that is under way return after the turn that it is in, or else the next one at once.
    ///
    /// Every task stays where it is, and goes on in a later `run`. Of loops inside of each other the innermost returns.
    /// A [`block_on`](TaskManager::block_on) does not end before its task has. Another thread calls [`Remote::stop`].
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::task::Poll;
    /// # use multitask_core::{Context, Task};
    /// use multitask_core::TaskManager;
    ///
    /// struct Forever;
    ///
    /// impl Task for Forever {
    ///     type Output = ();
    ///     fn resume(&mut self, cx: &mut Context<'_>) -> Poll<()> {
    ///         cx.give_way();
    ///         Poll::Pending
    ///     }
    /// }
    ///
    /// let manager = TaskManager::new();
    /// manager.add(Forever);
    /// manager.stop();
    /// manager.run()?;
    /// assert!(manager.has_runnable());
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn stop(&self) {
        self.shared().stop();
    }

    /// A handle for other threads: by it they wake this manager, add tasks to it, and stop it.
    pub fn remote(&self) -> Remote {
        Remote::new(self.shared().inbox())
    }

    /// Runs a task to its end, and the added ones meanwhile; evaluates to the output of the task.
    ///
    /// The task stays on the caller's stack, so it may borrow. It takes its place in the run queue like the others.
    /// Those that are not finished when it is stay where they are.
    ///
    /// # Panics
    ///
    /// * If the task panics: the panic goes through.
    /// * If the task can never go on: it waits, no task is runnable, and none waits for a descriptor, a time or another
    ///   thread.
    /// * If the system's poller fails.
    pub fn block_on<T: Task>(&self, mut task: T) -> T::Output {
        let on_stack = OnStack::new(self.shared());
        let mut output = None;
        let mut resume = |cx: &mut Context<'_>, schedule: &mut Schedule| {
            loop {
                if let Poll::Ready(value) = task.resume(cx) {
                    output = Some(value);
                    return None;
                }
                let next = schedule.next(cx);
                // Another one on a stack is that of a loop further out.
                if next != Home::NONE || !cx.is_of(on_stack.key) {
                    return Some(next);
                }
            }
        };
        let mut root = Some(Root { key: on_stack.key, resume: &mut resume });
        let mut turns = Loop::new(self.shared());
        loop {
            match turns.turn(&mut root) {
                Ok(Turn::More) => {}
                Ok(Turn::RootFinished) => return output.expect("the root's output is set when it is finished"),
                Ok(Turn::Idle) => panic!(
                    "the task of `block_on` can never go on: \
                     no task is runnable, and none waits for a descriptor, a time or another thread\n{}",
                    self.tasks()
                ),
                Err(error) => panic!("`block_on` cannot wait for I/O: {error}"),
            }
        }
    }

    /// Has a function called with each failure of a task that nobody joins: a panic, or an output that says so, as an
    /// `Err` of a `#[task]` function does. Without one, failures are printed to standard error.
    ///
    /// It is called when the task has ended, or, if it could have been joined until then, when its handle is dropped. A
    /// failure that a joiner receives is none of the manager's business. What the function panics with is dropped.
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::{cell::RefCell, rc::Rc, task::Poll};
    /// # use multitask_core::{Context, Task, TaskManager};
    /// # struct Question;
    /// # impl Task for Question {
    /// #     type Output = Result<(), String>;
    /// #     fn resume(&mut self, _: &mut Context<'_>) -> Poll<Self::Output> { Poll::Ready(Err("no answer".into())) }
    /// #     fn failure(&self, output: &Self::Output) -> Option<String> { output.clone().err() }
    /// # }
    /// // `Question` is a task that fails.
    /// let manager = TaskManager::new();
    /// let failures = Rc::new(RefCell::new(Vec::new()));
    /// let list = failures.clone();
    /// manager.on_failure(move |failure| list.borrow_mut().push(failure.message().to_owned()));
    /// manager.add(Question);
    /// manager.run()?;
    /// assert_eq!(*failures.borrow(), ["no answer"]);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn on_failure(&self, report: impl Fn(&TaskFailure) + 'static) {
        let previous = self.shared().failures.borrow_mut().reporter.replace(Rc::new(report));
        drop(previous);
    }

    /// Says what becomes of the other tasks when one has failed that nobody joins. They go on, unless this is called.
    ///
    /// A manager that is to [stop](FailurePolicy::Stop) does so at once: the other tasks do not even finish their turn.
    /// [`block_on`](TaskManager::block_on) goes on all the same, and the next `run` returns with the failure.
    pub fn set_failure_policy(&self, policy: FailurePolicy) {
        self.shared().failures.borrow_mut().policy = policy;
    }
}

impl Default for TaskManager {
    fn default() -> Self {
        TaskManager::new()
    }
}

impl fmt::Debug for TaskManager {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tasks = self.shared().tasks();
        f.debug_struct("TaskManager")
            .field("tasks", &tasks.len())
            .field("runnable", &tasks.runnable())
            .field("io_waits", &self.shared().io_waits.get())
            .field("timeouts", &self.shared().timers.borrow().len())
            .field("foreign_waits", &self.shared().foreign_waits.borrow().len())
            .finish()
    }
}
