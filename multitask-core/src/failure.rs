//! Tasks that fail although nobody joins them: who hears of it, and what becomes of the others.

use core::{error::Error, fmt, panic::Location};
use std::{
    collections::VecDeque,
    panic::{AssertUnwindSafe, catch_unwind},
    rc::Rc,
};

use crate::{TaskId, handle::Origin, manager::Shared, slab::Key};

/// A task that has failed, and that nobody joined: it panicked, or its output says so (see
/// [`Task::failure`](crate::Task::failure)).
///
/// `Display` tells all of it in one line. It is handed to [`TaskManager::on_failure`](crate::TaskManager::on_failure); a
/// [`run`](crate::TaskManager::run) that stops at a failure has it in its error:
///
/// ```
/// # use std::{io, task::Poll};
/// # use multitask_core::{Context, Task};
/// use multitask_core::{FailurePolicy, TaskFailure, TaskManager};
///
/// # struct Broken;
/// # impl Task for Broken {
/// #     type Output = ();
/// #     fn resume(&mut self, _: &mut Context<'_>) -> Poll<()> { panic!("out of order") }
/// # }
/// // `Broken` is a task that panics.
/// let manager = TaskManager::new();
/// manager.set_failure_policy(FailurePolicy::Stop);
/// manager.add(Broken).named("lift");
/// let error = manager.run().unwrap_err();
/// let failure = error.get_ref().unwrap().downcast_ref::<TaskFailure>().unwrap();
/// assert_eq!((failure.name(), failure.message()), ("lift", "out of order"));
/// ```
#[derive(Clone, Debug)]
pub struct TaskFailure {
    id: TaskId,
    /// The one that it was given, else that of its function.
    name: Box<str>,
    place: &'static Location<'static>,
    cause: Cause,
}

/// Why a task has failed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Cause {
    /// Its output says so, in these words.
    Error(String),
    /// It panicked, with these words if there were any.
    Panic(Option<String>),
}

impl TaskFailure {
    /// The number that the task had.
    pub fn id(&self) -> TaskId {
        self.id
    }

    /// The name that the task was given with [`TaskHandle::named`](crate::TaskHandle::named), else the path of its
    /// function.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where the task was added to its manager.
    pub fn place(&self) -> &'static Location<'static> {
        self.place
    }

    /// What went wrong: the words of the error, or of the panic.
    pub fn message(&self) -> &str {
        match &self.cause {
            Cause::Error(words) | Cause::Panic(Some(words)) => words,
            Cause::Panic(None) => "a payload without words",
        }
    }

    /// Whether the task panicked. If not, its output was a failure.
    pub fn is_panic(&self) -> bool {
        matches!(self.cause, Cause::Panic(_))
    }
}

impl fmt::Display for TaskFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let TaskFailure { id, name, place, .. } = self;
        let how = if self.is_panic() { "panicked" } else { "failed" };
        write!(f, "task {id} ({name}, added at {place}) {how}: {}", self.message())
    }
}

impl Error for TaskFailure {}

/// What becomes of the others when a task has failed and nobody joined it: see
/// [`TaskManager::set_failure_policy`](crate::TaskManager::set_failure_policy).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum FailurePolicy {
    /// They go on. The failure is reported.
    #[default]
    Report,
    /// `run` returns with the failure, and every other task stays where it is. The next `run` goes on.
    Stop,
}

/// What a manager does about failures, and those that its `run` has yet to return with.
#[derive(Default)]
pub(crate) struct Failures {
    pub(crate) policy: FailurePolicy,
    pub(crate) reporter: Option<Rc<Reporter>>,
    pub(crate) pending: VecDeque<TaskFailure>,
}

/// What is called with a failure.
pub(crate) type Reporter = dyn Fn(&TaskFailure);

/// Tells of the failure of a task that nobody can join. The manager may be gone.
pub(crate) fn report(manager: Option<Rc<Shared>>, key: Key, origin: Origin, cause: Cause) {
    let name = manager.as_ref().and_then(|manager| manager.name(key));
    let name = name.map_or_else(|| origin.what.into(), |name| (*name).into());
    let failure = TaskFailure { id: TaskId(key), name, place: origin.place, cause };
    let Some(manager) = manager.map(Shared::latest) else { return print(&failure) };
    let (policy, reporter) = {
        let failures = manager.failures.borrow();
        (failures.policy, failures.reporter.clone())
    };
    match reporter {
        // The panic hook tells of a reporter that panics. It is not to take the tasks with it.
        Some(reporter) => drop(catch_unwind(AssertUnwindSafe(|| reporter(&failure)))),
        None if policy == FailurePolicy::Report => print(&failure),
        None => {}
    }
    if policy == FailurePolicy::Stop {
        manager.interrupt_by(failure);
    }
}

/// Standard error may be closed; a task that fails is not to bring the manager down by that.
fn print(failure: &TaskFailure) {
    let _ = catch_unwind(|| eprintln!("{failure}"));
}
