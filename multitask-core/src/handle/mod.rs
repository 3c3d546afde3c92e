//! Added tasks, and the handles by which they are joined and cancelled.

mod cell;
mod error;
mod id;
mod join;
mod joiner;
mod scoped;

use core::{fmt, panic::Location, task::Poll};
use std::rc::{Rc, Weak};

pub(crate) use self::cell::{AnyTask, Origin, Resumed};
use self::cell::{Joinable, TaskCell};
pub use self::{
    error::JoinError,
    id::TaskId,
    join::{Join, JoinWait},
    scoped::CancelOnDrop,
};
use crate::{Context, Report, Task, failure, manager::Shared, ready::Body, slab::Key};

/// A task that was added to a manager: by it, the task can be joined and cancelled.
///
/// The handle is an [operation](crate::Operation): `yield_!(handle)` joins the task, which is to wait until it is finished, and
/// evaluates to its output, or to a [`JoinError`] if it was cancelled or panicked. Joining a finished task costs no
/// wait. If the joiner is cancelled, the task runs on.
///
/// Dropping the handle detaches the task: it runs on, and its output is dropped when it is finished. If that is a
/// failure, it is reported then, and if the task has failed before, it is reported when the handle is dropped: see
/// [`TaskManager::on_failure`](crate::TaskManager::on_failure).
///
/// # Examples
///
/// ```
#[doc = include_str!("../yield_in_docs.txt")]
/// # use std::task::Poll;
/// # fn answer() -> impl Task<Output = u32> { Resume(|_: &mut Context<'_>| Poll::Ready(42)) }
/// use multitask_core::add;
///
/// // In a task; `answer()` is one that evaluates to 42.
/// let output = yield_!(add(answer()));
/// assert_eq!(output.unwrap(), 42);
/// ```
pub struct TaskHandle<T> {
    task: Rc<dyn Joinable<T>>,
    manager: Weak<Shared>,
    key: Key,
}

impl<T: 'static> TaskHandle<T> {
    /// Adds a task to a manager, at the end of the run queue.
    pub(crate) fn add(
        manager: &Rc<Shared>,
        task: impl Task<Output = T> + 'static,
        place: &'static Location<'static>,
    ) -> Self {
        let task = Rc::new(TaskCell::new(task, place));
        let key = manager.tasks.borrow_mut().insert(Body::Added(task.clone()));
        task.span().set_id(TaskId(key));
        TaskHandle { task, manager: Rc::downgrade(manager), key }
    }
}

