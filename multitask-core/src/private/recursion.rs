//! Recursion: the stack of frames on which tasks that call themselves run.
//!
//! A child lies in its parent's frame, and its type in its parent's type. That cannot be where a task may reach itself
//! again, so there the macro wraps the call with [`call_kind`]: the callee goes into a cell of its own, of which the
//! parent knows just the output. Frames that lie in cells are resumed by a [`Driver`], innermost first: a resume costs
//! the same at any depth, and dropping them does not recurse.
//!
//! The outermost cell of a recursion is driven from the frame that holds it. A frame that a driver runs is handed the
//! driver's [`Nest`], and puts its own callees there. A task without recursion between them hands the nest on, so that
//! mutual recursion shares one driver; an operation that may finish on its own account (a timeout) does not, and the
//! recursion below it has a driver of its own.

use alloc::{rc::Rc, vec::Vec};
use core::{cell::RefCell, fmt, marker::PhantomData, task::Poll};

use crate::{Context, Operation, Task};

/// Where a frame puts the callee that is to run before it goes on.
pub struct Nest<'n> {
    driven: bool,
    pushed: Option<Rc<dyn Frame + 'n>>,
}

impl Nest<'_> {
    /// For a task that no driver runs.
    pub(super) fn absent() -> Self {
        Nest { driven: false, pushed: None }
    }
}

impl fmt::Debug for Nest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Nest").field("driven", &self.driven).finish_non_exhaustive()
    }
}

/// A task in a cell, with its output unknown.
trait Frame {
    /// Resumes the task; true when it has finished.
    fn run<'n>(&self, cx: &mut Context<'_>, nest: &mut Nest<'n>) -> bool
    where
        Self: 'n;

    /// Drops the task, or its output, and leaves the cell empty.
    fn clear(&self);
}

/// A task in a cell, with its output known.
trait Call<O>: Frame {
    /// The output, once `run` has returned true.
    fn take_output(&self) -> Option<O>;
}

enum CallState<T: Task> {
    Running(T),
    Finished(T::Output),
    Empty,
}

struct CallCell<T: Task>(RefCell<CallState<T>>);

impl<T: Task> Frame for CallCell<T> {
    fn run<'n>(&self, cx: &mut Context<'_>, nest: &mut Nest<'n>) -> bool
    where
        Self: 'n,
    {
        let mut state = self.0.borrow_mut();
        let CallState::Running(task) = &mut *state else { unreachable!("a driver runs only what has not finished") };
        match task.step(cx, nest) {
            Poll::Pending => false,
            Poll::Ready(output) => {
                *state = CallState::Finished(output);
                true
            }
        }
    }

    fn clear(&self) {
        // The borrow ends before the destructors run: they are the user's.
        let state = self.0.replace(CallState::Empty);
        drop(state);
    }
}

impl<T: Task> Call<T::Output> for CallCell<T> {
    fn take_output(&self) -> Option<T::Output> {
        let mut state = self.0.borrow_mut();
        match core::mem::replace(&mut *state, CallState::Empty) {
            CallState::Finished(output) => Some(output),
            unfinished => {
                *state = unfinished;
                None
            }
        }
    }
}

/// Runs a recursion: a stack of frames, of which the last is resumed.
struct Driver<'a> {
    frames: Vec<Rc<dyn Frame + 'a>>,
}

impl<'a> Driver<'a> {
    fn new(outermost: Rc<dyn Frame + 'a>) -> Self {
        Driver { frames: alloc::vec![outermost] }
    }

    /// Runs the innermost frame, and goes on with whatever became innermost; true when the outermost has finished.
    fn run(&mut self, cx: &mut Context<'_>) -> bool {
        let mut nest = Nest { driven: true, pushed: None };
        while let Some(innermost) = self.frames.last() {
            if innermost.run(cx, &mut nest) {
                self.frames.pop();
            } else if let Some(callee) = nest.pushed.take() {
                self.frames.push(callee);
            } else {
                return false;
            }
        }
        true
    }
}

