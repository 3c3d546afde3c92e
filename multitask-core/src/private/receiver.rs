//! Method calls of which the name tells something: `slot.map(|x| ..)` takes an option, a result or an iterator by value.
//!
//! Whether a call moves a local is found by [`moves`](super::moves) where the call can be in the expansion twice. With a
//! closure among its arguments it cannot. Of the methods of the standard library that take closures it is known what they
//! take by value, so that the type of the local decides, by method lookup: `(&&&&receiver(&slot, names)).call(slot, f)`.

use core::marker::PhantomData;

use super::{
    Retained,
    locals::{get_mut, take},
};

/// A local of type `T` that a method is called on; `N` says which names the method may have.
pub struct Receiver<T, N>(PhantomData<fn(N) -> T>);

impl<T, N> core::fmt::Debug for Receiver<T, N> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Receiver")
    }
}

/// The names of methods that take iterators, options and results by value.
#[derive(Debug)]
pub struct OfOptions;

/// The names of methods that take iterators by value.
#[derive(Debug)]
pub struct OfIterators;

/// The names of methods that take iterators by value, and what is ordered.
#[derive(Debug)]
pub struct OfOrdered;

/// The [`Receiver`] of a local and a group of names.
pub fn receiver<T, N>(_slot: &Option<T>, _names: N) -> Receiver<T, N> {
    Receiver(PhantomData)
}

/// Where a local lies that a method is called on.
pub trait Slot<'s, T> {
    /// Moves it out.
    fn take(self) -> T;

    /// Lends it.
    fn lend(self) -> &'s mut T;
}

impl<'s, T> Slot<'s, T> for &'s mut Option<T> {
    fn take(self) -> T {
        take(self)
    }

    fn lend(self) -> &'s mut T {
        get_mut(self)
    }
}

impl<'s, T, K: Retained<T>> Slot<'s, T> for (&'s mut K, &'s mut Option<T>) {
    fn take(self) -> T {
        self.0.take(self.1)
    }

    fn lend(self) -> &'s mut T {
        self.0.get_mut(self.1)
    }
}

mod kinds {
    use super::{OfOptions, OfOrdered, Receiver, Slot};

    pub trait CallIterator<T> {
        fn call<'s, R>(&self, slot: impl Slot<'s, T>, method: impl FnOnce(T) -> R) -> R {
            method(slot.take())
        }
    }

    impl<I: Iterator, N> CallIterator<I> for &&&Receiver<I, N> {}

    /// A type with methods of certain names that take it by value.
    pub trait HasConsuming<N> {}

    impl<T> HasConsuming<OfOptions> for Option<T> {}
    impl<T, E> HasConsuming<OfOptions> for Result<T, E> {}
    impl<T: Ord> HasConsuming<OfOrdered> for T {}

    pub trait CallByName<T> {
        fn call<'s, R>(&self, slot: impl Slot<'s, T>, method: impl FnOnce(T) -> R) -> R {
            method(slot.take())
        }
    }

    impl<T: HasConsuming<N>, N> CallByName<T> for &&Receiver<T, N> {}

    /// Whether such a value is copied or moved makes no difference where it is not used again.
    pub trait CallCopy<T> {
        fn call<'s, R>(&self, slot: impl Slot<'s, T>, method: impl FnOnce(T) -> R) -> R {
            method(slot.take())
        }
    }

    impl<T: Copy, N> CallCopy<T> for &Receiver<T, N> {}

    pub trait CallOther<T> {
        fn call<'s, R>(&self, slot: impl Slot<'s, T>, method: impl FnOnce(&'s mut T) -> R) -> R
        where
            T: 's,
        {
            method(slot.lend())
        }
    }

    impl<T, N> CallOther<T> for Receiver<T, N> {}
}

pub use kinds::{CallByName, CallCopy, CallIterator, CallOther, HasConsuming};
