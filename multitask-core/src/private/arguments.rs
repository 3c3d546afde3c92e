//! The operation of a `yield_!`: begun once, attempted until it is ready.
//!
//! The expression of an operation is evaluated again for each attempt of an operation that borrows, but its arguments
//! are evaluated once. What an attempt after the first finds in an argument's place is decided here, by types that the
//! macro cannot see:
//!
//! * nothing, if the operation is a call that lends, and this argument is one that its machine keeps;
//! * nothing, if the operation is stored: its expression is not evaluated again, it must only compile;
//! * the value once more, if it is `Copy`;
//! * otherwise the program does not compile, with a message that says what to write.

use core::{marker::PhantomData, task::Poll};

use super::{
    CopyOfText, Exchange, Kind, LentTask, Nest, Owned, Place, Stored, Tasks, Text,
    delegate::Delegate,
    kind::{Port, Runs},
};
use crate::{Lending, Operation};

/// What a machine of a kind is suspended in: an operation of a task; of a coroutine, another one whose yields it hands on.
pub trait Suspends<K: Kind>: Sized {
    /// What it evaluates to.
    type Output;

    /// What stays in the frame.
    type Wait;

    /// Whether later attempts need just the arguments that are lent, and not all of it.
    const LENDS: bool = false;

    /// See [`Operation::begin`].
    fn begin(self) -> Self::Wait;

    /// See [`Operation::poll`].
    fn poll_nested<'n>(
        wait: &mut Self::Wait,
        again: impl FnOnce() -> Self,
        port: &mut K::Port<'_>,
        nest: &mut Nest<'n, K>,
        outlives: PhantomData<&'n Self::Wait>,
    ) -> Poll<Self::Output>;
}

impl<O: Operation> Suspends<Tasks> for O {
    type Output = O::Output;
    type Wait = O::Wait;
    const LENDS: bool = O::LENDS;

    fn begin(self) -> O::Wait {
        Operation::begin(self)
    }

    fn poll_nested<'n>(
        wait: &mut O::Wait,
        again: impl FnOnce() -> O,
        cx: &mut crate::Context<'_>,
        nest: &mut Nest<'n>,
        outlives: PhantomData<&'n O::Wait>,
    ) -> Poll<O::Output> {
        <O as Operation>::poll_nested(wait, again, cx, nest, outlives)
    }
}

/// A coroutine, or an iterator, that keeps all it needs.
impl<Y, In, S: Runs<Exchange<Y, In>>> Suspends<Exchange<Y, In>> for Delegate<S> {
    type Output = S::Output;
    type Wait = Self;

    fn begin(self) -> Self {
        self
    }

    #[inline]
    fn poll_nested<'n>(
        wait: &mut Self,
        _: impl FnOnce() -> Self,
        port: &mut Port<Y, In>,
        nest: &mut Nest<'n, Exchange<Y, In>>,
        _outlives: PhantomData<&'n Self>,
    ) -> Poll<S::Output> {
        wait.run(port, nest)
    }
}

/// A call of a coroutine that is lent its arguments at each resume.
impl<Y, In, M: LentTask<Kind = Exchange<Y, In>>> Suspends<Exchange<Y, In>> for Lending<'_, M> {
    type Output = M::Output;
    type Wait = M;
    const LENDS: bool = true;

    fn begin(self) -> M {
        self.into_machine()
    }

    #[inline]
    fn poll_nested<'n>(
        wait: &mut M,
        again: impl FnOnce() -> Self,
        port: &mut Port<Y, In>,
        nest: &mut Nest<'n, Exchange<Y, In>>,
        _outlives: PhantomData<&'n M>,
    ) -> Poll<M::Output> {
        wait.step(again().into_args(), port, nest)
    }
}

/// The wait of an operation that never calls `again`, so that an argument may be moved into it.
///
/// Every operation that is its own wait is one; a combinator is if what it combines is.
#[diagnostic::on_unimplemented(
    message = "this argument of a borrowing operation cannot be evaluated again",
    label = "moved into the first attempt, and needed by the next ones",
    note = "the operation borrows from this task, so it is begun again after each wait, with the same arguments",
    note = "bind the argument to a local with `let` and pass a reference to it, or pass a `Copy` value; an exclusive reference is passed as `&mut *reference`"
)]
pub trait NeverAgain<O> {}

