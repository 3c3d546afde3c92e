//! Locals in a frame: those that are moved out of, and those that are kept for their destructor alone.

use core::marker::PhantomData;

const MOVED: &str = "a local was used after it had been moved";

/// The local, which has a value.
#[inline]
pub fn get<T>(slot: &Option<T>) -> &T {
    slot.as_ref().expect(MOVED)
}

/// The local, which has a value.
#[inline]
pub fn get_mut<T>(slot: &mut Option<T>) -> &mut T {
    slot.as_mut().expect(MOVED)
}

/// Moves out of the local.
#[inline]
pub fn take<T>(slot: &mut Option<T>) -> T {
    slot.take().expect(MOVED)
}

/// The value of a local that is in no frame any more.
#[inline]
pub fn unwrap<T>(slot: Option<T>) -> T {
    slot.expect(MOVED)
}

/// Assigns to the local; what it held is dropped.
#[inline]
pub fn set<T>(slot: &mut Option<T>, value: T) {
    *slot = Some(value);
}

/// What a state needs that cannot be there.
#[cold]
pub fn wrong_state() -> ! {
    unreachable!("a task was in a state that it cannot be in: this is a bug of `multitask`")
}

/// Makes the compiler check that a value which borrows need not be kept for its destructor.
pub fn no_destructor<T>(_iterator: &T) {
    const {
        assert!(
            !core::mem::needs_drop::<T>(),
            "this looks like a reference or an iterator that borrows, but has a destructor: drop it before the next `yield_!`, or bind it in a block of its own"
        );
    }
}

/// A value of which a pattern leaves a part behind that cannot be kept; makes the compiler check that it is not dropped.
pub fn without_destructor<T>(value: T) -> T {
    const {
        assert!(
            !core::mem::needs_drop::<T>(),
            "a pattern leaves a part of this value behind, which lives to the end of the statement: bind the value with `let` before, or name every part"
        );
    }
    value
}

/// What is kept of a local that no suspended state mentions, by method lookup:
/// `(&&&retention(&x)).retain(x, carrier)`.
///
/// Of a value that is `Copy`, or quiet, as `private::quiet` says, nobody can notice when it is dropped, and it is not kept:
/// it may borrow from the frame. It stays in its carrier, a variable, for code that is reached without a suspension.
#[derive(Debug)]
pub struct Retention<T>(PhantomData<T>);

/// The [`Retention`] of a local.
pub fn retention<T>(_local: &T) -> Retention<T> {
    Retention(PhantomData)
}

/// The same of two together.
pub fn retention_of_two<T, U>(_: &T, _: &U) -> Retention<(T, U)> {
    Retention(PhantomData)
}

/// The same of three together.
pub fn retention_of_three<T, U, V>(_: &T, _: &U, _: &V) -> Retention<(T, U, V)> {
    Retention(PhantomData)
}

/// What is kept of a `T`.
pub trait Retained<T> {
    /// The local, which has a value.
    fn get<'a>(&'a self, carrier: &'a Option<T>) -> &'a T;

    /// The local, which has a value.
    fn get_mut<'a>(&'a mut self, carrier: &'a mut Option<T>) -> &'a mut T;

    /// Moves out of the local.
    fn take(&mut self, carrier: &mut Option<T>) -> T;
}

/// Nothing: the value is in its carrier.
#[derive(Clone, Copy, Debug)]
pub struct Elsewhere;

impl<T> Retained<T> for Elsewhere {
    fn get<'a>(&'a self, carrier: &'a Option<T>) -> &'a T {
        get(carrier)
    }

    fn get_mut<'a>(&'a mut self, carrier: &'a mut Option<T>) -> &'a mut T {
        get_mut(carrier)
    }

    fn take(&mut self, carrier: &mut Option<T>) -> T {
        take(carrier)
    }
}

/// The value, until it is moved out.
#[derive(Clone, Debug)]
pub struct Here<T>(Option<T>);

impl<T> Retained<T> for Here<T> {
    fn get<'a>(&'a self, _: &'a Option<T>) -> &'a T {
        get(&self.0)
    }

    fn get_mut<'a>(&'a mut self, _: &'a mut Option<T>) -> &'a mut T {
        get_mut(&mut self.0)
    }

    fn take(&mut self, _: &mut Option<T>) -> T {
        take(&mut self.0)
    }
}

/// Whether anything will be kept of a local.
#[derive(Clone, Copy, Debug)]
pub enum Retain<N, V> {
    Nothing(N),
    Value(V),
}

mod kinds {
    use core::convert::Infallible;

    use super::{Elsewhere, Here, Retain, Retention};
    use crate::private::quiet::Quiet;

    pub trait RetainCopy<T> {
        fn retain(&self, local: T, carrier: &mut Option<T>) -> Elsewhere;

        fn decide(&self) -> Retain<Elsewhere, Infallible> {
            Retain::Nothing(Elsewhere)
        }
    }

    impl<T: Copy> RetainCopy<T> for &&Retention<T> {
        fn retain(&self, local: T, carrier: &mut Option<T>) -> Elsewhere {
            *carrier = Some(local);
            Elsewhere
        }
    }

    pub trait RetainQuiet<T> {
        fn retain(&self, local: T, carrier: &mut Option<T>) -> Elsewhere;

        fn decide(&self) -> Retain<Elsewhere, Infallible> {
            Retain::Nothing(Elsewhere)
        }
    }

    impl<T: Quiet> RetainQuiet<T> for &Retention<T> {
        fn retain(&self, local: T, carrier: &mut Option<T>) -> Elsewhere {
            *carrier = Some(local);
            Elsewhere
        }
    }

    pub trait RetainOther<T> {
        fn retain(&self, local: T, carrier: &mut Option<T>) -> Here<T>;

        fn decide(&self) -> Retain<Here<T>, ()> {
            Retain::Value(())
        }
    }

    impl<T> RetainOther<T> for Retention<T> {
        fn retain(&self, local: T, _: &mut Option<T>) -> Here<T> {
            Here(Some(local))
        }
    }
}

pub use kinds::{RetainCopy, RetainOther, RetainQuiet};
