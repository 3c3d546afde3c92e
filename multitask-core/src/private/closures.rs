//! Closures that borrow what they capture, and are made again wherever they are mentioned.
//!
//! Each is a type of its own then. What the types of arguments and values have in common is said by [`Outcome`]s.

use core::marker::PhantomData;

/// Stands for a value of a type that is found out elsewhere.
pub struct Outcome<T>(PhantomData<fn() -> T>);

/// An outcome of any type.
pub fn outcome<T>() -> Outcome<T> {
    Outcome(PhantomData)
}

/// `value`, which has the type that `_outcome` stands for.
pub fn like<T>(_outcome: &Outcome<T>, value: T) -> T {
    value
}

/// That `_value` has the type that `_outcome` stands for.
pub fn alike<T>(_outcome: &Outcome<T>, _value: &T) {}

/// A closure that is made again wherever it is mentioned, which must therefore own nothing.
pub fn borrowing_closure<F>(closure: F) -> F {
    const {
        assert!(
            !core::mem::needs_drop::<F>(),
            "this closure takes a value from the task, and is used after a `yield_!`: write `move` before it"
        );
    }
    closure
}
