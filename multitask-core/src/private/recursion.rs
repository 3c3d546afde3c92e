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

use super::{
    LentTask,
    kind::{Exchange, Kind, Port, Runs, Tasks},
    lending::RecursiveLent,
};
use crate::{Call as LentCall, Context, Lending, Operation, Report, Task};

/// Where a frame puts the callee that is to run before it goes on.
pub struct Nest<'n, K: Kind = Tasks> {
    driven: bool,
    pushed: Option<Rc<dyn Frame<K> + 'n>>,
}

impl<K: Kind> Nest<'_, K> {
    /// For a machine that no driver runs.
    #[inline]
    pub(crate) fn absent() -> Self {
        Nest { driven: false, pushed: None }
    }
}

impl<K: Kind> fmt::Debug for Nest<'_, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Nest").field("driven", &self.driven).finish_non_exhaustive()
    }
}

/// A machine in a cell, with its output unknown.
trait Frame<K: Kind> {
    /// Resumes the machine; true when it has finished.
    fn run<'n>(&self, port: &mut K::Port<'_>, nest: &mut Nest<'n, K>) -> bool
    where
        Self: 'n;

    /// Drops the machine, or its output, and leaves the cell empty.
    fn clear(&self);
}

/// A machine in a cell, with its output known.
trait Call<O, K: Kind>: Frame<K> {
    /// The output, once `run` has returned true.
    fn take_output(&self) -> Option<O>;
}

enum CallState<M, O> {
    Running(M),
    Finished(O),
    Empty,
}

struct CallCell<M, O>(RefCell<CallState<M, O>>);

impl<K: Kind, M: Runs<K>> Frame<K> for CallCell<M, M::Output> {
    fn run<'n>(&self, port: &mut K::Port<'_>, nest: &mut Nest<'n, K>) -> bool
    where
        Self: 'n,
    {
        let mut state = self.0.borrow_mut();
        let CallState::Running(machine) = &mut *state else { unreachable!("a driver runs only what has not finished") };
        match machine.run(port, nest) {
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

impl<K: Kind, M: Runs<K>> Call<M::Output, K> for CallCell<M, M::Output> {
    fn take_output(&self) -> Option<M::Output> {
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
struct Driver<'a, K: Kind> {
    frames: Vec<Rc<dyn Frame<K> + 'a>>,
}

impl<'a, K: Kind + 'a> Driver<'a, K> {
    fn new(outermost: Rc<dyn Frame<K> + 'a>) -> Self {
        Driver { frames: alloc::vec![outermost] }
    }

    /// Runs the innermost frame, and goes on with whatever became innermost; true when the outermost has finished.
    fn run(&mut self, port: &mut K::Port<'_>) -> bool {
        let mut nest = Nest { driven: true, pushed: None };
        while let Some(innermost) = self.frames.last() {
            if innermost.run(port, &mut nest) {
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

impl Driver<'_, Tasks> {
    /// Tells where the frames are suspended, each around its callee.
    fn describe(&self, report: &mut Report) {
        let since = report.mark();
        for frame in self.frames.iter().rev() {
            let mut nest = Nest { driven: true, pushed: None };
            Context::describing_since(report, since, |cx| {
                let _ = frame.run(cx, &mut nest);
            });
        }
    }
}

impl<K: Kind> Drop for Driver<'_, K> {
    /// Innermost first, one frame at a time: what a frame holds of its callee is an empty cell by then.
    fn drop(&mut self) {
        while let Some(frame) = self.frames.pop() {
            frame.clear();
        }
    }
}

/// A call of a machine that may be a recursive one: what the frame of the caller keeps of it.
pub struct Callee<'a, O, K: Kind = Tasks> {
    /// Before `call`: a driver is dropped first, so that its frames go innermost first.
    run_by: RunBy<'a, K>,
    call: Rc<dyn Call<O, K> + 'a>,
}

enum RunBy<'a, K: Kind> {
    NotStarted,
    /// The callee is the outermost frame of a recursion.
    Own(Driver<'a, K>),
    /// The callee is on the stack that the caller's own frame is on.
    CallersDriver,
}

impl<'a, O: 'a, K: Kind + 'a> Callee<'a, O, K> {
    pub(super) fn new<M: Runs<K, Output = O> + 'a>(machine: M) -> Self {
        Callee { run_by: RunBy::NotStarted, call: Rc::new(CallCell(RefCell::new(CallState::Running(machine)))) }
    }

    fn poll<'n>(&mut self, port: &mut K::Port<'_>, nest: &mut Nest<'n, K>) -> Poll<O>
    where
        Self: 'n,
    {
        if let RunBy::NotStarted = self.run_by {
            if nest.driven {
                self.run_by = RunBy::CallersDriver;
                nest.pushed = Some(self.call.clone());
                return Poll::Pending;
            }
            self.run_by = RunBy::Own(Driver::new(self.call.clone()));
        }
        if let RunBy::Own(driver) = &mut self.run_by
            && !driver.run(port)
        {
            return Poll::Pending;
        }
        match self.call.take_output() {
            Some(output) => Poll::Ready(output),
            None => Poll::Pending,
        }
    }
}

impl<O> Callee<'_, O> {
    /// A callee that is on its caller's stack has been described before its caller.
    fn describe(&self, report: &mut Report) {
        if let RunBy::Own(driver) = &self.run_by {
            driver.describe(report);
        }
    }
}

impl<O, K: Kind> fmt::Debug for Callee<'_, O, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Callee").finish_non_exhaustive()
    }
}