impl<T> TaskHandle<T> {
    /// Waits for the task to finish without giving the handle away: for a wait that may be given up.
    ///
    /// It evaluates to what yielding the handle does; that can be had once.
    ///
    /// # Panics
    ///
    /// If the task has been joined before.
    ///
    /// # Examples
    ///
    /// ```
    #[doc = include_str!("../yield_in_docs.txt")]
    /// # use std::{task::Poll, time::Duration};
    /// # fn answer() -> impl Task<Output = u32> { Resume(|_: &mut Context<'_>| Poll::Ready(42)) }
    /// use multitask_core::add;
    ///
    /// // In a task; `answer()` is one that evaluates to 42.
    /// let mut task = add(answer());
    /// match yield_!(task.join().timeout(Duration::from_secs(1))) {
    ///     Ok(output) => assert_eq!(output.unwrap(), 42),
    ///     Err(_) => task.cancel(),
    /// }
    /// ```
    pub fn join(&mut self) -> Join<'_, T> {
        Join::new(self)
    }

    /// Cancels the task: drops it, with its children and all it waits for.
    ///
    /// That has happened when this returns, unless the task is running: it is then dropped when it comes back to its
    /// manager, if it is not finished by then. Nothing happens if the task is finished. Joining a cancelled task gives
    /// [`JoinError::Cancelled`], and a panic of a destructor comes out there too.
    pub fn cancel(&self) {
        self.canceller().cancel();
    }

    /// How the finished task ended.
    pub(crate) fn into_outcome(self) -> Result<T, JoinError> {
        self.task.take_outcome().expect("the task is finished")
    }

    /// What cancels the task, for as long as the handle could be anywhere.
    pub(crate) fn canceller(&self) -> Canceller<T> {
        Canceller { task: self.task.clone(), manager: self.manager.clone(), key: self.key }
    }

    /// The number of the task among those of its manager.
    pub fn id(&self) -> TaskId {
        TaskId(self.locate().map_or(self.key, |(_, key)| key))
    }

    /// The manager that has the task by now, and the key of the task there. `None` if the manager is gone.
    fn locate(&self) -> Option<(Rc<Shared>, Key)> {
        Some(self.manager.upgrade()?.locate(self.key))
    }

    /// Gives the task a name, for listings and for the report of its failure.
    ///
    /// ```
    /// # use std::task::Poll;
    /// # use multitask_core::{Context, Task};
    /// # struct Answer;
    /// # impl Task for Answer {
    /// #     type Output = u32;
    /// #     fn resume(&mut self, _: &mut Context<'_>) -> Poll<u32> { Poll::Ready(42) }
    /// # }
    /// let handle = multitask_core::add(Answer).named("deep thought");
    /// assert_eq!(handle.name().as_deref(), Some("deep thought"));
    /// ```
    pub fn named(self, name: impl Into<Rc<str>>) -> Self {
        if let Some((manager, key)) = self.locate() {
            let name = name.into();
            self.task.note_name(&name);
            manager.set_name(key, name);
        }
        self
    }

    /// The name that was given to the task, unless its manager is gone.
    pub fn name(&self) -> Option<Rc<str>> {
        let (manager, key) = self.locate()?;
        manager.name(key)
    }

    /// The same as a handle that cancels the task when it is dropped.
    pub fn cancel_on_drop(self) -> CancelOnDrop<T> {
        CancelOnDrop::new(self)
    }

    /// Whether the task has come to its end, be it by itself, by a panic, or by being cancelled.
    pub fn is_finished(&self) -> bool {
        self.task.is_finished()
    }
}

/// Cancels a task, while nothing is borrowed that its destructors might need.
pub(crate) struct Canceller<T> {
    task: Rc<dyn Joinable<T>>,
    manager: Weak<Shared>,
    key: Key,
}

impl<T> Canceller<T> {
    pub(crate) fn cancel(self) {
        if self.task.is_finished() {
            return;
        }
        self.task.cancel();
        if let Some(manager) = self.manager.upgrade()
            && self.task.is_finished()
        {
            let (manager, key) = manager.locate(self.key);
            manager.forget(key);
        }
    }
}

/// The joiner leaves nothing behind when it is cancelled.
impl<T> Drop for TaskHandle<T> {
    fn drop(&mut self) {
        if !self.task.detach() {
            return;
        }
        let place = self.locate();
        if let Some(cause) = self.task.orphaned_failure() {
            let (manager, key) = place.clone().map_or((None, self.key), |(manager, key)| (Some(manager), key));
            failure::report(manager, key, self.task.origin(), cause);
        }
        if let Some((manager, key)) = place {
            manager.forget_name(key);
        }
    }
}

/// Joining is a task: it can be waited for like any operation, and given to
/// [`block_on`](crate::TaskManager::block_on).
impl<T> Task for TaskHandle<T> {
    type Output = Result<T, JoinError>;

    fn resume(&mut self, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.task.take_outcome() {
            Some(outcome) => Poll::Ready(outcome),
            None => {
                self.task.set_joiner(Some(cx.waiter()));
                Poll::Pending
            }
        }
    }

    fn what() -> &'static str {
        "TaskHandle"
    }

    fn describe(&mut self, report: &mut Report) {
        report.waits_for(format!("task {}", self.id()));
    }
}

impl<T> fmt::Debug for TaskHandle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TaskHandle").field("id", &self.id()).field("finished", &self.is_finished()).finish()
    }
}
