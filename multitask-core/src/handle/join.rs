//! Joining a task by a handle that is kept.

use core::{fmt, task::Poll};

use super::{Found, JoinError, TaskHandle};
use crate::{Context, Operation, Report, Task};

/// The operation of [`TaskHandle::join`].
#[derive(Debug)]
#[must_use = "an operation does nothing before a task yields it"]
pub struct Join<'a, T>(&'a mut TaskHandle<T>);

/// The wait of a [`Join`]. When it is dropped, the task does not know of it any more.
pub struct JoinWait<T> {
    /// And the number of the joiner.
    task: Option<(Found<T>, u64)>,
}

impl<'a, T> Join<'a, T> {
    pub(super) fn new(handle: &'a mut TaskHandle<T>) -> Self {
        Join(handle)
    }
}

impl<T> Operation for Join<'_, T> {
    type Output = Result<T, JoinError>;
    type Wait = JoinWait<T>;

    fn begin(self) -> JoinWait<T> {
        JoinWait { task: None }
    }

    fn poll(wait: &mut JoinWait<T>, again: impl FnOnce() -> Self, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Join(handle) = again();
        match handle.take_outcome() {
            Some(outcome) => {
                wait.task = None;
                Poll::Ready(outcome)
            }
            None => {
                let serial = handle.task.set_joiner(cx);
                wait.task = Some((handle.task.clone(), serial));
                Poll::Pending
            }
        }
    }

    fn what() -> &'static str {
        "TaskHandle::join"
    }

    fn describe(_: &mut JoinWait<T>, again: impl FnOnce() -> Self, report: &mut Report) {
        again().0.describe(report);
    }
}

impl<T> Drop for JoinWait<T> {
    fn drop(&mut self) {
        if let Some((task, serial)) = &self.task {
            task.chunk.head.forget_joiner_of(task.place(), *serial);
        }
    }
}

impl<T> fmt::Debug for JoinWait<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JoinWait").field("waiting", &self.task.is_some()).finish()
    }
}
