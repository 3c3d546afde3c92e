//! Added tasks, and the handles by which they are joined and cancelled.

mod cells;
mod chunk;
mod error;
mod id;
mod join;
mod joiners;
mod marks;
mod scoped;

use core::{fmt, panic::Location, task::Poll};
use std::rc::Rc;

pub(crate) use self::chunk::{Added, Chunk, From, Head, MOST, Origin, Resumed};
pub use self::{
    error::JoinError,
    id::TaskId,
    join::{Join, JoinWait},
    scoped::CancelOnDrop,
};
use crate::{Context, Report, Task, failure, manager::Shared, slab::Key};

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
    task: Found<T>,
}

/// A task among those of its type, and its key in the manager that it was added to.
struct Found<T> {
    chunk: Rc<Chunk>,
    take_rest: TakeRest<T>,
    key: Key,
    place: u32,
}

/// Takes out of a chunk what is left of a task that has ended: knows the type of the tasks.
type TakeRest<T> = fn(&Chunk, usize) -> Option<Result<T, JoinError>>;

impl<T: 'static> TaskHandle<T> {
    /// Adds a task to a manager, at the end of the run queue.
    pub(crate) fn add<K>(manager: &Rc<Shared>, task: K, from: &'static Location<'static>) -> Self
    where
        K: Task<Output = T> + 'static,
    {
        let (chunk, place, key) = manager.tasks().add::<K>(manager, from);
        chunk.fill(place, task, key);
        TaskHandle { task: Found { chunk, take_rest: Chunk::take_rest::<K>, key, place: place as u32 } }
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
        self.take_outcome().expect("the task is finished")
    }

    /// How the task ended, once; `None` while it has not.
    fn take_outcome(&self) -> Option<Result<T, JoinError>> {
        if !self.is_finished() {
            return None;
        }
        Some(self.task.take_rest().expect("this task has been joined already"))
    }

    /// What cancels the task, for as long as the handle could be anywhere.
    pub(crate) fn canceller(&self) -> Canceller<T> {
        Canceller { task: self.task.clone() }
    }

    /// The number of the task among those of its manager.
    pub fn id(&self) -> TaskId {
        TaskId(self.task.locate().map_or(self.task.key, |(_, key)| key))
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
        if let Some((manager, key)) = self.task.locate() {
            let name = name.into();
            self.task.chunk.note_name(self.task.place(), &name);
            manager.set_name(key, name);
        }
        self
    }

    /// The name that was given to the task, unless its manager is gone.
    pub fn name(&self) -> Option<Rc<str>> {
        let (manager, key) = self.task.locate()?;
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

impl<T> Found<T> {
    fn is_finished(&self) -> bool {
        self.chunk.head.is_finished(self.place())
    }

    /// The manager that has the task by now, and the key of the task there. `None` if the manager is gone.
    fn locate(&self) -> Option<(Rc<Shared>, Key)> {
        Some(self.chunk.head.manager()?.locate(self.key))
    }

    /// What is left of the task, which has ended, unless it has been taken before.
    fn take_rest(&self) -> Option<Result<T, JoinError>> {
        if self.chunk.head.marks.tell(self.place()) { (self.take_rest)(&self.chunk, self.place()) } else { None }
    }

    fn place(&self) -> usize {
        self.place as usize
    }

    /// Has the running task woken when this one ends; evaluates to its number among those that join.
    fn set_joiner(&self, cx: &Context<'_>) -> u64 {
        self.chunk.head.set_joiner(self.place(), cx)
    }

    /// Reports the failure of a task that has ended, if there is one, and that it has no name any more.
    #[cold]
    fn report_end(&self) {
        let place = self.locate();
        if let Some(cause) = self.chunk.failure(self.place()) {
            let (manager, key) = place.clone().map_or((None, self.key), |(manager, key)| (Some(manager), key));
            failure::report(manager, key, self.chunk.origin(), cause);
        }
        if let Some((manager, key)) = place {
            manager.forget_name(key);
        }
    }
}

impl<T> Clone for Found<T> {
    fn clone(&self) -> Self {
        Found { chunk: self.chunk.clone(), ..*self }
    }
}

/// Cancels a task, while nothing is borrowed that its destructors might need.
pub(crate) struct Canceller<T> {
    task: Found<T>,
}

impl<T> Canceller<T> {
    pub(crate) fn cancel(self) {
        if self.task.is_finished() {
            return;
        }
        // Until the manager forgets the task its place is that of no other one, whatever becomes of the handle.
        self.task.chunk.cancel(self.task.place());
        if self.task.is_finished()
            && let Some((manager, key)) = self.task.locate()
        {
            manager.forget(key);
        }
    }
}

/// The joiner leaves nothing behind when it is cancelled.
impl<T> Drop for TaskHandle<T> {
    fn drop(&mut self) {
        let (chunk, place) = (&self.task.chunk, self.task.place());
        let head = &chunk.head;
        let is_last = head.marks.detach(place);
        if !head.is_finished(place) {
            return head.forget_joiner(place);
        }
        if head.marks.is_remarkable(place) {
            self.task.report_end();
        }
        if is_last {
            let rest = self.task.take_rest();
            if let Some(manager) = head.manager() {
                manager.latest().tasks().store.give_back(head, place);
            }
            drop(rest);
        }
    }
}

/// Joining is a task: it can be waited for like any operation, and given to
/// [`block_on`](crate::TaskManager::block_on).
impl<T> Task for TaskHandle<T> {
    type Output = Result<T, JoinError>;

    fn resume(&mut self, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.take_outcome() {
            Some(outcome) => Poll::Ready(outcome),
            None => {
                self.task.set_joiner(cx);
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