#[diagnostic::do_not_recommend]
impl<O: Operation<Wait = O>> NeverAgain<O> for O {}

/// The same of an argument that is a closure, made in its place in the call.
#[diagnostic::on_unimplemented(
    message = "this closure is needed by each attempt of a borrowing operation, so the types of its parameters must be known before",
    label = "a closure that is made with the operation",
    note = "the operation borrows from this task, so it is begun again after each wait, with the same arguments",
    note = "write the types of the closure's parameters: `|x: Type| ..`"
)]
pub trait MadeInPlace<O> {}

#[diagnostic::do_not_recommend]
impl<O, W: NeverAgain<O>> MadeInPlace<O> for W {}

/// Begins an operation: what stays in the frame.
pub fn begin<K: Kind, O: Suspends<K>>(_nest: &Nest<'_, K>, operation: O) -> O::Wait {
    operation.begin()
}

/// Attempts an operation, which is of the kind that is to be inferred.
pub fn attempt<'n, K: Kind, O: Suspends<K>>(
    nest: &mut Nest<'n, K>,
    port: &mut K::Port<'_>,
    _kind: &OperationKind<K, O>,
    wait: &mut O::Wait,
    again: impl FnOnce() -> O,
    outlives: PhantomData<&'n O::Wait>,
) -> Poll<O::Output> {
    O::poll_nested(wait, again, port, nest, outlives)
}

/// The type of an argument that has been evaluated.
#[derive(Debug)]
pub struct Witness<T>(PhantomData<T>);

/// The [`Witness`] of `_argument`.
pub fn witness<T>(_argument: &T) -> Witness<T> {
    Witness(PhantomData)
}

/// The [`Witness`] of an argument that is made in its place, in the call.
pub fn unknown_witness<T>() -> Witness<T> {
    Witness(PhantomData)
}

impl<T> Witness<T> {
    /// Stands for the argument where an expression is only compiled.
    pub fn absent(&self) -> T {
        unreachable!("an expression that must only compile was evaluated")
    }
}

/// The type of an operation, in a machine of a kind.
#[derive(Debug)]
pub struct OperationKind<K, O>(pub(super) PhantomData<(K, O)>);

/// The type of an operation that is yet to be inferred.
pub fn unknown_kind<K: Kind, O>(_nest: &Nest<'_, K>) -> OperationKind<K, O> {
    OperationKind(PhantomData)
}

impl<K: Kind, O: Suspends<K>> OperationKind<K, O> {
    /// Whether an attempt evaluates the expression again; otherwise just the arguments that are lent.
    pub fn is_evaluated_again(&self) -> bool {
        !O::LENDS
    }
}

/// The type of `_operation`.
pub fn kind_of<K: Kind, O>(_nest: &Nest<'_, K>, _operation: &O) -> OperationKind<K, O> {
    OperationKind(PhantomData)
}

/// The type of the operation that `_expression` would make.
pub fn operation_kind<K: Kind, O>(_nest: &Nest<'_, K>, _expression: impl FnOnce() -> O) -> OperationKind<K, O> {
    OperationKind(PhantomData)
}

/// What the attempts after the first find in an argument's place, by method lookup: `(&&&&of(&o, &p, &w)).hold(&arg)`.
#[derive(Debug)]
pub struct Argument<K, O, P, T>(PhantomData<(K, O, P, T)>);

/// The [`Argument`] of an operation, by its place among the arguments and its type.
pub fn argument<K, O, P, T>(
    _operation: &OperationKind<K, O>,
    _place: &P,
    _argument: &Witness<T>,
) -> Argument<K, O, P, T> {
    Argument(PhantomData)
}

/// An argument that later attempts find as it was.
#[derive(Clone, Copy, Debug)]
pub struct Kept<T>(T);

impl<T: Copy> Kept<T> {
    /// The argument.
    pub fn again(&self) -> T {
        self.0
    }
}

/// An argument that went into the operation; later attempts do not need it.
pub struct Gone<T>(PhantomData<T>);

impl<T> Gone<T> {
    /// Stands for the argument in an expression that is not evaluated.
    pub fn again(&self) -> T {
        unreachable!("an operation that owns its arguments was begun again")
    }
}

impl<T> Clone for Gone<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Gone<T> {}

