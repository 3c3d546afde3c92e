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

/// Makes the compiler refuse a temporary whose destructor would run at another time than the user's code says.
pub fn no_destructor<T>(_temporary: &T) {
    const {
        assert!(
            !core::mem::needs_drop::<T>(),
            "a temporary in the condition of an `if let` or `while let` that guards a `yield_!` has a destructor: bind it with `let` before"
        );
    }
}

/// The task of a function that was refused; the errors keep it from ever being run.
pub fn refused<T>() -> Refused<T> {
    Refused(PhantomData)
}

/// See [`refused`].
#[derive(Debug)]
pub struct Refused<T>(PhantomData<T>);

impl<T> crate::Task for Refused<T> {
    type Output = T;

    fn resume(&mut self, _: &mut crate::Context<'_>) -> core::task::Poll<T> {
        unreachable!("a function that does not compile was run")
    }
}

/// What is kept of a local that is not mentioned again, by method lookup: `(&&retention(&x)).retain(x)`.
///
/// A value that is `Copy` has no destructor, and is not kept: it may borrow from the frame.
#[derive(Debug)]
pub struct Retention<T>(PhantomData<T>);

/// The [`Retention`] of a local.
pub fn retention<T>(_local: &T) -> Retention<T> {
    Retention(PhantomData)
}

mod kinds {
    use super::Retention;

    pub trait RetainCopy<T> {
        fn retain(&self, local: T);
    }

    impl<T: Copy> RetainCopy<T> for &Retention<T> {
        fn retain(&self, _: T) {}
    }

    pub trait RetainOther<T> {
        fn retain(&self, local: T) -> T;
    }

    impl<T> RetainOther<T> for Retention<T> {
        fn retain(&self, local: T) -> T {
            local
        }
    }
}

pub use kinds::{RetainCopy, RetainOther};
