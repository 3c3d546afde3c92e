//! Types of the standard library whose methods borrow the same part whenever they are called.

use alloc::{
    boxed::Box,
    collections::{BTreeMap, BTreeSet, BinaryHeap, LinkedList, VecDeque},
    rc::Rc,
    string::String,
    sync::Arc,
    vec::Vec,
};
use core::iter::Peekable;

/// What a part is borrowed of, and borrowed of again after a wait: the same method of this type does the same again.
#[diagnostic::on_unimplemented(
    message = "a part of `{Self}` cannot be borrowed again after a wait",
    label = "it is not known that the same method of this type does the same again",
    note = "call the method once more after the wait, or copy what is needed before it",
    note = "if it evaluates to a value of its own, that can be kept: put the call in a block, `{{ cache.get(key) }}`"
)]
pub trait Standard {}

/// Marks what a part is borrowed of.
pub fn part_of<T: ?Sized>(value: &T) -> &T {
    value
}

/// The same, exclusively.
pub fn part_of_mut<T: ?Sized>(value: &mut T) -> &mut T {
    value
}

/// Borrows exclusively what is of the standard library. There is no other way to have such a part again: it is not `Copy`.
pub fn standard_mut<T: Standard + ?Sized>(value: &mut T) -> &mut T {
    value
}

macro_rules! standard {
    ($($ty:ty $(, $parameter:ident)*;)*) => { $(
        #[diagnostic::do_not_recommend]
        impl<$($parameter),*> Standard for $ty {}
    )* };
}

standard! {
    Option<T>, T;
    Result<T, E>, T, E;
    [T], T;
    Vec<T>, T;
    VecDeque<T>, T;
    LinkedList<T>, T;
    BinaryHeap<T>, T;
    BTreeMap<K, V>, K, V;
    BTreeSet<T>, T;
    String;
    str;
}

#[diagnostic::do_not_recommend]
impl<T, const N: usize> Standard for [T; N] {}
#[diagnostic::do_not_recommend]
impl<I: Iterator> Standard for Peekable<I> {}
#[diagnostic::do_not_recommend]
impl<T: Standard + ?Sized> Standard for &T {}
#[diagnostic::do_not_recommend]
impl<T: Standard + ?Sized> Standard for &mut T {}
#[diagnostic::do_not_recommend]
impl<T: Standard + ?Sized> Standard for Box<T> {}
#[diagnostic::do_not_recommend]
impl<T: Standard + ?Sized> Standard for Rc<T> {}
#[diagnostic::do_not_recommend]
impl<T: Standard + ?Sized> Standard for Arc<T> {}

#[cfg(feature = "std")]
#[diagnostic::do_not_recommend]
impl<K, V, S> Standard for std::collections::HashMap<K, V, S> {}
#[cfg(feature = "std")]
#[diagnostic::do_not_recommend]
impl<T, S> Standard for std::collections::HashSet<T, S> {}
