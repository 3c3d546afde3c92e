//! Where the user's body is only checked; see `shadow.rs` of the macro crate.
//!
//! What is waited for stays in the frame, so it must not borrow from the locals there. In the machine that shows in what
//! becomes of the locals. Here it is asked directly: `kept` is given the operation, in a branch that then leaves the
//! function, so that nothing else is said of the borrow. The compiler shows the line of the bound that is not met.

use core::marker::PhantomData;

use super::{Exchange, Suspends, kind::Runs};
use crate::{IntoOperation, Operation};

/// Stands for the task, which outlives what is in it.
#[derive(Clone, Copy, Debug)]
pub struct Keeper<'t>(PhantomData<fn(&'t ()) -> &'t ()>);

/// The task itself; its lifetime is that of `_task`.
pub fn keeper<'t>(_task: &'t ()) -> Keeper<'t> {
    Keeper(PhantomData)
}

/// A type.
#[derive(Debug)]
pub struct Typed<T>(PhantomData<T>);

/// A type that is to be inferred.
pub fn typed<T>() -> Typed<T> {
    Typed(PhantomData)
}

/// Infers it.
pub fn same<T>(_: &Typed<T>, _: Typed<T>) {}

/// Has a body checked.
pub fn check<T>(_body: impl FnOnce() -> T) -> ! {
    unreachable!("a body that must only compile was run")
}

/// What the compiler knows nothing of.
pub fn unknown() -> bool {
    unreachable!("a body that must only compile was run")
}

/// The output of a body that is left.
pub fn absent<T>() -> T {
    unreachable!("a body that must only compile was run")
}

/// A lent parameter, which is there as long as one resume.
pub fn lent<'r, T: ?Sized>(_resume: &'r (), _parameter: &T) -> &'r T {
    unreachable!("a body that must only compile was run")
}

/// See [`lent`].
pub fn lent_mut<'r, T: ?Sized>(_resume: &'r (), _parameter: &mut T) -> &'r mut T {
    unreachable!("a body that must only compile was run")
}

/// What a yield evaluates to; `_kept` has been found to evaluate to the same.
pub fn output_of<O: IntoOperation>(_kept: Typed<O::Output>, _operation: O) -> O::Output {
    unreachable!("a body that must only compile was run")
}

/// What `yield_from!` evaluates to.
pub fn return_of<Y, In, S: Runs<Exchange<Y, In>>>(_kept: Typed<S::Output>, _sub: S) -> S::Output {
    unreachable!("a body that must only compile was run")
}

/// Asks of an operation, by method lookup: `(&asked(&x)).kept(&task, x)`. Of what is none something else is said.
#[derive(Debug)]
pub struct Asked<O>(PhantomData<O>);

/// See [`Asked`].
pub fn asked<O>(_operation: &O) -> Asked<O> {
    Asked(PhantomData)
}

mod kinds {
    use super::{Asked, IntoOperation, Keeper, Operation, Typed, typed};

    pub trait AskOperation<O: IntoOperation> {
        fn kept<'t, W>(&self, _task: &Keeper<'t>, _operation: O) -> Typed<O::Output>
        where
            O::Operation: Operation<Wait = W>,
            W: 't; // it is kept, and would borrow from the task that keeps it; a `#[task(lend)]` would not
    }

    impl<O: IntoOperation> AskOperation<O> for Asked<O> {
        fn kept<'t, W>(&self, _task: &Keeper<'t>, _operation: O) -> Typed<O::Output>
        where
            O::Operation: Operation<Wait = W>,
            W: 't,
        {
            typed()
        }
    }

    pub trait AskOther<O> {
        fn kept<T>(&self, _task: &Keeper<'_>, _operation: O) -> Typed<T>;
    }

    impl<O> AskOther<O> for &Asked<O> {
        fn kept<T>(&self, _task: &Keeper<'_>, _operation: O) -> Typed<T> {
            typed()
        }
    }
}

pub use kinds::{AskOperation, AskOther};

/// The same of what `yield_from!` is given.
pub fn kept_from<'t, Y, In, S, W>(_task: &Keeper<'t>, _sub: S) -> Typed<S::Output>
where
    S: Suspends<Exchange<Y, In>, Wait = W>,
    W: 't, // it is kept, and would borrow from the coroutine that keeps it; one with `lend` would not
{
    typed()
}
