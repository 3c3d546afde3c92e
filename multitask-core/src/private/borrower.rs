//! Values of the standard library that borrow, where they would be kept across a wait beside what they borrow from.
//!
//! The compiler would refuse them, too, but in words about the expansion. So what a call evaluates to is asked here, by
//! its type, in code that is never reached: `(&&borrower(&value, receiver)).check(way)`.

use alloc::{
    boxed::Box,
    collections::{BTreeMap, BTreeSet, VecDeque, btree_map, vec_deque},
    rc::Rc,
    string::{self, String},
    sync::Arc,
    vec::{self, Vec},
};
use core::{
    cell::{Ref, RefCell, RefMut},
    iter,
    marker::PhantomData,
};

use super::Through;

/// A value, a `T`, which a method of an `R` has evaluated to.
#[derive(Debug)]
pub struct Borrower<T, R: ?Sized>(PhantomData<T>, PhantomData<R>);

/// See [`Borrower`].
pub fn borrower<T, R: ?Sized>(_value: &T, receiver: PhantomData<R>) -> Borrower<T, R> {
    Borrower(PhantomData, receiver)
}

/// The same, of a value that adapters have made of what borrows: a reference may be any by then.
#[derive(Debug)]
pub struct AdaptedBorrower<T, R: ?Sized>(PhantomData<T>, PhantomData<R>);

/// See [`AdaptedBorrower`].
pub fn adapted_borrower<T, R: ?Sized>(_value: &T, receiver: PhantomData<R>) -> AdaptedBorrower<T, R> {
    AdaptedBorrower(PhantomData, receiver)
}

/// The same, of a value that is kept only if it has a destructor.
#[derive(Debug)]
pub struct DroppedBorrower<T, R: ?Sized>(PhantomData<T>, PhantomData<R>);

/// See [`DroppedBorrower`].
pub fn dropped_borrower<T, R: ?Sized>(_value: &T, receiver: PhantomData<R>) -> DroppedBorrower<T, R> {
    DroppedBorrower(PhantomData, receiver)
}

/// The way to what does not lie in the task.
#[diagnostic::on_unimplemented(
    message = "what borrows from a local of the task cannot be kept across a wait",
    label = "it borrows from a local, and is needed until after a wait",
    note = "let it go before the wait, by a block around it",
    note = "or keep what does not borrow: a copy, an index, a collected `Vec`"
)]
pub trait LeadsElsewhere {}

impl LeadsElsewhere for Through {}

/// Where it is a method of the standard library, and evaluates to what borrows.
pub trait BorrowsFromReceiver {
    fn check<W: LeadsElsewhere>(&self, _way: W) {}
}

/// Where nothing is known.
pub trait BorrowsFromUnknown {
    fn check<W>(&self, _way: W) {}
}

impl<T: References, R: Lends + ?Sized> BorrowsFromReceiver for &Borrower<T, R> {}
impl<T, R: ?Sized> BorrowsFromUnknown for Borrower<T, R> {}
impl<T: Borrows, R: Lends + ?Sized> BorrowsFromReceiver for &AdaptedBorrower<T, R> {}
impl<T, R: ?Sized> BorrowsFromUnknown for AdaptedBorrower<T, R> {}
impl<T: Guards, R: Lends + ?Sized> BorrowsFromReceiver for &DroppedBorrower<T, R> {}
impl<T, R: ?Sized> BorrowsFromUnknown for DroppedBorrower<T, R> {}

/// A type of the standard library that has methods which borrow from it.
pub trait Lends {}

/// What borrows, references included.
pub trait References {}

/// Iterators and guards, which borrow from what they are made of.
pub trait Borrows {}

/// The same, with a destructor.
pub trait Guards {}

implement! { Lends:
    RefCell<T>, T;
    Option<T>, T;
    [T], T;
    Vec<T>, T;
    VecDeque<T>, T;
    BTreeMap<K, V>, K, V;
    BTreeSet<T>, T;
    String;
    str;
}

impl<T, const N: usize> Lends for [T; N] {}
impl<T: Lends + ?Sized> Lends for &T {}
impl<T: Lends + ?Sized> Lends for &mut T {}
impl<T: Lends + ?Sized> Lends for Box<T> {}
impl<T: Lends + ?Sized> Lends for Rc<T> {}
impl<T: Lends + ?Sized> Lends for Arc<T> {}

