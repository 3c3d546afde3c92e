//! The operation of a `yield_!` whose expression names no local but in arguments that are evaluated once: it is made by a
//! function of those, which captures nothing.
//!
//! So that function can be kept, and called again where the operation is begun again. It stands in the expansion once, and
//! the type of what it makes decides once what is kept for the attempts, by method lookup on [`Making`]:
//!
//! * the operation alone, if it is stored;
//! * its wait, the arguments and the function, if all arguments are `Copy`;
//! * its wait alone, if that never needs the operation again; otherwise the program does not compile.

use core::{marker::PhantomData, task::Poll};

use super::{Nest, NeverAgain};
use crate::{Context, IntoOperation, Operation};

/// A function that makes an operation of arguments.
#[derive(Debug)]
pub struct Making<A, F, X> {
    make: F,
    made: PhantomData<fn(A) -> X>,
}

/// See [`Making`]; `make` is inferred against this signature, and takes what `_arguments` is.
#[inline]
pub fn making<A, F, X>(_arguments: &A, make: F) -> Making<A, F, X>
where
    F: Fn(A) -> X,
    X: IntoOperation,
{
    Making { make, made: PhantomData }
}

const BEGUN_AGAIN: &str = "an operation that owns its arguments was begun again";

impl<A, F, X> Making<A, F, X>
where
    F: Fn(A) -> X,
    X: IntoOperation,
    X::Operation: Operation<Wait = X::Operation>,
{
    /// Of an operation that is stored.
    #[inline]
    pub fn begin(self, arguments: A) -> MadeOnce<X::Operation> {
        MadeOnce((self.make)(arguments).into_operation().begin())
    }
}

mod kinds {
    use super::{IntoOperation, MadeAgain, MadeOnce, Making, NeverAgain, Operation};

    pub trait BeginAgain<A, F, X: IntoOperation> {
        fn begin(self, arguments: A) -> MadeAgain<X::Operation, A, F>;
    }

    impl<A: Copy, F: Fn(A) -> X, X: IntoOperation> BeginAgain<A, F, X> for Making<A, F, X> {
        fn begin(self, arguments: A) -> MadeAgain<X::Operation, A, F> {
            let wait = (self.make)(arguments).into_operation().begin();
            MadeAgain { wait, arguments, make: self.make }
        }
    }

    pub trait BeginOnce<A, F, X> {
        fn begin(&self, arguments: A) -> MadeOnce<X::Operation>
        where
            X: IntoOperation,
            <X::Operation as Operation>::Wait: NeverAgain<X::Operation>;
    }

    impl<A, F: Fn(A) -> X, X> BeginOnce<A, F, X> for Making<A, F, X> {
        fn begin(&self, arguments: A) -> MadeOnce<X::Operation>
        where
            X: IntoOperation,
            <X::Operation as Operation>::Wait: NeverAgain<X::Operation>,
        {
            MadeOnce((self.make)(arguments).into_operation().begin())
        }
    }
}

pub use kinds::{BeginAgain, BeginOnce};

/// What is kept of such an operation.
pub trait Made {
    /// What the operation evaluates to.
    type Output;

    /// See [`Operation::poll`].
    fn attempt<'n>(
        &mut self,
        cx: &mut Context<'_>,
        nest: &mut Nest<'n>,
        outlives: PhantomData<&'n Self>,
    ) -> Poll<Self::Output>;
}

/// The wait of an operation that is made again for each attempt.
#[derive(Debug)]
pub struct MadeAgain<O: Operation, A, F> {
    wait: O::Wait,
    arguments: A,
    make: F,
}

impl<O, A, F, X> Made for MadeAgain<O, A, F>
where
    O: Operation,
    A: Copy,
    F: Fn(A) -> X,
    X: IntoOperation<Operation = O>,
{
    type Output = O::Output;

    #[inline]
    fn attempt<'n>(
        &mut self,
        cx: &mut Context<'_>,
        nest: &mut Nest<'n>,
        _outlives: PhantomData<&'n Self>,
    ) -> Poll<O::Output> {
        let MadeAgain { wait, arguments, make } = self;
        O::poll_nested(wait, || make(*arguments).into_operation(), cx, nest, PhantomData)
    }
}

/// The wait of an operation that is never made again, or the operation itself, if that is its wait.
#[derive(Debug)]
pub struct MadeOnce<O: Operation>(O::Wait);

impl<O: Operation> Made for MadeOnce<O> {
    type Output = O::Output;

    #[inline]
    fn attempt<'n>(
        &mut self,
        cx: &mut Context<'_>,
        nest: &mut Nest<'n>,
        _outlives: PhantomData<&'n Self>,
    ) -> Poll<O::Output> {
        O::poll_nested(&mut self.0, || unreachable!("{BEGUN_AGAIN}"), cx, nest, PhantomData)
    }
}

/// Attempts an operation.
#[inline]
pub fn attempt_made<'n, M: Made>(
    nest: &mut Nest<'n>,
    cx: &mut Context<'_>,
    made: &mut M,
    outlives: PhantomData<&'n M>,
) -> Poll<M::Output> {
    made.attempt(cx, nest, outlives)
}

/// The state of such a yield, where it has one of its own.
#[derive(Debug)]
pub enum Waiting<M> {
    Start,
    Wait(M),
}

/// The same where the operation has a state of its own, which is over when the operation is ready.
#[inline]
pub fn attempt_waiting<'n, M: Made>(
    nest: &mut Nest<'n>,
    cx: &mut Context<'_>,
    state: &mut Waiting<M>,
    outlives: PhantomData<&'n M>,
) -> Poll<M::Output> {
    let poll = attempt_last(nest, cx, state, outlives);
    if poll.is_ready() {
        *state = Waiting::Start;
    }
    poll
}

/// The same where what is around it ends there, too, and drops the state.
#[inline]
pub fn attempt_last<'n, M: Made>(
    nest: &mut Nest<'n>,
    cx: &mut Context<'_>,
    state: &mut Waiting<M>,
    outlives: PhantomData<&'n M>,
) -> Poll<M::Output> {
    let Waiting::Wait(made) = state else { super::wrong_state() };
    made.attempt(cx, nest, outlives)
}
