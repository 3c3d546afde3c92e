//! Iterators that are started again: `for x in &list` with a yield inside.

use alloc::{
    collections::{binary_heap, btree_map, btree_set, vec_deque},
    string,
    vec::{self, Vec},
};
use core::{cmp::Ordering, iter, ops, option, result, slice, str};

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

/// The item at `place`, if that is a number that an item can have.
pub fn nth_at<I: StartAgain>(iterator: I, place: usize) -> Option<I::Item> {
    if place == usize::MAX { None } else { nth(iterator, place) }
}

/// An item that is had again from what it was made of, which has that number.
pub fn of_turn<T>(item: T, _place: usize) -> T {
    item
}

/// The number of the item that a method finds among all, for [`nth_at`].
fn place_of<T>(found: Option<(usize, T)>) -> usize {
    found.map_or(usize::MAX, |(place, _)| place)
}

/// What `max_by` finds.
pub fn place_of_max_by<I: StartAgain>(iterator: I, mut compare: impl FnMut(&I::Item, &I::Item) -> Ordering) -> usize {
    place_of(iterator.enumerate().max_by(|(_, a), (_, b)| compare(a, b)))
}

/// What `min_by` finds.
pub fn place_of_min_by<I: StartAgain>(iterator: I, mut compare: impl FnMut(&I::Item, &I::Item) -> Ordering) -> usize {
    place_of(iterator.enumerate().min_by(|(_, a), (_, b)| compare(a, b)))
}

/// What `max_by_key` finds.
pub fn place_of_max_by_key<I: StartAgain, K: Ord>(iterator: I, mut key: impl FnMut(&I::Item) -> K) -> usize {
    place_of(iterator.enumerate().max_by_key(|(_, item)| key(item)))
}

/// What `min_by_key` finds.
pub fn place_of_min_by_key<I: StartAgain, K: Ord>(iterator: I, mut key: impl FnMut(&I::Item) -> K) -> usize {
    place_of(iterator.enumerate().min_by_key(|(_, item)| key(item)))
}

/// An iterator that has been started again, at the item `next`; it says at which item it is.
#[derive(Debug)]
pub struct Started<'n, I> {
    iterator: I,
    next: &'n mut usize,
}

/// See [`Started`].
pub fn started<I: StartAgain>(mut iterator: I, next: &mut usize) -> Started<'_, I> {
    if let Some(last) = next.checked_sub(1) {
        iterator.nth(last);
    }
    Started { iterator, next }
}

impl<I: Iterator> Iterator for Started<'_, I> {
    type Item = I::Item;

    fn next(&mut self) -> Option<I::Item> {
        *self.next += 1;
        self.iterator.next()
    }
}

/// What `enumerate` makes of an iterator that has had `count` items before.
pub fn numbered<I: Iterator>(mut iterator: I, count: &mut usize) -> impl Iterator<Item = (usize, I::Item)> {
    iter::from_fn(move || {
        let item = iterator.next()?;
        *count += 1;
        Some((*count - 1, item))
    })
}

/// The last item of these again, when there have been `count`.
pub fn numbered_item<T>(item: Option<T>, count: usize) -> Option<(usize, T)> {
    item.map(|item| (count.wrapping_sub(1), item))
}

/// What `take` makes of an iterator of which `taken` items have been taken before.
pub fn limited<I: Iterator>(mut iterator: I, limit: usize, taken: &mut usize) -> impl Iterator<Item = I::Item> {
    iter::from_fn(move || {
        if *taken >= limit {
            return None;
        }
        *taken += 1;
        iterator.next()
    })
}

/// What `skip_while` makes of an iterator; `started` is 1 if an item has not been skipped.
pub fn skipping<I: Iterator>(
    mut iterator: I,
    mut test: impl FnMut(&I::Item) -> bool,
    started: &mut usize,
) -> impl Iterator<Item = I::Item> {
    iter::from_fn(move || {
        loop {
            let item = iterator.next()?;
            if *started == 1 || !test(&item) {
                *started = 1;
                return Some(item);
            }
        }
    })
}

/// What a method by the name `drain` has evaluated to, to be kept across waits: `Drained(list.drain(..)).into_settled()`.
///
/// What is of the standard library is taken out at once: as long as it is there nobody reaches what it borrows from.
#[derive(Debug)]
pub struct Drained<I>(pub I);

/// Where it may be any.
pub trait DrainedOther<I> {
    fn into_settled(self) -> I;
}

impl<I> DrainedOther<I> for Drained<I> {
    fn into_settled(self) -> I {
        self.0
    }
}

macro_rules! drained {
    ($($ty:ty $(, $parameter:ident)* => $item:ty;)*) => { $(
        impl<'d, $($parameter),*> Drained<$ty> {
            pub fn into_settled(self) -> vec::IntoIter<$item> {
                self.0.collect::<Vec<_>>().into_iter()
            }
        }
    )* };
}

drained! {
    vec::Drain<'d, T>, T => T;
    vec_deque::Drain<'d, T>, T => T;
    binary_heap::Drain<'d, T>, T => T;
    string::Drain<'d> => char;
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

    use alloc::vec::{self, Vec};

    use super::{Drained, StartAgain};

    drained! {
        hash_map::Drain<'d, K, V>, K, V => (K, V);
        hash_set::Drain<'d, T>, T => T;
    }

    impl<K, V> StartAgain for hash_map::Iter<'_, K, V> {}
    impl<K, V> StartAgain for hash_map::IterMut<'_, K, V> {}
    impl<K, V> StartAgain for hash_map::Keys<'_, K, V> {}
    impl<K, V> StartAgain for hash_map::Values<'_, K, V> {}
    impl<K, V> StartAgain for hash_map::ValuesMut<'_, K, V> {}
    impl<T> StartAgain for hash_set::Iter<'_, T> {}
}
