//! The handle by which another thread reaches a manager.

use core::{error::Error, fmt};
use std::sync::Arc;

use super::{Inbox, Letter};
use crate::{Task, TaskManager};

/// A handle of a [`TaskManager`] for other threads: by it they wake it, add tasks to it, and stop it.
///
/// It is cheap to clone, and keeps neither the manager alive nor a `run` of it from returning: a thread that will come
/// back with something holds a [`KeepAlive`], or completes what a task waits for ([`completion`](crate::completion)).
///
/// What is asked for is done in order, on the manager's thread, when the manager looks at its I/O: at once if it waits,
/// and within some fifty microseconds if its tasks are short and busy. If it is not running, the next `run` does it.
///
/// # Examples
///
/// ```
/// # use std::task::Poll;
/// # use multitask_core::{Context, Task, TaskManager};
/// # struct Print(String);
/// # impl Task for Print {
/// #     type Output = ();
/// #     fn resume(&mut self, _: &mut Context<'_>) -> Poll<()> { println!("{}", self.0); Poll::Ready(()) }
/// # }
/// use std::{io, thread};
/// use multitask_core::ManagerGone;
///
/// // `Print(words)` is a task that prints words.
/// let manager = TaskManager::new();
/// let remote = manager.remote();
/// let alive = remote.keep_alive();
/// let thread = thread::spawn(move || {
///     remote.add(|| Print(format!("hello from {:?}", thread::current().id())))?;
///     drop(alive);
///     Ok(())
/// });
/// manager.run()?;
/// thread.join().unwrap().map_err(|error: ManagerGone| io::Error::other(error))?;
/// # Ok::<(), io::Error>(())
/// ```
#[derive(Clone)]
pub struct Remote {
    inbox: Arc<Inbox>,
}

impl Remote {
    pub(crate) fn new(inbox: &Arc<Inbox>) -> Self {
        Remote { inbox: inbox.clone() }
    }

    /// Adds a task that `make` makes, on the manager's thread: the task itself need not be `Send`.
    ///
    /// # Errors
    ///
    /// If the manager is gone; `make` is dropped then. It is dropped, too, if the manager is gone before it comes to it.
    ///
    /// # Panics
    ///
    /// A panic of `make` is one of the manager's thread, where it ends nothing but `make`.
    pub fn add<T: Task + 'static>(&self, make: impl FnOnce() -> T + Send + 'static) -> Result<(), ManagerGone> {
        self.execute(move |manager| {
            manager.add(make());
        })
    }

    /// Calls a function on the manager's thread, outside of any task.
    ///
    /// It must not block: no task runs meanwhile.
    ///
    /// # Errors
    ///
    /// If the manager is gone; the function is dropped then. It is dropped, too, if the manager is gone before it comes
    /// to it.
    ///
    /// # Panics
    ///
    /// A panic of the function is one of the manager's thread, where it ends nothing but the function.
    pub fn execute(&self, function: impl FnOnce(&TaskManager) + Send + 'static) -> Result<(), ManagerGone> {
        self.inbox.post(Letter::Execute(Box::new(function)))
    }

    /// Ends the manager's wait: a [`run_next`](TaskManager::run_next) that has nothing to run returns.
    ///
    /// # Errors
    ///
    /// If the manager is gone.
    pub fn wake(&self) -> Result<(), ManagerGone> {
        self.inbox.knock()
    }

    /// Has the manager's `run` return: see [`TaskManager::stop`].
    ///
    /// # Errors
    ///
    /// If the manager is gone.
    pub fn stop(&self) -> Result<(), ManagerGone> {
        self.inbox.post(Letter::Stop)
    }

    /// Keeps the manager's `run` from returning while the result lives, since this thread will come back.
    pub fn keep_alive(&self) -> KeepAlive {
        self.inbox.keep_alive();
        KeepAlive { inbox: self.inbox.clone() }
    }

    /// Whether the manager has been dropped.
    pub fn is_manager_gone(&self) -> bool {
        self.inbox.is_closed()
    }
}

impl fmt::Debug for Remote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Remote").field("manager_gone", &self.is_manager_gone()).finish()
    }
}

/// Keeps a manager's `run` from returning, although no task can go on: see [`Remote::keep_alive`].
///
/// When it is dropped, a manager that only waited for it returns. It does not keep the manager itself alive.
#[must_use = "the manager is kept running as long as this lives"]
pub struct KeepAlive {
    inbox: Arc<Inbox>,
}

impl Clone for KeepAlive {
    fn clone(&self) -> Self {
        self.inbox.keep_alive();
        KeepAlive { inbox: self.inbox.clone() }
    }
}

impl Drop for KeepAlive {
    fn drop(&mut self) {
        self.inbox.let_go();
    }
}

impl fmt::Debug for KeepAlive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeepAlive")
    }
}

/// The error of asking something of a manager that has been dropped.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ManagerGone;

impl fmt::Display for ManagerGone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the task manager is gone")
    }
}

impl Error for ManagerGone {}
