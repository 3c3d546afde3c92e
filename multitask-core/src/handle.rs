//! Added tasks, and the handles by which they are joined and cancelled.

use core::{
    any::Any,
    cell::{Cell, RefCell},
    fmt, mem,
    task::Poll,
};
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    rc::{Rc, Weak},
};

use crate::{Context, Task, Waiter, manager::Shared, ready::Body, slab::Key};

/// A task in a manager, its output unknown.
pub(crate) trait AnyTask {
    /// Resumes the task once.
    fn resume(&self, cx: &mut Context<'_>) -> Resumed;

    /// Drops the task now, or after the resume that is under way.
    fn cancel(&self);
}

/// How a resume ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Resumed {
    Waiting,
    Finished,
    /// There was none: the task is running further out, and has called a loop of its manager.
    Running,
}

/// A task in a manager, its output known.
trait Joinable<O>: AnyTask {
    fn is_finished(&self) -> bool;

    /// How the task ended, once; `None` while it has not.
    fn take_outcome(&self) -> Option<Result<O, JoinError>>;

    fn set_joiner(&self, joiner: Option<Waiter>);
}

/// A task, then what became of it, in one allocation.
pub(crate) struct TaskCell<T: Task> {
    phase: Cell<Phase>,
    joiner: Cell<Option<Waiter>>,
    content: RefCell<Content<T>>,
}

/// Says what may be done with the content, which stays borrowed while code of the task runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Phase {
    Waiting,
    Running,
    /// Running, and to be dropped when it comes back.
    Cancelled,
    /// The task is being dropped.
    Ending,
    Finished,
}

enum Content<T: Task> {
    Task(T),
    Outcome(Result<T::Output, JoinError>),
    Empty,
}

impl<T: Task> TaskCell<T> {
    fn new(task: T) -> Self {
        TaskCell {
            phase: Cell::new(Phase::Waiting),
            joiner: Cell::new(None),
            content: RefCell::new(Content::Task(task)),
        }
    }

    /// Drops the task where it is, and says how it ended. A panic while it is dropped counts as one of the task.
    fn end(&self, content: &mut Content<T>, outcome: Result<T::Output, JoinError>) {
        self.phase.set(Phase::Ending);
        let dropped = catch_unwind(AssertUnwindSafe(|| *content = Content::Empty));
        *content = Content::Outcome(match dropped {
            Ok(()) => outcome,
            Err(payload) => Err(JoinError::Panicked(payload)),
        });
        self.phase.set(Phase::Finished);
        if let Some(joiner) = self.joiner.take() {
            joiner.wake();
        }
    }
}

impl<T: Task> AnyTask for TaskCell<T> {
    fn resume(&self, cx: &mut Context<'_>) -> Resumed {
        if self.phase.get() != Phase::Waiting {
            return Resumed::Running;
        }
        self.phase.set(Phase::Running);
        let mut content = self.content.borrow_mut();
        let Content::Task(task) = &mut *content else { unreachable!("a task that waits is there") };
        let outcome = match catch_unwind(AssertUnwindSafe(|| task.resume(cx))) {
            Ok(Poll::Pending) if self.phase.get() == Phase::Running => {
                self.phase.set(Phase::Waiting);
                return Resumed::Waiting;
            }
            Ok(Poll::Pending) => Err(JoinError::Cancelled),
            Ok(Poll::Ready(output)) => Ok(output),
            Err(payload) => Err(JoinError::Panicked(payload)),
        };
        self.end(&mut content, outcome);
        Resumed::Finished
    }

    fn cancel(&self) {
        match self.phase.get() {
            Phase::Waiting => self.end(&mut self.content.borrow_mut(), Err(JoinError::Cancelled)),
            Phase::Running => self.phase.set(Phase::Cancelled),
            Phase::Cancelled | Phase::Ending | Phase::Finished => {}
        }
    }
}

impl<T: Task> Joinable<T::Output> for TaskCell<T> {
    fn is_finished(&self) -> bool {
        self.phase.get() == Phase::Finished
    }