impl<T> core::fmt::Debug for Gone<T> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Gone")
    }
}

/// The argument is text, of which a copy is kept in the frame: so later attempts find one, too.
#[derive(Debug)]
pub struct TextArgument<A>(pub(super) A);

/// Text that went into the operation. The frame does not have its lifetime.
#[derive(Clone, Copy, Debug)]
pub struct GoneText<C>(PhantomData<C>);

impl<C: CopyOfText> GoneText<C> {
    /// Stands for the argument in an expression that is not evaluated.
    pub fn again(&self) -> C::Text<'_> {
        unreachable!("an operation that owns its arguments was begun again")
    }
}

mod kinds {
    use super::{
        Argument, Gone, GoneText, Kept, Kind, MadeInPlace, NeverAgain, Owned, PhantomData, Place, Stored, Suspends,
        Text, TextArgument,
    };

    pub trait HoldText<T: Text> {
        fn hold(&self, argument: &T) -> Owned<T::Copy>;
    }

    impl<A, T: Text> HoldText<T> for TextArgument<A> {
        fn hold(&self, argument: &T) -> Owned<T::Copy> {
            Owned::new(*argument)
        }
    }

    pub trait HoldTextForMachine<T: Text> {
        fn hold(&self, argument: &T) -> GoneText<T::Copy>;
    }

    impl<K, O, X, T: Text> HoldTextForMachine<T> for &&TextArgument<Argument<K, O, Place<Stored<X>>, T>> {
        fn hold(&self, _: &T) -> GoneText<T::Copy> {
            GoneText(PhantomData)
        }
    }

    pub trait HoldTextForStored<T: Text> {
        fn hold(&self, argument: &T) -> GoneText<T::Copy>;
    }

    impl<K: Kind, O: Suspends<K, Wait = O>, P, T: Text> HoldTextForStored<T> for &TextArgument<Argument<K, O, P, T>> {
        fn hold(&self, _: &T) -> GoneText<T::Copy> {
            GoneText(PhantomData)
        }
    }

    pub trait HoldForMachine<T> {
        fn hold(&self, argument: &T) -> Gone<T>;
        fn hold_made_in_place(&self) -> Gone<T>;
    }

    impl<K, O, X, T> HoldForMachine<T> for &&&Argument<K, O, Place<Stored<X>>, T> {
        fn hold(&self, _: &T) -> Gone<T> {
            Gone(PhantomData)
        }

        fn hold_made_in_place(&self) -> Gone<T> {
            Gone(PhantomData)
        }
    }

    pub trait HoldForStored<T> {
        fn hold(&self, argument: &T) -> Gone<T>;
        fn hold_made_in_place(&self) -> Gone<T>;
    }

    impl<K: Kind, O: Suspends<K, Wait = O>, P, T> HoldForStored<T> for &&Argument<K, O, P, T> {
        fn hold(&self, _: &T) -> Gone<T> {
            Gone(PhantomData)
        }

        fn hold_made_in_place(&self) -> Gone<T> {
            Gone(PhantomData)
        }
    }

    pub trait HoldCopy<T> {
        fn hold(&self, argument: &T) -> Kept<T>;
    }

    impl<K, O, P, T: Copy> HoldCopy<T> for &Argument<K, O, P, T> {
        fn hold(&self, argument: &T) -> Kept<T> {
            Kept(*argument)
        }
    }

    pub trait HoldMoved<K: Kind, O: Suspends<K>, T> {
        fn hold(&self, argument: &T) -> Gone<T>
        where
            O::Wait: NeverAgain<O>;

        fn hold_made_in_place(&self) -> Gone<T>
        where
            O::Wait: MadeInPlace<O>;
    }

    impl<K: Kind, O: Suspends<K>, P, T> HoldMoved<K, O, T> for Argument<K, O, P, T> {
        fn hold(&self, _: &T) -> Gone<T>
        where
            O::Wait: NeverAgain<O>,
        {
            Gone(PhantomData)
        }

        fn hold_made_in_place(&self) -> Gone<T>
        where
            O::Wait: MadeInPlace<O>,
        {
            Gone(PhantomData)
        }
    }
}

pub use kinds::{HoldCopy, HoldForMachine, HoldForStored, HoldMoved, HoldText, HoldTextForMachine, HoldTextForStored};
