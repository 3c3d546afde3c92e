//! An added task, and what becomes of it.

use core::{
    any::Any,
    cell::{Cell, RefCell},
    mem::{self, needs_drop},
    panic::Location,
    task::Poll,
};
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::{JoinError, joiner::Joiner};
use crate::{Context, State, Task, Waiter, failure::Cause, trace::TaskSpan};

/// A task in a manager, its output unknown.
pub(crate) trait AnyTask {
    /// Resumes the task once.
    ///
    /// A panic of the task goes through, and is then to be handed to [`panicked`](AnyTask::panicked).
    fn resume(&self, cx: &mut Context<'_>) -> Resumed;

    /// Drops the task, which has panicked.
    fn panicked(&self, payload: Box<dyn Any + Send>);

    /// Drops the task now, or after the resume that is under way.
    fn cancel(&self);

    fn is_finished(&self) -> bool;

    /// Why the task has failed, if it has and nobody can join it any more.
    fn orphaned_failure(&self) -> Option<Cause>;

    /// Where the task is suspended; `None` if it is running.
    fn state(&self) -> Option<State>;

    /// Whether there is a handle by which the task can be joined.
    fn is_attached(&self) -> bool;

    /// What the task is called if it has no name, and where it was added.
    fn origin(&self) -> Origin;
}

/// Where a task comes from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Origin {
    pub(crate) what: &'static str,
    pub(crate) place: &'static Location<'static>,
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
pub(super) trait Joinable<O>: AnyTask {
    /// How the task ended, once; `None` while it has not.
    fn take_outcome(&self) -> Option<Result<O, JoinError>>;

    fn set_joiner(&self, joiner: Option<Waiter>);

    /// Says that nobody will join the task any more; true if it has ended, and has a name or a failure to be seen to.
    fn detach(&self) -> bool;

    /// Notes that the task was given a name.
    fn note_name(&self, name: &str);
}

/// A task, then what became of it, in one allocation.
pub(super) struct TaskCell<T: Task> {
    phase: Cell<Phase>,
    /// Set while there is a handle by which the task can be joined.
    attached: Cell<bool>,
    /// Set when its manager has a name for it.
    named: Cell<bool>,
    place: &'static Location<'static>,
    span: TaskSpan,
    joiner: Joiner,
    content: RefCell<Content<T>>,
}

/// Says what may be done with the content. It is borrowed exactly while code of the task runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Phase {
    Alive,
    /// Running, and to be dropped when it comes back.
    Cancelled,
    /// The task is being dropped.
    Ending,
    Finished,
}

enum Content<T: Task> {
    Task(T),
    Outcome(Result<T::Output, JoinError>),
    /// An output that says in these words that the task has failed. Apart, so that a cell is no larger for it.
    Failure(Box<(T::Output, String)>),
    Empty,
}

impl<T: Task> Content<T> {
    /// Whether it is to be reported if nobody joins the task.
    fn is_failure(&self) -> bool {
        matches!(self, Content::Failure(_) | Content::Outcome(Err(JoinError::Panicked(_))))
    }

    /// How the task ended, in a word.
    fn how(&self) -> &'static str {
        match self {
            Content::Outcome(Ok(_)) => "finished",
            Content::Outcome(Err(JoinError::Cancelled)) => "cancelled",
            Content::Outcome(Err(JoinError::Panicked(_))) => "panicked",
            Content::Failure(_) => "failed",
            Content::Task(_) | Content::Empty => "not ended",
        }
    }
}

impl<T: Task> TaskCell<T> {
    pub(super) fn new(task: T, place: &'static Location<'static>) -> Self {
        TaskCell {
            phase: Cell::new(Phase::Alive),
            attached: Cell::new(true),
            named: Cell::new(false),
            place,
            span: TaskSpan::new(|| Origin { what: <T as Task>::what(), place }),
            joiner: Joiner::nobody(),
            content: RefCell::new(Content::Task(task)),
        }
    }

    pub(super) fn span(&self) -> &TaskSpan {
        &self.span
    }

