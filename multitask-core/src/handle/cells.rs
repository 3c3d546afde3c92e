//! The tasks of a chunk themselves, and what is left of them.
//!
//! Of what is done with a task only little depends on its type: resuming it, since that is the hot path, and moving it and
//! its output. That is compiled again for each function that is added somewhere. All the rest is done through
//! [`AnyContent`], and compiled once.

use core::{
    any::Any,
    cell::RefCell,
    mem::{self, needs_drop},
    task::Poll,
};
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::{
    JoinError, TaskId,
    chunk::{Head, Origin, Resumed},
};
use crate::{Context, Report, Task, failure::Cause, manager::Schedule, state::Described, store::Home, trace::TaskSpan};

/// The tasks of a chunk, their type unknown.
pub(super) trait AnyCells: Any {
    /// See [`Chunk::resume`](super::Chunk::resume).
    fn resume(&self, head: &Head, home: Home, cx: &mut Context<'_>, schedule: &mut Schedule) -> Resumed;

    fn cell(&self, place: usize) -> &AnyCell;

    /// What the tasks are called if they have no name.
    fn what(&self) -> &'static str;
}

/// The tasks of a chunk, their type known.
pub(super) struct Cells<T: Task>(Box<[TaskCell<Content<T>>]>);

/// A place for a task. The content is borrowed exactly while code of the task runs.
pub(super) struct TaskCell<C: ?Sized> {
    pub(super) span: TaskSpan,
    pub(super) content: RefCell<C>,
}

pub(super) type AnyCell = TaskCell<dyn AnyContent>;

/// A task, then what became of it.
enum Content<T: Task> {
    Empty,
    Task(T),
    Output(T::Output),
    /// An output that says in these words that the task has failed. Apart, so that a cell is no larger for it.
    Failure(Box<(T::Output, String)>),
    Ended(End),
}

/// How a task ended that has no output.
pub(super) enum End {
    Cancelled,
    Panicked(Box<Payload>),
}

/// How a task ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum How {
    Finished,
    Failed,
    Cancelled,
    Panicked,
}

/// What a task panicked with.
pub(super) struct Payload(Box<dyn Any + Send>);

/// What a place holds, the type of the task unknown.
pub(super) trait AnyContent: Described {
    /// Whether there is a task, which has not ended.
    fn is_task(&self) -> bool;

    /// Whether something is run when the content is dropped.
    fn needs_drop(&self) -> bool;

    /// Drops the content where it is.
    fn clear(&mut self);

    /// Puts this where nothing is that has to be dropped.
    fn end(&mut self, end: End);

    /// The words of an output that says that the task has failed.
    fn words(&mut self) -> Option<&mut String>;

    /// How the task ended, if it has no output.
    fn ended(&self) -> Option<&End>;
}

impl How {
    pub(super) fn word(self) -> &'static str {
        match self {
            How::Finished => "finished",
            How::Failed => "failed",
            How::Cancelled => "cancelled",
            How::Panicked => "panicked",
        }
    }
}

impl End {
    pub(super) fn how(&self) -> How {
        match self {
            End::Cancelled => How::Cancelled,
            End::Panicked(_) => How::Panicked,
        }
    }

    pub(super) fn panicked(payload: Box<dyn Any + Send>) -> Self {
        End::Panicked(Box::new(Payload(payload)))
    }
}

impl<T: Task> Content<T> {
    /// Puts something where nothing is that has to be dropped.
    ///
    /// Forgotten, so that it need not be found out once more that there is nothing.
    #[inline]
    fn replace(&mut self, content: Self) {
        debug_assert!(matches!(self, Content::Empty) || !needs_drop::<T>() && matches!(self, Content::Task(_)));
        mem::forget(mem::replace(self, content));
    }

    fn into_outcome(self) -> Option<Result<T::Output, JoinError>> {
        match self {
            Content::Output(output) => Some(Ok(output)),
            Content::Failure(failure) => Some(Ok(failure.0)),
            Content::Ended(end) => Some(Err(end.into())),
            Content::Task(_) | Content::Empty => None,
        }
    }
}

impl<T: Task> AnyContent for Content<T> {
    fn is_task(&self) -> bool {
        matches!(self, Content::Task(_))
    }

    fn needs_drop(&self) -> bool {
        match self {
            Content::Empty => false,
            Content::Task(_) => needs_drop::<T>(),
            Content::Output(_) => needs_drop::<T::Output>(),
            Content::Failure(_) | Content::Ended(_) => true,
        }
    }

    fn clear(&mut self) {
        *self = Content::Empty;
    }

    fn end(&mut self, end: End) {
        self.replace(Content::Ended(end));
    }