implement! { Guards:
    vec::Drain<'_, T>, T;
    vec_deque::Drain<'_, T>, T;
    string::Drain<'_>;
}

impl<T: ?Sized> Guards for Ref<'_, T> {}
impl<T: ?Sized> Guards for RefMut<'_, T> {}
impl<T: Guards> Guards for Option<T> {}
impl<T: Guards, E> Guards for Result<T, E> {}

implement! { Borrows, References:
    vec::Drain<'_, T>, T;
    vec_deque::Drain<'_, T>, T;
    string::Drain<'_>;
    btree_map::Entry<'_, K, V>, K, V;
}

borrowing_iterators! { Borrows, References }

impl<T: ?Sized> Borrows for Ref<'_, T> {}
impl<T: ?Sized> References for Ref<'_, T> {}
impl<T: ?Sized> Borrows for RefMut<'_, T> {}
impl<T: ?Sized> References for RefMut<'_, T> {}
impl<T: Borrows> Borrows for Option<T> {}
impl<T: References> References for Option<T> {}
impl<T: Borrows, E> Borrows for Result<T, E> {}
impl<T: References, E> References for Result<T, E> {}
impl<T: References, U> References for (T, U) {}
impl<T: ?Sized> References for &T {}
impl<T: ?Sized> References for &mut T {}

macro_rules! adapters {
    ($($adapter:ident $(, $parameter:ident)*;)*) => { $(
        #[diagnostic::do_not_recommend]
        impl<I: Borrows, $($parameter),*> Borrows for iter::$adapter<I, $($parameter),*> {}
    )* };
}

adapters! {
    Chain, J;
    Cloned;
    Copied;
    Cycle;
    Enumerate;
    Filter, P;
    FilterMap, F;
    Fuse;
    Inspect, F;
    Map, F;
    MapWhile, F;
    Rev;
    Scan, S, F;
    Skip;
    SkipWhile, P;
    StepBy;
    Take;
    TakeWhile, P;
    Zip, J;
}

impl<I: Borrows + Iterator> Borrows for iter::Peekable<I> {}
impl<I: Borrows + Iterator> References for iter::Peekable<I> {}
impl<I: Borrows + Iterator<Item: IntoIterator>> Borrows for iter::Flatten<I> {}
impl<I: Borrows + Iterator<Item: IntoIterator>> References for iter::Flatten<I> {}
impl<I: Borrows, U: IntoIterator, F> Borrows for iter::FlatMap<I, U, F> {}
impl<I: Borrows, U: IntoIterator, F> References for iter::FlatMap<I, U, F> {}

#[cfg(feature = "std")]
mod with_std {
    use std::{
        collections::{HashMap, HashSet, hash_map},
        sync::{Mutex, MutexGuard, RwLock, RwLockReadGuard, RwLockWriteGuard},
    };

    use super::{Borrows, Guards, Lends, References};

    implement! { Lends:
        HashMap<K, V, S>, K, V, S;
        HashSet<T, S>, T, S;
    }

    impl<T: ?Sized> Lends for Mutex<T> {}
    impl<T: ?Sized> Lends for RwLock<T> {}

    implement! { Borrows, References:
        hash_map::Entry<'_, K, V>, K, V;
    }

    hash_iterators! { Borrows, References }

    impl<T: ?Sized> Borrows for MutexGuard<'_, T> {}
    impl<T: ?Sized> References for MutexGuard<'_, T> {}
    impl<T: ?Sized> Borrows for RwLockReadGuard<'_, T> {}
    impl<T: ?Sized> References for RwLockReadGuard<'_, T> {}
    impl<T: ?Sized> Borrows for RwLockWriteGuard<'_, T> {}
    impl<T: ?Sized> References for RwLockWriteGuard<'_, T> {}
    impl<T: ?Sized> Guards for MutexGuard<'_, T> {}
    impl<T: ?Sized> Guards for RwLockReadGuard<'_, T> {}
    impl<T: ?Sized> Guards for RwLockWriteGuard<'_, T> {}
}
