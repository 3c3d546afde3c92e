//! A handle whose task dies with it.

use core::{ops::Deref, task::Poll};

use super::{JoinError, TaskHandle};
use crate::{Context, Report, Task};

/// A [`TaskHandle`] that cancels the task when it is dropped: see [`TaskHandle::cancel_on_drop`].
///
/// It joins like the handle. For several tasks that belong together there is [`Group`](crate::Group).
///
/// # Examples
///
/// ```
/// # use std::task::Poll;
/// # use multitask_core::{Context, Task, TaskManager};
/// # struct Forever;
/// # impl Task for Forever {
/// #     type Output = ();
/// #     fn resume(&mut self, cx: &mut Context<'_>) -> Poll<()> { cx.give_way(); Poll::Pending }
/// # }
/// // `Forever` is a task that never ends by itself.
/// let manager = TaskManager::new();
/// let task = manager.add(Forever).cancel_on_drop();
/// manager.run_next(None)?;
/// drop(task);
/// manager.run()?;
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
#[must_use = "the task is cancelled when this is dropped"]
pub struct CancelOnDrop<T> {
    handle: TaskHandle<T>,
}

impl<T> CancelOnDrop<T> {
    pub(super) fn new(handle: TaskHandle<T>) -> Self {
        CancelOnDrop { handle }
    }
}

impl<T> Deref for CancelOnDrop<T> {
    type Target = TaskHandle<T>;

    fn deref(&self) -> &TaskHandle<T> {
        &self.handle
    }
}

impl<T> Drop for CancelOnDrop<T> {
    fn drop(&mut self) {
        self.handle.cancel();
    }
}

impl<T> Task for CancelOnDrop<T> {
    type Output = Result<T, JoinError>;

    fn resume(&mut self, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.handle.resume(cx)
    }

    fn what() -> &'static str {
        <TaskHandle<T> as Task>::what()
    }

    fn describe(&mut self, report: &mut Report) {
        self.handle.describe(report);
    }
}