    fn words(&mut self) -> Option<&mut String> {
        if let Content::Failure(failure) = self { Some(&mut failure.1) } else { None }
    }

    fn ended(&self) -> Option<&End> {
        if let Content::Ended(end) = self { Some(end) } else { None }
    }
}

impl<T: Task> Described for Content<T> {
    fn describe(&mut self, report: &mut Report) {
        if let Content::Task(task) = self {
            task.describe(report);
        }
    }
}

impl dyn AnyContent + '_ {
    /// Why the task has failed, if it has. The words are taken.
    pub(super) fn failure(&mut self) -> Option<Cause> {
        if let Some(words) = self.words() {
            return Some(Cause::Error(mem::take(words)));
        }
        match self.ended()? {
            End::Panicked(payload) => Some(Cause::Panic(super::error::words(&*payload.0).map(str::to_owned))),
            End::Cancelled => None,
        }
    }
}

impl AnyCell {
    /// Drops `content`, which is that of this cell; evaluates to the panic of a destructor.
    pub(super) fn drop_content(&self, content: &mut dyn AnyContent) -> Option<End> {
        if !content.needs_drop() {
            return None;
        }
        let dropped = catch_unwind(AssertUnwindSafe(|| self.span.enter(|| content.clear())));
        dropped.err().map(End::panicked)
    }
}

impl From<End> for JoinError {
    fn from(end: End) -> Self {
        match end {
            End::Cancelled => JoinError::Cancelled,
            End::Panicked(payload) => JoinError::Panicked(payload.0),
        }
    }
}

impl<T: Task + 'static> Cells<T> {
    pub(super) fn new(places: usize) -> Self {
        let cell = |_| TaskCell { span: TaskSpan::none(), content: RefCell::new(Content::Empty) };
        Cells((0..places).map(cell).collect())
    }

    /// How many bytes a cell takes.
    pub(super) const BYTES: usize = size_of::<TaskCell<Content<T>>>();

    /// Takes in a task, in a place where nothing is.
    pub(super) fn fill(&self, place: usize, task: T, name: impl FnOnce() -> (Origin, TaskId)) {
        let cell = &self.0[place];
        cell.span.begin(name);
        cell.content.borrow_mut().replace(Content::Task(task));
    }

    /// What is left of a task that has ended, if it has not been joined.
    pub(super) fn take_rest(&self, place: usize) -> Option<Result<T::Output, JoinError>> {
        let cell = &self.0[place];
        cell.span.end();
        let mut content = cell.content.borrow_mut();
        // Tasks may be large, so nothing is moved where there is nothing.
        if let Content::Empty = *content { None } else { mem::replace(&mut *content, Content::Empty).into_outcome() }
    }

    /// Drops the task, which has finished, where it is, and puts its output there.
    #[inline(never)]
    fn finish(cell: &TaskCell<Content<T>>, head: &Head, place: usize, content: &mut Content<T>, outcome: Content<T>) {
        head.begin_end(place);
        let panicked = if needs_drop::<T>() { (cell as &AnyCell).drop_content(content) } else { None };
        let how = match panicked {
            None => {
                let how = if let Content::Failure(_) = outcome { How::Failed } else { How::Finished };
                content.replace(outcome);
                how
            }
            Some(end) => {
                drop(outcome);
                content.end(end);
                How::Panicked
            }
        };
        head.finish_end(place, &cell.span, how);
    }
}

/// Resumes a task, and judges its output.
#[inline]
fn resume<T: Task>(task: &mut T, cx: &mut Context<'_>) -> Poll<Content<T>> {
    task.resume(cx).map(|output| match task.failure(&output) {
        Some(words) => Content::Failure(Box::new((output, words))),
        None => Content::Output(output),
    })
}

impl<T: Task + 'static> AnyCells for Cells<T> {
    fn resume(&self, head: &Head, mut home: Home, cx: &mut Context<'_>, schedule: &mut Schedule) -> Resumed {
        let first = head.first();
        loop {
            let place = home.since(first);
            let Some(cell) = self.0.get(place) else { return Resumed::Waiting(home) };
            let Ok(mut content) = cell.content.try_borrow_mut() else { return Resumed::Running };
            let Content::Task(task) = &mut *content else { return Resumed::Running };
            if let Poll::Ready(outcome) = cell.span.enter(|| resume(task, cx)) {
                Self::finish(cell, head, place, &mut content, outcome);
                return Resumed::Finished;
            }
            drop(content);
            if head.wants_attention() && head.look_at(place, cell, cx) {
                return Resumed::Finished;
            }
            home = schedule.next(cx);
        }
    }

    fn cell(&self, place: usize) -> &AnyCell {
        &self.0[place]
    }

    fn what(&self) -> &'static str {
        <T as Task>::what()
    }
}
