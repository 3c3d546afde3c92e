//! What a task is: a value that runs until it would block, each time it is resumed.

use alloc::{boxed::Box, string::String};
use core::task::Poll;

use crate::{Context, Report, State, private::Nest};

/// A computation that can be suspended.
///
/// `#[task]` turns a function into one of these; it can also be implemented by hand. A task is a plain value: nothing
/// happens before its first [`resume`](Task::resume), dropping it cancels it, and moving it is always allowed.
///
/// A task that is yielded by another one runs as its child: every `Task` is an [`Operation`](crate::Operation) whose
/// output is the task's own.
///
/// # Examples
///
/// ```
/// use std::task::Poll;
/// use multitask_core::{Context, Task};
///
/// /// Gives way `n` times.
/// struct Countdown(u32);
///
/// impl Task for Countdown {
///     type Output = &'static str;
///     fn resume(&mut self, cx: &mut Context<'_>) -> Poll<Self::Output> {
///         if self.0 == 0 {
///             return Poll::Ready("liftoff");
///         }
///         self.0 -= 1;
///         cx.give_way();
///         Poll::Pending
///     }
/// }
///
/// let mut task = Countdown(1);
/// let mut cx = Context::detached();
/// assert_eq!(task.resume(&mut cx), Poll::Pending);
/// assert_eq!(task.resume(&mut cx), Poll::Ready("liftoff"));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a task",
    label = "this cannot be run by a task manager",
    note = "a function becomes a task with `#[task]`; call it to get the task: `f(args)`"
)]
#[must_use = "a task does nothing before it is added to a manager, yielded or resumed"]
pub trait Task {
    /// What the task evaluates to when it is finished.
    type Output;

    /// Runs the task until it finishes or would block.
    ///
    /// `Pending` means that the task has told `cx` what it waits for. A task may be resumed before that has happened:
    /// it then looks again, and waits on.
    ///
    /// # Panics
    ///
    /// A task made by `#[task]` panics when it is resumed after it has finished, or after a resume of it has panicked.
    /// Every panic of the task's own body comes out of here, after what was alive in it has been dropped.
    fn resume(&mut self, cx: &mut Context<'_>) -> Poll<Self::Output>;

    /// Tells where the task is suspended: see [`state`](Task::state). Nothing, unless it is implemented.
    ///
    /// A task made by `#[task]` goes to where it is suspended, and takes its borrows again as a resume does, but attempts
    /// nothing there.
    fn describe(&mut self, report: &mut Report) {
        let _ = report;
    }

    /// Where the task is suspended: for each yield on the way the file, the line and its text, and what it waits for.
    ///
    /// # Examples
    ///
    /// Of a task that was made by `#[task]`, in a file named `main.rs`:
    ///
    /// ```text
    /// main.rs:12: yield_!(client_handler(conn))
    ///   main.rs:20: yield_!(sock.read(&mut buf))
    ///     read
    /// ```
    fn state(&mut self) -> State {
        State::of(self)
    }

    /// If `output` says that the task has failed: what went wrong, for who reports it where nobody joins the task.
    ///
    /// A task made by `#[task]` has failed if its output is an `Err`. No output of another one is a failure, unless it
    /// implements this.
    fn failure(&self, output: &Self::Output) -> Option<String> {
        let _ = output;
        None
    }

    /// What the task is called where nobody has named it: the path of the function, of a task made by `#[task]`.
    #[doc(hidden)]
    fn what() -> &'static str
    where
        Self: Sized,
    {
        core::any::type_name::<Self>()
    }

    /// Like `resume`, for a task that runs on another one's stack of frames: recursive calls go there.
    #[doc(hidden)]
    fn step<'n>(&mut self, cx: &mut Context<'_>, nest: &mut Nest<'n>) -> Poll<Self::Output>
    where
        Self: 'n,
    {
        let _ = nest;
        if cx.is_describing() {
            cx.describe(|report| self.describe(report));
            return Poll::Pending;
        }
        self.resume(cx)
    }
}

impl<T: Task + ?Sized> Task for Box<T> {
    type Output = T::Output;

    fn resume(&mut self, cx: &mut Context<'_>) -> Poll<T::Output> {
        (**self).resume(cx)
    }

    fn step<'n>(&mut self, cx: &mut Context<'_>, nest: &mut Nest<'n>) -> Poll<T::Output>
    where
        Self: 'n,
    {
        (**self).step(cx, nest)
    }

    fn describe(&mut self, report: &mut Report) {
        (**self).describe(report);
    }

    fn failure(&self, output: &T::Output) -> Option<String> {
        (**self).failure(output)
    }
}

impl<T: Task + ?Sized> Task for &mut T {
    type Output = T::Output;

    fn resume(&mut self, cx: &mut Context<'_>) -> Poll<T::Output> {
        (**self).resume(cx)
    }
    fn describe(&mut self, report: &mut Report) {
        (**self).describe(report);
    }

    fn failure(&self, output: &T::Output) -> Option<String> {
        (**self).failure(output)
    }
}
