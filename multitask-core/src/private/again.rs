//! Iterators that are started again: `for x in &list` with a yield inside.

use alloc::collections::{btree_map, btree_set, vec_deque};
use core::{iter, ops, option, result, slice, str};

/// An iterator of the standard library over a borrowed collection.
///
/// To start it again and go to where it was has no effect but the cost: none for slices and what is like them, a walk
/// for the others.
#[diagnostic::on_unimplemented(
    message = "a loop over this borrowed value cannot be suspended",
    label = "the loop would keep this iterator, which may borrow from a local of the same task",
    note = "collect what it yields, or loop over indices: `for i in 0..list.len()`; for an iterator: `while let Some(x) = iter.next()`"
)]
pub trait StartAgain: Iterator {}

/// The item at `turn`.
pub fn nth<I: StartAgain>(mut iterator: I, turn: usize) -> Option<I::Item> {
    iterator.nth(turn)
}

impl<T> StartAgain for slice::Iter<'_, T> {}
impl<T> StartAgain for slice::IterMut<'_, T> {}
impl<T> StartAgain for vec_deque::Iter<'_, T> {}
impl<T> StartAgain for vec_deque::IterMut<'_, T> {}
impl<T> StartAgain for option::Iter<'_, T> {}
impl<T> StartAgain for option::IterMut<'_, T> {}
impl<T> StartAgain for result::Iter<'_, T> {}
impl<K, V> StartAgain for btree_map::Iter<'_, K, V> {}
impl<K, V> StartAgain for btree_map::IterMut<'_, K, V> {}
impl<K, V> StartAgain for btree_map::Keys<'_, K, V> {}
impl<K, V> StartAgain for btree_map::Values<'_, K, V> {}
impl<K, V> StartAgain for btree_map::ValuesMut<'_, K, V> {}
impl<T> StartAgain for btree_set::Iter<'_, T> {}
impl StartAgain for str::Chars<'_> {}
impl StartAgain for str::CharIndices<'_> {}
impl StartAgain for str::Bytes<'_> {}
impl<T> StartAgain for slice::Chunks<'_, T> {}
impl<T> StartAgain for slice::ChunksMut<'_, T> {}
impl<T> StartAgain for slice::ChunksExact<'_, T> {}
impl<T> StartAgain for slice::Windows<'_, T> {}
impl StartAgain for str::Lines<'_> {}
impl StartAgain for str::SplitWhitespace<'_> {}
impl StartAgain for str::SplitAsciiWhitespace<'_> {}
impl<K, V> StartAgain for btree_map::Range<'_, K, V> {}
impl<K, V> StartAgain for btree_map::RangeMut<'_, K, V> {}
impl<T> StartAgain for btree_set::Range<'_, T> {}
impl<T> StartAgain for slice::RChunks<'_, T> {}

macro_rules! splits {
    ($($split:ident),*) => { $(
        impl StartAgain for str::$split<'_, char> {}
        impl StartAgain for str::$split<'_, &str> {}
        impl StartAgain for str::$split<'_, &[char]> {}
        impl<const N: usize> StartAgain for str::$split<'_, [char; N]> {}
    )* };
}

splits!(Split, RSplit, SplitInclusive, SplitTerminator);

macro_rules! numbers {
    ($($number:ident),*) => { $(
        impl StartAgain for ops::Range<$number> {}
        impl StartAgain for ops::RangeFrom<$number> {}
        impl StartAgain for ops::RangeInclusive<$number> {}
    )* };
}

numbers!(u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize, char);

impl<A: StartAgain, B: StartAgain> StartAgain for iter::Zip<A, B> {}
impl<A: StartAgain, B: StartAgain<Item = A::Item>> StartAgain for iter::Chain<A, B> {}
impl<I: StartAgain<Item: IntoIterator<IntoIter: StartAgain>>> StartAgain for iter::Flatten<I> {}
impl<'a, I: StartAgain + Iterator<Item = &'a T>, T: Copy + 'a> StartAgain for iter::Copied<I> {}
impl<I: StartAgain> StartAgain for iter::Skip<I> {}
impl<I: StartAgain> StartAgain for iter::Take<I> {}
impl<I: StartAgain> StartAgain for iter::StepBy<I> {}
impl<I: StartAgain> StartAgain for iter::Enumerate<I> {}
impl<I: StartAgain + DoubleEndedIterator> StartAgain for iter::Rev<I> {}

#[cfg(feature = "std")]
mod with_std {
    use std::collections::{hash_map, hash_set};

    use super::StartAgain;

    impl<K, V> StartAgain for hash_map::Iter<'_, K, V> {}
    impl<K, V> StartAgain for hash_map::IterMut<'_, K, V> {}
    impl<K, V> StartAgain for hash_map::Keys<'_, K, V> {}
    impl<K, V> StartAgain for hash_map::Values<'_, K, V> {}
    impl<K, V> StartAgain for hash_map::ValuesMut<'_, K, V> {}
    impl<T> StartAgain for hash_set::Iter<'_, T> {}
}