impl<'a, O: 'a, Y: 'a, In: 'a> Runs<Exchange<Y, In>> for Callee<'a, O, Exchange<Y, In>> {
    type Output = O;

    fn run<'n>(&mut self, port: &mut Port<Y, In>, nest: &mut Nest<'n, Exchange<Y, In>>) -> Poll<O>
    where
        Self: 'n,
    {
        self.poll(port, nest)
    }
}

/// A call of a task that may be a recursive one, as an operation.
pub struct Recursive<'a, O>(Callee<'a, O>);

impl<O> fmt::Debug for Recursive<'_, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recursive").finish_non_exhaustive()
    }
}

impl<'a, O: 'a> Operation for Recursive<'a, O> {
    type Output = O;
    type Wait = Callee<'a, O>;

    fn begin(self) -> Callee<'a, O> {
        self.0
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
        if cx.is_describing() {
            cx.describe(|report| wait.describe(report));
            return Poll::Pending;
        }
        wait.poll(cx, nest)
    }

    fn describe(wait: &mut Callee<'a, O>, _: impl FnOnce() -> Self, report: &mut Report) {
        wait.describe(report);
    }
}

#[diagnostic::do_not_recommend]
impl<'a, O: 'a> super::NeverAgain<Recursive<'a, O>> for Callee<'a, O> {}

/// Tells a task from another operation, by method lookup: `(&&&call_kind(&x)).prepare(x)`.
///
/// The macro asks where a call *by its name* may be a recursive one: `self.sock.read(..)` in a task named `read` is not.
#[derive(Debug)]
pub struct CallKind<T>(PhantomData<fn() -> T>);

/// The [`CallKind`] of `_call`.
pub fn call_kind<T>(_call: &T) -> CallKind<T> {
    CallKind(PhantomData)
}

mod kinds {
    use super::{CallKind, Callee, Lending, LentCall, LentTask, Operation, Recursive, RecursiveLent, Task, Tasks};

    pub trait PrepareCall<'p, M: LentTask> {
        fn prepare<'a>(&self, call: LentCall<'p, M>) -> Lending<'p, RecursiveLent<'a, M>>
        where
            M: 'a;
    }

    impl<'p, M: LentTask<Kind = Tasks>> PrepareCall<'p, M> for &&CallKind<LentCall<'p, M>> {
        fn prepare<'a>(&self, call: LentCall<'p, M>) -> Lending<'p, RecursiveLent<'a, M>>
        where
            M: 'a,
        {
            call.lend_erased()
        }
    }

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
            Recursive(Callee::new(task))
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

pub use kinds::{PrepareCall, PrepareOperation, PrepareTask};
