//! Calls of functions that borrow their arguments at each resume only.

use alloc::{boxed::Box, string::String};
use core::{fmt, iter::FusedIterator, marker::PhantomData, task::Poll};

use crate::{
    Context, Coroutine, CoroutineState, Operation, Report, Task,
    combine::Map,
    private::{ArgsOf, Exchange, LentTask, Nest, Port, RecursiveLent, Tasks},
};

/// A call of a function with lent parameters: what a `#[task(lend)]` function returns.
///
/// The machine of such a function does not keep the references that it was called with: it is handed them at each
/// resume. So a task can yield a call with borrows of its own locals, which are taken again for each attempt; what it
/// keeps while it waits is the machine alone.
///
/// On its own a call is an ordinary task, generator or coroutine: it keeps the references, and lends them to its machine.
#[must_use = "a task does nothing before it is added to a manager, yielded or resumed"]
pub struct Call<'p, M: LentTask> {
    args: ArgsOf<'p, M>,
    machine: M,
}

impl<'p, M: LentTask> Call<'p, M> {
    #[doc(hidden)]
    pub fn new(args: ArgsOf<'p, M>, machine: M) -> Self {
        Call { args, machine }
    }

    /// The same, with the type of the machine unknown.
    pub(crate) fn lend_erased<'a>(self) -> Lending<'p, RecursiveLent<'a, M>>
    where
        M: 'a,
    {
        Lending { args: self.args, machine: Box::new(self.machine) }
    }

    /// The call as an operation that is begun again, with fresh borrows, for each attempt. `yield_!(f(..))` does it by
    /// itself.
    pub fn lend(self) -> Lending<'p, M> {
        Lending { args: self.args, machine: self.machine }
    }
}

impl<'p, M: LentTask<Kind = Tasks>> Call<'p, M> {
    /// See [`Operation::map`].
    pub fn map<U, F>(self, f: F) -> Map<Lending<'p, M>, F>
    where
        F: FnOnce(M::Output) -> U,
    {
        self.lend().map(f)
    }

    /// See [`Operation::timeout`].
    #[cfg(feature = "std")]
    pub fn timeout(self, limit: core::time::Duration) -> crate::combine::WithTimeout<Lending<'p, M>> {
        self.lend().timeout(limit)
    }

    /// See [`Operation::deadline`].
    #[cfg(feature = "std")]
    pub fn deadline(self, deadline: crate::Deadline) -> crate::combine::WithTimeout<Lending<'p, M>> {
        self.lend().deadline(deadline)
    }
}

impl<M: LentTask<Kind = Tasks>> Task for Call<'_, M> {
    type Output = M::Output;

    fn resume(&mut self, cx: &mut Context<'_>) -> Poll<M::Output> {
        self.step(cx, &mut Nest::absent())
    }

    fn step<'n>(&mut self, cx: &mut Context<'_>, nest: &mut Nest<'n>) -> Poll<M::Output>
    where
        Self: 'n,
    {
        let args = self.machine.lend_on(&mut self.args);
        self.machine.step(args, cx, nest)
    }

    fn what() -> &'static str {
        M::what()
    }

    fn describe(&mut self, report: &mut Report) {
        let args = self.machine.lend_on(&mut self.args);
        describe_lent(&mut self.machine, args, report);
    }

    fn failure(&self, output: &M::Output) -> Option<String> {
        self.machine.failure(output)
    }
}

/// A machine is described by a step that attempts nothing.
fn describe_lent<M: LentTask<Kind = Tasks>>(machine: &mut M, args: ArgsOf<'_, M>, report: &mut Report) {
    if machine.is_live() {
        drop(machine.step(args, &mut Context::describing(report), &mut Nest::absent()));
    }
}

impl<Y, In, M: LentTask<Kind = Exchange<Y, In>>> Coroutine for Call<'_, M> {
    type Resume = In;
    type Yield = Y;
    type Return = M::Output;

    fn start(&mut self) -> CoroutineState<Y, M::Output> {
        self.machine.check(true);
        self.run_with(None)
    }

    fn resume(&mut self, input: In) -> CoroutineState<Y, M::Output> {
        self.machine.check(false);
        self.run_with(Some(input))
    }

    fn step<'n>(&mut self, port: &mut Port<Y, In>, nest: &mut Nest<'n, Exchange<Y, In>>) -> Poll<M::Output>
    where
        Self: 'n,
    {
        let args = self.machine.lend_on(&mut self.args);
        self.machine.step(args, port, nest)
    }
}

impl<Y, In, M: LentTask<Kind = Exchange<Y, In>>> Call<'_, M> {
    fn run_with(&mut self, input: Option<In>) -> CoroutineState<Y, M::Output> {
        let mut port = Port::new(input);
        let poll = Coroutine::step(self, &mut port, &mut Nest::absent());
        port.state(poll)
    }
}

/// Of a generator: one that takes nothing, and evaluates to nothing.
impl<Y, M: LentTask<Kind = Exchange<Y, ()>, Output = ()>> Iterator for Call<'_, M> {
    type Item = Y;

    fn next(&mut self) -> Option<Y> {
        if self.machine.is_complete() {
            return None;
        }
        match self.run_with(Some(())) {
            CoroutineState::Yielded(item) => Some(item),
            CoroutineState::Complete(()) => None,
        }
    }
}

impl<M: LentTask> FusedIterator for Call<'_, M> where Self: Iterator {}

impl<M: LentTask + fmt::Debug> fmt::Debug for Call<'_, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.machine.fmt(f)
    }
}

/// A [`Call`] as an operation that borrows: its wait is the machine, which is lent the arguments at each attempt. That of
/// a coroutine is what `yield_from!` takes.
#[must_use = "an operation does nothing before a task yields it"]
pub struct Lending<'p, M: LentTask> {
    args: ArgsOf<'p, M>,
    machine: M,
}

impl<'p, M: LentTask> Lending<'p, M> {
    pub(crate) fn into_machine(self) -> M {
        self.machine
    }

    pub(crate) fn into_args(self) -> ArgsOf<'p, M> {
        // A machine that has not run holds nothing but arguments that are `Copy`.
        self.args
    }
}

impl<M: LentTask<Kind = Tasks>> Operation for Lending<'_, M> {
    type Output = M::Output;
    type Wait = M;
    const LENDS: bool = true;

    fn begin(self) -> M {
        self.into_machine()
    }

    fn poll(wait: &mut M, again: impl FnOnce() -> Self, cx: &mut Context<'_>) -> Poll<M::Output> {
        Self::poll_nested(wait, again, cx, &mut Nest::absent(), PhantomData)
    }

    fn poll_nested<'n>(
        wait: &mut M,
        again: impl FnOnce() -> Self,
        cx: &mut Context<'_>,
        nest: &mut Nest<'n>,
        _outlives: PhantomData<&'n M>,
    ) -> Poll<M::Output> {
        wait.step(again().into_args(), cx, nest)
    }

    fn describe(wait: &mut M, again: impl FnOnce() -> Self, report: &mut Report) {
        describe_lent(wait, again().into_args(), report);
    }

    fn what() -> &'static str {
        M::what()
    }
}

impl<M: LentTask + fmt::Debug> fmt::Debug for Lending<'_, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.machine.fmt(f)
    }
}