    /// Drops the task where it is, and says how it ended. A panic while it is dropped counts as one of the task.
    fn end(&self, content: &mut Content<T>, mut outcome: Content<T>) {
        self.phase.set(Phase::Ending);
        if needs_drop::<T>() {
            let dropped = catch_unwind(AssertUnwindSafe(|| self.span.enter(|| *content = Content::Empty)));
            if let Err(payload) = dropped {
                outcome = Content::Outcome(Err(JoinError::Panicked(payload)));
            }
        }
        *content = outcome;
        self.span.ended(content.how());
        self.phase.set(Phase::Finished);
        if let Some(joiner) = self.joiner.take() {
            joiner.wake();
        }
    }
}

/// Resumes a task, and judges its output.
fn resume<T: Task>(task: &mut T, cx: &mut Context<'_>) -> Poll<Content<T>> {
    task.resume(cx).map(|output| match task.failure(&output) {
        Some(words) => Content::Failure(Box::new((output, words))),
        None => Content::Outcome(Ok(output)),
    })
}

impl<T: Task> AnyTask for TaskCell<T> {
    fn resume(&self, cx: &mut Context<'_>) -> Resumed {
        let Ok(mut content) = self.content.try_borrow_mut() else { return Resumed::Running };
        let Content::Task(task) = &mut *content else { return Resumed::Running };
        let outcome = match self.span.enter(|| resume(task, cx)) {
            Poll::Pending if self.phase.get() == Phase::Alive => return Resumed::Waiting,
            Poll::Pending => Content::Outcome(Err(JoinError::Cancelled)),
            Poll::Ready(outcome) => outcome,
        };
        self.end(&mut content, outcome);
        Resumed::Finished
    }

    fn panicked(&self, payload: Box<dyn Any + Send>) {
        self.end(&mut self.content.borrow_mut(), Content::Outcome(Err(JoinError::Panicked(payload))));
    }

    fn cancel(&self) {
        if self.phase.get() != Phase::Alive {
            return;
        }
        match self.content.try_borrow_mut() {
            Ok(mut content) => self.end(&mut content, Content::Outcome(Err(JoinError::Cancelled))),
            Err(_) => self.phase.set(Phase::Cancelled),
        }
    }

    fn is_finished(&self) -> bool {
        self.phase.get() == Phase::Finished
    }

    fn orphaned_failure(&self) -> Option<Cause> {
        if self.attached.get() || !self.is_finished() {
            return None;
        }
        match &mut *self.content.borrow_mut() {
            Content::Failure(failure) => Some(Cause::Error(mem::take(&mut failure.1))),
            Content::Outcome(Err(error @ JoinError::Panicked(_))) => {
                Some(Cause::Panic(error.words().map(str::to_owned)))
            }
            Content::Outcome(_) | Content::Task(_) | Content::Empty => None,
        }
    }

    fn state(&self) -> Option<State> {
        // Code of the task runs for it, which might even cancel the task.
        let mut content = self.content.try_borrow_mut().ok()?;
        let Content::Task(task) = &mut *content else { return None };
        let state = catch_unwind(AssertUnwindSafe(|| State::of(task))).unwrap_or_default();
        if self.phase.get() == Phase::Cancelled {
            self.end(&mut content, Content::Outcome(Err(JoinError::Cancelled)));
        }
        Some(state)
    }

    fn is_attached(&self) -> bool {
        self.attached.get()
    }

    fn origin(&self) -> Origin {
        Origin { what: <T as Task>::what(), place: self.place }
    }
}

impl<T: Task> Joinable<T::Output> for TaskCell<T> {
    fn take_outcome(&self) -> Option<Result<T::Output, JoinError>> {
        if !self.is_finished() {
            return None;
        }
        match mem::replace(&mut *self.content.borrow_mut(), Content::Empty) {
            Content::Outcome(outcome) => Some(outcome),
            Content::Failure(failure) => Some(Ok(failure.0)),
            Content::Task(_) | Content::Empty => panic!("this task has been joined already"),
        }
    }

    fn set_joiner(&self, joiner: Option<Waiter>) {
        self.joiner.set(joiner);
    }

    fn detach(&self) -> bool {
        self.joiner.set(None);
        self.attached.set(false);
        self.is_finished() && (self.named.get() || self.content.borrow().is_failure())
    }

    fn note_name(&self, name: &str) {
        self.named.set(true);
        self.span.set_name(name);
    }
}
