//! Joining a task by a handle that is kept.

use core::{fmt, task::Poll};
use std::rc::Rc;

use super::{JoinError, TaskHandle, cell::Joinable};
use crate::{Context, Operation, Report, Task};

/// The operation of [`TaskHandle::join`].
#[derive(Debug)]
#[must_use = "an operation does nothing before a task yields it"]
pub struct Join<'a, T>(&'a mut TaskHandle<T>);

/// The wait of a [`Join`]. When it is dropped, the task does not know of it any more.
pub struct JoinWait<T> {
    task: Option<Rc<dyn Joinable<T>>>,
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
        let poll = handle.resume(cx);
        wait.task = poll.is_pending().then(|| handle.task.clone());
        poll
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
        if let Some(task) = &self.task {
            task.set_joiner(None);
        }
    }
}

impl<T> fmt::Debug for JoinWait<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JoinWait").field("waiting", &self.task.is_some()).finish()
    }
}