    fn take_outcome(&self) -> Option<Result<T::Output, JoinError>> {
        if !self.is_finished() {
            return None;
        }
        match mem::replace(&mut *self.content.borrow_mut(), Content::Empty) {
            Content::Outcome(outcome) => Some(outcome),
            Content::Task(_) | Content::Empty => panic!("this task has been joined already"),
        }
    }

    fn set_joiner(&self, joiner: Option<Waiter>) {
        self.joiner.set(joiner);
    }
}

/// A task that was added to a manager: by it, the task can be joined and cancelled.
///
/// The handle is an [operation](crate::Operation): `yield_!(handle)` joins the task, which is to wait until it is finished, and
/// evaluates to its output, or to a [`JoinError`] if it was cancelled or panicked. Joining a finished task costs no
/// wait. If the joiner is cancelled, the task runs on.
///
/// Dropping the handle detaches the task: it runs on, and its output is dropped when it is finished.
///
/// # Examples
///
/// ```
#[doc = include_str!("yield_in_docs.txt")]
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
    pub(crate) fn add(manager: &Rc<Shared>, task: impl Task<Output = T> + 'static) -> Self {
        let task = Rc::new(TaskCell::new(task));
        let key = manager.tasks.borrow_mut().insert(Body::Added(task.clone()));
        TaskHandle { task, manager: Rc::downgrade(manager), key }
    }
}

impl<T> TaskHandle<T> {
    /// Cancels the task: drops it, with its children and all it waits for.
    ///
    /// That has happened when this returns, unless the task is running: it is then dropped when it comes back to its
    /// manager, if it is not finished by then. Nothing happens if the task is finished. Joining a cancelled task gives
    /// [`JoinError::Cancelled`], and a panic of a destructor comes out there too.
    pub fn cancel(&self) {
        if self.task.is_finished() {
            return;
        }
        self.task.cancel();
        if let Some(manager) = self.manager.upgrade()
            && self.task.is_finished()
        {
            let body = manager.tasks.borrow_mut().remove(self.key);
            drop(body);
        }
    }

    /// The name of the task among those of its manager.
    pub fn id(&self) -> TaskId {
        TaskId(self.key)
    }

    /// Whether the task has come to its end, be it by itself, by a panic, or by being cancelled.
    pub fn is_finished(&self) -> bool {
        self.task.is_finished()
    }
}

/// The joiner leaves nothing behind when it is cancelled.
impl<T> Drop for TaskHandle<T> {
    fn drop(&mut self) {
        self.task.set_joiner(None);
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
}

impl<T> fmt::Debug for TaskHandle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TaskHandle").field("id", &self.id()).field("finished", &self.is_finished()).finish()
    }
}

/// The name of a task among those of its manager; it is not used again for a later one.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TaskId(pub(crate) Key);

impl fmt::Debug for TaskId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TaskId({self})")
    }
}

impl fmt::Display for TaskId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.0.index, self.0.generation)
    }
}

/// Why a task that was joined has no output.
pub enum JoinError {
    /// The task was cancelled, or its manager was dropped.
    Cancelled,
    /// The task panicked, with this payload.
    ///
    /// The panic hook has reported it by then. [`std::panic::resume_unwind`] lets it go on in the joiner.
    Panicked(Box<dyn Any + Send>),
}

impl JoinError {
    fn words(&self) -> Option<&str> {
        match self {
            JoinError::Cancelled => None,
            JoinError::Panicked(payload) => {
                payload.downcast_ref::<&str>().copied().or_else(|| payload.downcast_ref::<String>().map(String::as_str))
            }
        }
    }
}

impl fmt::Display for JoinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self, self.words()) {
            (JoinError::Cancelled, _) => f.write_str("the task was cancelled"),
            (JoinError::Panicked(_), Some(words)) => write!(f, "the task panicked: {words}"),
            (JoinError::Panicked(_), None) => f.write_str("the task panicked"),
        }
    }
}

impl fmt::Debug for JoinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self, self.words()) {
            (JoinError::Cancelled, _) => f.write_str("Cancelled"),
            (JoinError::Panicked(_), Some(words)) => f.debug_tuple("Panicked").field(&words).finish(),
            (JoinError::Panicked(_), None) => f.debug_tuple("Panicked").finish_non_exhaustive(),
        }
    }
}

impl std::error::Error for JoinError {}
