//! Values whose end nobody can notice.

use alloc::{
    borrow::{Cow, ToOwned},
    boxed::Box,
    collections::{BTreeMap, BTreeSet, BinaryHeap, LinkedList, VecDeque},
    string::String,
    vec::{self, Vec},
};
use core::{
    cell::{Cell, RefCell},
    iter,
    marker::PhantomData,
    ops::{Range, RangeFrom, RangeInclusive},
};

/// To drop it runs no code of users': at most memory is given back.
///
/// So it makes no difference whether such a value is dropped when it is needed for the last time, or at the end of its
/// scope. `Copy` is told apart from it, so what is in here is not, or not always.
pub trait Quiet {}

macro_rules! quiet {
    ($($ty:ty $(, $parameter:ident)*;)*) => { $(
        #[diagnostic::do_not_recommend]
        impl<$($parameter: Quiet),*> Quiet for $ty {}
    )* };
}

macro_rules! adapters {
    ($($adapter:ident $(, $inner:ident)* $(; $closure:ident)?.)*) => { $(
        #[diagnostic::do_not_recommend]
        impl<I: Quiet, $($inner: Quiet,)* $($closure: Copy)?> Quiet for iter::$adapter<I, $($inner,)* $($closure)?> {}
    )* };
}

quiet! {
    (); bool; char;
    u8; u16; u32; u64; u128; usize;
    i8; i16; i32; i64; i128; isize;
    f32; f64;
    (A,), A;
    (A, B), A, B;
    (A, B, C), A, B, C;
    (A, B, C, D), A, B, C, D;
    (A, B, C, D, E), A, B, C, D, E;
    (A, B, C, D, E, F), A, B, C, D, E, F;
    Option<T>, T;
    Result<T, E>, T, E;
    Cell<T>, T;
    RefCell<T>, T;
    [T], T;
    Vec<T>, T;
    vec::IntoIter<T>, T;
    VecDeque<T>, T;
    LinkedList<T>, T;
    BinaryHeap<T>, T;
    BTreeMap<K, V>, K, V;
    BTreeSet<T>, T;
    Range<T>, T;
    RangeFrom<T>, T;
    RangeInclusive<T>, T;
    String;
    str;
}

impl<T: Quiet, const N: usize> Quiet for [T; N] {}
impl<T: Quiet + ?Sized> Quiet for Box<T> {}
impl<T: ToOwned<Owned: Quiet> + ?Sized> Quiet for Cow<'_, T> {}
impl<T: ?Sized> Quiet for &T {}
impl<T: ?Sized> Quiet for &mut T {}
impl<T: ?Sized> Quiet for PhantomData<T> {}

borrowing_iterators! { Quiet }

adapters! {
    Chain, J.
    Cloned.
    Copied.
    Enumerate.
    Filter; P.
    FilterMap; F.
    Fuse.
    Inspect; F.
    Map; F.
    MapWhile; F.
    Rev.
    Skip.
    SkipWhile; P.
    StepBy.
    Take.
    TakeWhile; P.
    Zip, J.
}

impl<I: Quiet + Iterator<Item: Quiet>> Quiet for iter::Peekable<I> {}

#[cfg(feature = "std")]
mod with_std {
    use std::{
        collections::{HashMap, HashSet},
        ffi::{OsStr, OsString},
        path::{Path, PathBuf},
    };

    use super::Quiet;

    quiet! {
        HashMap<K, V>, K, V;
        HashSet<T>, T;
        OsString;
        OsStr;
        PathBuf;
        Path;
    }

    hash_iterators! { Quiet }
}
