//! The thread's own manager, and the functions that need not name one.

use core::{cell::RefCell, panic::Location};
use std::{io, rc::Rc, time::Instant};

use crate::{Task, TaskHandle, TaskManager, manager::Shared};

thread_local! {
    static OWN: TaskManager = TaskManager::new();
    /// The managers whose loops this thread is in, innermost last.
    static RUNNING: RefCell<Vec<Rc<Shared>>> = const { RefCell::new(Vec::new()) };
}

/// Notes that a loop of a manager runs, until this is dropped.
#[derive(Debug)]
pub(crate) struct Entered(());

impl Entered {
    pub(crate) fn new(manager: &Rc<Shared>) -> Self {
        RUNNING.with_borrow_mut(|running| running.push(manager.clone()));
        Entered(())
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        // What comes out is dropped outside of the borrow: it may be the last owner of tasks.
        drop(RUNNING.with_borrow_mut(Vec::pop));
    }
}

/// Whether a loop of a manager runs.
pub(crate) fn is_running(manager: &Rc<Shared>) -> bool {
    RUNNING.try_with(|running| running.borrow().iter().any(|other| Rc::ptr_eq(manager, other))).unwrap_or(false)
}

/// The manager of this thread, made when it is first asked for.
///
/// Inside a task it is still the thread's own, also if another one runs the task.
///
/// ```
/// assert!(!multitask_core::default_task_manager().has_runnable());
/// ```
pub fn default_task_manager() -> TaskManager {
    // While the thread ends, its manager is gone. A destructor that adds a task then finds one that nobody will run.
    OWN.try_with(TaskManager::clone).unwrap_or_else(|_| TaskManager::new())
}

/// The manager that runs the running task, if one runs.
#[inline]
fn running() -> Option<Rc<Shared>> {
    RUNNING.try_with(|running| running.borrow().last().cloned()).ok().flatten()
}

/// The manager that runs the running task, else the thread's own.
pub(crate) fn current() -> TaskManager {
    running().map_or_else(default_task_manager, TaskManager::from_shared)
}

/// What time it is for the manager that runs the calling task; outside of tasks, for the thread's own.
///
/// It is that of the system, unless the manager has a clock of its own: use this rather than `Instant::now()` in what is
/// to be tested with one.
///
/// ```
/// use std::time::Instant;
/// assert!(multitask_core::now() <= Instant::now());
/// ```
pub fn now() -> Instant {
    current().now()
}

/// Adds a task to the manager that runs the calling task, or to the thread's own outside of tasks.
///
/// The task is appended to the run queue: nothing of it runs before this returns. See [`TaskManager::add`].
///
/// # Examples
///
/// ```
/// # use std::task::Poll;
/// # use multitask_core::{Context, Task};
/// # struct Countdown(u32);
/// # impl Task for Countdown {
/// #     type Output = ();
/// #     fn resume(&mut self, cx: &mut Context<'_>) -> Poll<()> {
/// #         if self.0 == 0 { return Poll::Ready(()); }
/// #         self.0 -= 1;
/// #         cx.give_way();
/// #         Poll::Pending
/// #     }
/// # }
/// let handle = multitask_core::add(Countdown(3));
/// multitask_core::run()?;
/// assert!(handle.is_finished());
/// # Ok::<(), std::io::Error>(())
/// ```
#[track_caller]
pub fn add<T: 'static>(task: impl Task<Output = T> + 'static) -> TaskHandle<T> {
    let place = Location::caller();
    match running() {
        Some(manager) => TaskHandle::add(&manager, task, place),
        None => TaskHandle::add(default_task_manager().shared(), task, place),
    }
}

/// Runs the tasks of the thread's own manager until none of them can go on.
///
/// Inside a task it is a loop within the loop of the manager that runs the task. See [`TaskManager::run`].
///
/// # Errors
///
/// Those of the system's poller.
pub fn run() -> io::Result<()> {
    current().run()
}

/// Runs a task to its end, and those of the thread's own manager meanwhile.
///
/// Inside a task it is a loop within the loop of the manager that runs the task. See [`TaskManager::block_on`].
///
/// # Panics
///
/// If the task panics, if it can never go on, and if the system's poller fails.
///
/// # Examples
///
/// ```
/// # use std::task::Poll;
/// # use multitask_core::{Context, Task};
/// struct Answer<'a>(&'a u32);
///
/// impl Task for Answer<'_> {
///     type Output = u32;
///     fn resume(&mut self, _: &mut Context<'_>) -> Poll<u32> { Poll::Ready(*self.0) }
/// }
///
/// let answer = 42;
/// assert_eq!(multitask_core::block_on(Answer(&answer)), 42);
/// ```
pub fn block_on<T: Task>(task: T) -> T::Output {
    current().block_on(task)
}
