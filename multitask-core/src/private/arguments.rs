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

use super::{Nest, Place, Stored};
use crate::{Context, Operation};

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

impl<O: Operation<Wait = O>> NeverAgain<O> for O {}

/// The same of an argument that is a closure, made in its place in the call.
#[diagnostic::on_unimplemented(
    message = "this closure is needed by each attempt of a borrowing operation, so the types of its parameters must be known before",
    label = "a closure that is made with the operation",
    note = "the operation borrows from this task, so it is begun again after each wait, with the same arguments",
    note = "write the types of the closure's parameters: `|x: Type| ..`"
)]
pub trait MadeInPlace<O> {}

impl<O, W: NeverAgain<O>> MadeInPlace<O> for W {}

/// Begins an operation: what stays in the frame.
pub fn begin<O: Operation>(operation: O) -> O::Wait {
    operation.begin()
}

/// Attempts an operation, which is of the kind that is to be inferred.
pub fn attempt<'n, O: Operation>(
    _kind: &OperationKind<O>,
    wait: &mut O::Wait,
    again: impl FnOnce() -> O,
    cx: &mut Context<'_>,
    nest: &mut Nest<'n>,
    _outlives: PhantomData<&'n O::Wait>,
) -> Poll<O::Output> {
    O::poll_nested(wait, again, cx, nest, PhantomData)
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

/// The type of an operation.
#[derive(Debug)]
pub struct OperationKind<O>(pub(super) PhantomData<O>);

/// The type of an operation that is yet to be inferred.
pub fn unknown_kind<O: Operation>() -> OperationKind<O> {
    OperationKind(PhantomData)
}

impl<O: Operation> OperationKind<O> {
    /// Whether an attempt evaluates the expression again; otherwise just the arguments that are lent.
    pub fn is_evaluated_again(&self) -> bool {
        !O::LENDS
    }
}

/// The type of `_operation`.
pub fn kind_of<O: Operation>(_operation: &O) -> OperationKind<O> {
    OperationKind(PhantomData)
}

/// The type of the operation that `_expression` would make.
pub fn operation_kind<O: Operation>(_expression: impl FnOnce() -> O) -> OperationKind<O> {
    OperationKind(PhantomData)
}

/// What the attempts after the first find in an argument's place, by method lookup: `(&&&&of(&o, &p, &w)).hold(&arg)`.
#[derive(Debug)]
pub struct Argument<O, P, T>(PhantomData<(O, P, T)>);

/// The [`Argument`] of an operation, by its place among the arguments and its type.
pub fn argument<O, P, T>(_operation: &OperationKind<O>, _place: &P, _argument: &Witness<T>) -> Argument<O, P, T> {
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

mod kinds {
    use super::{Argument, Gone, Kept, MadeInPlace, NeverAgain, Operation, PhantomData, Place, Stored};

    pub trait HoldForMachine<T> {
        fn hold(&self, argument: &T) -> Gone<T>;
        fn hold_made_in_place(&self) -> Gone<T>;
    }

    impl<O, X, T> HoldForMachine<T> for &&&Argument<O, Place<Stored<X>>, T> {
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

    impl<O: Operation<Wait = O>, P, T> HoldForStored<T> for &&Argument<O, P, T> {
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

    impl<O: Operation, P, T: Copy> HoldCopy<T> for &Argument<O, P, T> {
        fn hold(&self, argument: &T) -> Kept<T> {
            Kept(*argument)
        }
    }

    pub trait HoldMoved<O: Operation, T> {
        fn hold(&self, argument: &T) -> Gone<T>
        where
            O::Wait: NeverAgain<O>;

        fn hold_made_in_place(&self) -> Gone<T>
        where
            O::Wait: MadeInPlace<O>;
    }

    impl<O: Operation, P, T> HoldMoved<O, T> for Argument<O, P, T> {
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

pub use kinds::{HoldCopy, HoldForMachine, HoldForStored, HoldMoved};