impl Drop for Driver<'_> {
    /// Innermost first, one frame at a time: what a frame holds of its callee is an empty cell by then.
    fn drop(&mut self) {
        while let Some(frame) = self.frames.pop() {
            frame.clear();
        }
    }
}

/// A call of a task that may be a recursive one, as an operation.
pub struct Recursive<'a, O> {
    call: Rc<dyn Call<O> + 'a>,
}

impl<'a, O> Recursive<'a, O> {
    fn new<T: Task<Output = O> + 'a>(task: T) -> Self {
        Recursive { call: Rc::new(CallCell(RefCell::new(CallState::Running(task)))) }
    }
}

impl<O> fmt::Debug for Recursive<'_, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recursive").finish_non_exhaustive()
    }
}

/// The wait of a [`Recursive`] call.
pub struct Callee<'a, O> {
    /// Before `call`: a driver is dropped first, so that its frames go innermost first.
    run_by: RunBy<'a>,
    call: Rc<dyn Call<O> + 'a>,
}

enum RunBy<'a> {
    NotStarted,
    /// The callee is the outermost frame of a recursion.
    Own(Driver<'a>),
    /// The callee is on the stack that the caller's own frame is on.
    CallersDriver,
}

impl<O> fmt::Debug for Callee<'_, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Callee").finish_non_exhaustive()
    }
}

impl<'a, O> Operation for Recursive<'a, O> {
    type Output = O;
    type Wait = Callee<'a, O>;

    fn begin(self) -> Callee<'a, O> {
        Callee { run_by: RunBy::NotStarted, call: self.call }
    }

    fn poll(wait: &mut Callee<'a, O>, again: impl FnOnce() -> Self, cx: &mut Context<'_>) -> Poll<O> {
        Self::poll_nested(wait, again, cx, &mut Nest::absent(), PhantomData)
    }

    fn poll_nested<'n>(
        wait: &mut Callee<'a, O>,
        _: impl FnOnce() -> Self,
        cx: &mut Context<'_>,
        nest: &mut Nest<'n>,
        _outlives: PhantomData<&'n Callee<'a, O>>,
    ) -> Poll<O> {
        if let RunBy::NotStarted = wait.run_by {
            if nest.driven {
                wait.run_by = RunBy::CallersDriver;
                nest.pushed = Some(wait.call.clone());
                return Poll::Pending;
            }
            wait.run_by = RunBy::Own(Driver::new(wait.call.clone()));
        }
        if let RunBy::Own(driver) = &mut wait.run_by
            && !driver.run(cx)
        {
            return Poll::Pending;
        }
        match wait.call.take_output() {
            Some(output) => Poll::Ready(output),
            None => Poll::Pending,
        }
    }
}

impl<'a, O> super::NeverAgain<Recursive<'a, O>> for Callee<'a, O> {}

/// Tells a task from another operation, by method lookup: `(&&call_kind(&x)).prepare(x)`.
///
/// The macro asks where a call *by its name* may be a recursive one: `self.sock.read(..)` in a task named `read` is not.
#[derive(Debug)]
pub struct CallKind<T>(PhantomData<fn() -> T>);

/// The [`CallKind`] of `_call`.
pub fn call_kind<T>(_call: &T) -> CallKind<T> {
    CallKind(PhantomData)
}

mod kinds {
    use super::{CallKind, Operation, Recursive, Task};

    pub trait PrepareTask<T: Task> {
        fn prepare<'a>(&self, task: T) -> Recursive<'a, T::Output>
        where
            T: 'a;
    }

    impl<T: Task> PrepareTask<T> for &CallKind<T> {
        fn prepare<'a>(&self, task: T) -> Recursive<'a, T::Output>
        where
            T: 'a,
        {
            Recursive::new(task)
        }
    }

    pub trait PrepareOperation<T> {
        fn prepare(&self, operation: T) -> T;
    }

    impl<T: Operation> PrepareOperation<T> for CallKind<T> {
        fn prepare(&self, operation: T) -> T {
            operation
        }
    }
}

pub use kinds::{PrepareOperation, PrepareTask};
