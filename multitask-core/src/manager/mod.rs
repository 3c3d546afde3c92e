//! The task manager: the loop that runs tasks, and waits for I/O and timers when none can run.

mod pace;
mod shared;
mod turns;

use core::{fmt, task::Poll, time::Duration};
use std::{io, rc::Rc, time::Instant};

pub(crate) use self::shared::Shared;
use self::turns::{Loop, OnStack, Root, Turn};
use crate::{Context, Remote, Task, TaskHandle};

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

    /// Runs until no task can go on: nothing is runnable, and no task waits for a descriptor, for a time, or for another
    /// thread (see [`completion`](crate::completion)).
    ///
    /// Tasks that wait for something that only another task can do stay where they are, and go on in a later `run`.
    /// That a [`Remote`] exists is no reason to go on; a [`KeepAlive`](crate::KeepAlive) is.
    ///
    /// It may be called inside a task, also of the same manager: that is a loop within the loop. The tasks further out
    /// are not resumed by it, what wakes them meanwhile is kept for them.
    ///
    /// # Errors
    ///
    /// Those of the system's poller. Tasks stay where they are, and `run` may be called again.
    pub fn run(&self) -> io::Result<()> {
        let mut turns = Loop::new(&self.shared);
        while !self.shared.stopping.take() {
            if turns.turn(&mut None)? == Turn::Idle {
                self.shared.stopping.set(false);
                break;
            }
        }
        Ok(())
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
        let mut turns = Loop::new(&self.shared);
        turns.run_batch(&mut None);
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
        self.shared.stopping.set(true);
    }

    /// A handle for other threads: by it they wake this manager, add tasks to it, and stop it.
    pub fn remote(&self) -> Remote {
        Remote::new(self.shared.inbox())
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
                     no task is runnable, and none waits for a descriptor, a time or another thread"
                ),
                Err(error) => panic!("`block_on` cannot wait for I/O: {error}"),
            }
        }
    }

    /// What time it is by the manager's clock.
    pub fn now(&self) -> Instant {
        self.shared.clock.now()
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

    /// Whether a task waits for what another thread does: for a [`completion`](crate::completion) or a
    /// [`future`](crate::future).
    pub fn has_foreign_waits(&self) -> bool {
        !self.shared.foreign_waits.borrow().is_empty()
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
            .field("foreign_waits", &self.shared.foreign_waits.borrow().len())
            .finish()
    }
}
