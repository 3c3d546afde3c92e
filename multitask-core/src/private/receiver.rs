//! Method calls on a local that is not used again: does the method take the local by value?
//!
//! If it does, the local is moved; if it does not, it must live on. The macro sees a name. Which of the two it is, method
//! lookup knows: it looks for methods that take `self` by value before those that take a reference. In code that is never
//! run the expansion calls the method with a trait in scope that has a method of the same name, by value, for every type.
//! Where the lookup prefers the user's method, that one is by value, too; otherwise the call is of type [`ByReference`].
//! The call itself is then written once, as a closure, of a value or of a reference.
//!
//! A method by value of a trait would be as good as ours, and the call ambiguous. Those of the standard library's
//! iterators, options and results are known by name; there the type of the local decides first.

use core::marker::PhantomData;

use super::{
    Retained,
    locals::{get_mut, take},
};

/// What a call evaluates to in the place of a method that takes a reference.
#[derive(Debug)]
pub struct ByReference;

/// How a method takes its receiver: see the module.
pub struct Selection<R>(PhantomData<fn() -> R>);

impl<R> core::fmt::Debug for Selection<R> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Selection")
    }
}

/// A selection of a type that is given later.
pub fn unselected<R>() -> Selection<R> {
    Selection(PhantomData)
}

/// The selection by what a call evaluates to.
pub fn selected<R>(_call: R) -> Selection<R> {
    Selection(PhantomData)
}

/// Stands for the value of a local where an expression is only compiled.
pub fn value_of<T>(_slot: &Option<T>) -> T {
    unreachable!("an expression that must only compile was evaluated")
}

/// How a `T` is taken by methods of the standard library with a certain name, by method lookup:
/// `(&&&known(&slot)).receiver(&slot)`. `N` says which names.
pub struct Known<T, N>(PhantomData<fn(N) -> T>);

impl<T, N> core::fmt::Debug for Known<T, N> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Known")
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

/// The [`Known`] of a local and a group of names.
pub fn known<T, N>(_slot: &Option<T>, _names: N) -> Known<T, N> {
    Known(PhantomData)
}

/// Stands for a receiver that is known to be taken by value, and for what a method of it evaluates to.
#[derive(Debug)]
pub struct Consumed;

/// Where a local lies that a method is called on.
pub trait Slot<'s, T> {
    /// Moves it out.
    fn take(self) -> T;

    /// Lends it.
    fn lend(self) -> &'s mut T;
}

impl<'s, T> Slot<'s, T> for &'s mut Option<T> {
    #[inline]
    fn take(self) -> T {
        take(self)
    }

    #[inline]
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
    use super::{ByReference, Consumed, Known, OfOptions, OfOrdered, Selection, Slot, unselected, value_of};

    pub trait ConsumedIterator<T> {
        fn receiver(&self, _slot: &Option<T>) -> Consumed {
            Consumed
        }
        fn selected<R>(&self, _call: R) -> Selection<Consumed> {
            unselected()
        }
    }

    impl<I: Iterator, N> ConsumedIterator<I> for &&&Known<I, N> {}

    /// A type with methods of certain names that take it by value.
    pub trait HasConsuming<N> {}

    impl<T> HasConsuming<OfOptions> for Option<T> {}
    impl<T, E> HasConsuming<OfOptions> for Result<T, E> {}
    impl<T: Ord> HasConsuming<OfOrdered> for T {}

    pub trait ConsumedByName<T> {
        fn receiver(&self, _slot: &Option<T>) -> Consumed {
            Consumed
        }
        fn selected<R>(&self, _call: R) -> Selection<Consumed> {
            unselected()
        }
    }

    impl<T: HasConsuming<N>, N> ConsumedByName<T> for &&Known<T, N> {}

    /// Whether such a value is copied or moved makes no difference where it is not used again.
    pub trait ConsumedCopy<T> {
        fn receiver(&self, _slot: &Option<T>) -> Consumed {
            Consumed
        }
        fn selected<R>(&self, _call: R) -> Selection<Consumed> {
            unselected()
        }
    }

    impl<T: Copy, N> ConsumedCopy<T> for &Known<T, N> {}

    pub trait OtherReceiver<T> {
        fn receiver(&self, slot: &Option<T>) -> T {
            value_of(slot)
        }
        fn selected<R>(&self, call: R) -> Selection<R> {
            super::selected(call)
        }
    }

    impl<T, N> OtherReceiver<T> for Known<T, N> {}

    pub trait CallByReference {
        fn call<'s, T, R>(&self, slot: impl Slot<'s, T>, method: impl FnOnce(&'s mut T) -> R) -> R
        where
            T: 's;
    }

    impl CallByReference for &Selection<ByReference> {
        #[inline]
        fn call<'s, T, R>(&self, slot: impl Slot<'s, T>, method: impl FnOnce(&'s mut T) -> R) -> R
        where
            T: 's,
        {
            method(slot.lend())
        }
    }

    pub trait CallConsumed {
        fn call<'s, T, R>(&self, slot: impl Slot<'s, T>, method: impl FnOnce(T) -> R) -> R;
    }

    impl CallConsumed for &Selection<Consumed> {
        #[inline]
        fn call<'s, T, R>(&self, slot: impl Slot<'s, T>, method: impl FnOnce(T) -> R) -> R {
            method(slot.take())
        }
    }

    /// The call evaluates to what the same call did where it was tried: a type that follows from what is done with it.
    pub trait CallByValue<R> {
        fn call<'s, T>(&self, slot: impl Slot<'s, T>, method: impl FnOnce(T) -> R) -> R;
    }

    impl<R> CallByValue<R> for Selection<R> {
        #[inline]
        fn call<'s, T>(&self, slot: impl Slot<'s, T>, method: impl FnOnce(T) -> R) -> R {
            method(slot.take())
        }
    }
}

pub use kinds::{
    CallByReference, CallByValue, CallConsumed, ConsumedByName, ConsumedCopy, ConsumedIterator, HasConsuming,
    OtherReceiver,
};
