//! What is made of a call that may be a recursive one, by its type.

use core::marker::PhantomData;

use super::{Callee, Nest, Recursive};
use crate::{
    Call as LentCall, Context, Lending, Operation, Task,
    private::{LentTask, kind::Tasks, lending::RecursiveLent},
};

/// Tells a task from another operation, by method lookup: `(&&&call_kind(&x)).prepare(x)`.
///
/// The macro asks where a call *by its name* may be a recursive one: `self.sock.read(..)` in a task named `read` is not.
///
/// `start` is for a call that is all that is yielded: it runs a task already.
#[derive(Debug)]
pub struct CallKind<T>(PhantomData<fn() -> T>);

/// The [`CallKind`] of `_call`.
pub fn call_kind<T>(_call: &T) -> CallKind<T> {
    CallKind(PhantomData)
}

pub trait PrepareCall<'p, M: LentTask> {
    fn prepare<'a>(&self, call: LentCall<'p, M>) -> Lending<'p, RecursiveLent<'a, M>>
    where
        M: 'a;

    fn start<'a>(
        &self,
        call: LentCall<'p, M>,
        _cx: &mut Context<'_>,
        _nest: &mut Nest<'_>,
        _outlives: PhantomData<()>,
    ) -> Lending<'p, RecursiveLent<'a, M>>
    where
        M: 'a,
    {
        self.prepare(call)
    }
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

    fn start<'a, 'n>(
        &self,
        task: T,
        cx: &mut Context<'_>,
        nest: &mut Nest<'n>,
        outlives: PhantomData<&'n Callee<'a, T::Output>>,
    ) -> Recursive<'a, T::Output>
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

    #[inline]
    fn start<'a, 'n>(
        &self,
        task: T,
        cx: &mut Context<'_>,
        nest: &mut Nest<'n>,
        _outlives: PhantomData<&'n Callee<'a, T::Output>>,
    ) -> Recursive<'a, T::Output>
    where
        T: 'a,
    {
        Recursive(Callee::start(task, cx, nest))
    }
}

pub trait PrepareOperation<T> {
    fn prepare(&self, operation: T) -> T;

    fn start(&self, operation: T, _cx: &mut Context<'_>, _nest: &mut Nest<'_>, _outlives: PhantomData<()>) -> T {
        self.prepare(operation)
    }
}

impl<T: Operation> PrepareOperation<T> for CallKind<T> {
    fn prepare(&self, operation: T) -> T {
        operation
    }
}
