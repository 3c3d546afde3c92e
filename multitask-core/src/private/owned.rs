//! Text that borrows from the frame, and is needed after a wait: a copy of it is kept, and borrowed from.
//!
//! After `let (name, value) = line.split_once('=').unwrap();` nothing says how `value` would be borrowed again from
//! `line`. Nobody can change what it leads to while it is needed, so a copy of that is as good: of a `str`, or of what
//! is `Copy`, and so has no `Cell` in it.
//!
//! By method lookup, since only types tell what a local is: `way.owns((&&owning(&x)).kept()).keep(x)`.

use alloc::boxed::Box;
use core::{
    marker::PhantomData,
    ops::{Deref, DerefMut},
};

use super::{Borrower, Slot, TextArgument, Through, Within};

/// The type of a local.
#[derive(Debug)]
pub struct Owning<T>(PhantomData<T>);

/// The type of a local that may be such text.
pub fn owning<T>(_local: &T) -> Owning<T> {
    Owning(PhantomData)
}

/// A copy is kept.
#[derive(Clone, Copy, Debug)]
pub struct AsCopy;

/// The local is kept itself.
#[derive(Clone, Copy, Debug)]
pub struct AsItself;

/// Of text, and of options and tuples of it.
pub trait OwningText {
    fn kept(&self) -> AsCopy;
}

/// Of anything else.
pub trait OwningOther {
    fn kept(&self) -> AsItself;
}

impl<T: Text> OwningText for &Owning<T> {
    fn kept(&self) -> AsCopy {
        AsCopy
    }
}

impl<T> OwningOther for Owning<T> {
    fn kept(&self) -> AsItself {
        AsItself
    }
}

/// The way of such a type.
pub fn way<W: Default>(_way: PhantomData<W>) -> W {
    W::default()
}

impl Within {
    /// What is borrowed lies in the frame.
    pub fn owns<K>(self, kept: K) -> K {
        kept
    }

    /// Whether one of two ways ends in the frame.
    pub fn or_within<W>(self, _way: W) -> Within {
        self
    }
}

impl Through {
    /// What is borrowed lies elsewhere, and may be needed for longer than the frame lives.
    pub fn owns<K>(self, _kept: K) -> AsItself {
        AsItself
    }

    /// Whether one of two ways ends in the frame.
    pub fn or_within<W>(self, way: W) -> W {
        way
    }
}

impl AsCopy {
    pub fn keep<T: Text>(self, local: T) -> Owned<T::Copy> {
        Owned(local.copy())
    }

    pub fn keep_to_move<T: Text>(self, local: T) -> Owned<T::Copy> {
        Owned(local.copy())
    }
}

impl AsItself {
    pub fn keep<T>(self, local: T) -> Itself<T> {
        Itself(local)
    }

    pub fn keep_to_move<T>(self, local: T) -> ItselfToMove<T> {
        ItselfToMove(Some(local))
    }
}

/// The way to what a local leads to that is kept itself, by how its type could be kept.
pub trait WayOfKept<W> {
    type Way;

    fn way(way: W) -> Self::Way;
}

impl<W> WayOfKept<W> for AsCopy {
    type Way = Through;

    fn way(_way: W) -> Through {
        Through
    }
}

impl<W> WayOfKept<W> for AsItself {
    type Way = W;

    fn way(way: W) -> W {
        way
    }
}

/// What can be kept as a copy.
pub trait Text: Copy {
    type Copy: CopyOfText;

    fn copy(self) -> Self::Copy;
}

/// The copy.
pub trait CopyOfText {
    type Text<'k>: Copy
    where
        Self: 'k;

    fn text(&self) -> Self::Text<'_>;
}

/// A copy of what a reference leads to.
#[derive(Clone, Debug)]
pub struct Behind<T: ?Sized>(Box<T>);

impl<T: ?Sized> CopyOfText for Behind<T> {
    type Text<'k>
        = &'k T
    where
        T: 'k;

    fn text(&self) -> &T {
        &self.0
    }
}

impl Text for &str {
    type Copy = Behind<str>;

    fn copy(self) -> Behind<str> {
        Behind(self.into())
    }
}

impl<T: Copy> Text for &[T] {
    type Copy = Behind<[T]>;

    fn copy(self) -> Behind<[T]> {
        Behind(self.into())
    }
}

/// A value beside text.
#[derive(Clone, Copy, Debug)]
pub struct Plain<T>(T);

impl<T: Copy> CopyOfText for Plain<T> {
    type Text<'k>
        = T
    where
        T: 'k;

    fn text(&self) -> T {
        self.0
    }
}

/// A copy of one value that a reference leads to.
#[derive(Clone, Copy, Debug)]
pub struct One<T>(T);

impl<T: Copy> Text for &T {
    type Copy = One<T>;

    fn copy(self) -> One<T> {
        One(*self)
    }
}

impl<T: Copy> CopyOfText for One<T> {
    type Text<'k>
        = &'k T
    where
        T: 'k;

    fn text(&self) -> &T {
        &self.0
    }
}

/// What may stand beside text: a local of such a type alone is none, and may not have its type yet.
pub trait BesideText: Copy {
    type Copy: CopyOfText;

    fn copy_beside(self) -> Self::Copy;
}

impl<T: Text> BesideText for T {
    type Copy = T::Copy;

    fn copy_beside(self) -> T::Copy {
        self.copy()
    }
}

macro_rules! plain {
    ($($ty:ty),*) => { $(
        impl BesideText for $ty {
            type Copy = Plain<$ty>;

            fn copy_beside(self) -> Plain<$ty> {
                Plain(self)
            }
        }
    )* };
}

plain!(bool, char, i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize, f32, f64);

impl<T: Text> Text for Option<T> {
    type Copy = Option<T::Copy>;

    fn copy(self) -> Self::Copy {
        self.map(T::copy)
    }
}

impl<C: CopyOfText> CopyOfText for Option<C> {
    type Text<'k>
        = Option<C::Text<'k>>
    where
        C: 'k;

    fn text(&self) -> Self::Text<'_> {
        self.as_ref().map(C::text)
    }
}

macro_rules! tuples {
    ($first:ident, $($ty:ident $part:ident),*) => {
        impl<$first: Text, $($ty: BesideText),*> Text for ($first, $($ty),*) {
            type Copy = ($first::Copy, $($ty::Copy),*);

            fn copy(self) -> Self::Copy {
                let (first, $($part),*) = self;
                (first.copy(), $($part.copy_beside()),*)
            }
        }

        impl<$first: CopyOfText, $($ty: CopyOfText),*> CopyOfText for ($first, $($ty),*) {
            type Text<'k>
                = ($first::Text<'k>, $($ty::Text<'k>),*)
            where
                $first: 'k,
                $($ty: 'k),*;

            fn text(&self) -> Self::Text<'_> {
                let (first, $($part),*) = self;
                (first.text(), $($part.text()),*)
            }
        }
    };
}

tuples!(A, B b);
tuples!(A, B b, C c);

/// A position in front of text, as `char_indices` has it and `enumerate`.
impl<T: Text> Text for (usize, T) {
    type Copy = (Plain<usize>, T::Copy);

    fn copy(self) -> Self::Copy {
        (Plain(self.0), self.1.copy())
    }
}

/// Text where it is mentioned.
#[derive(Debug)]
pub struct Mentioned<V>(V);

impl<V> Deref for Mentioned<V> {
    type Target = V;

    fn deref(&self) -> &V {
        &self.0
    }
}

impl<V> DerefMut for Mentioned<V> {
    fn deref_mut(&mut self) -> &mut V {
        &mut self.0
    }
}

/// A local that is kept as a copy.
#[derive(Clone, Debug)]
pub struct Owned<C>(C);

impl<C: CopyOfText> Owned<C> {
    pub(super) fn new<T: Text<Copy = C>>(text: T) -> Self {
        Owned(text.copy())
    }

    /// What is known of an argument that this is.
    pub fn argument_of_text<A>(&self, argument: A) -> TextArgument<A> {
        TextArgument(argument)
    }

    /// The argument, for another attempt.
    pub fn again(&self) -> C::Text<'_> {
        self.0.text()
    }

    pub fn local(&self) -> Mentioned<C::Text<'_>> {
        Mentioned(self.0.text())
    }

    /// It is `Copy`, and not changed: nothing needs it exclusively.
    pub fn local_mut(&self) -> Mentioned<C::Text<'_>> {
        self.local()
    }

    /// Moved out of: it is `Copy`, and may be borrowed.
    pub fn give(&self) -> C::Text<'_> {
        self.0.text()
    }

    /// It has not been taken out.
    pub fn put_back(&self, _local: C::Text<'_>) {}

    /// The way to what the local leads to.
    pub fn way<K, W>(&self, _kept: K, _way: W) -> Within {
        Within
    }

    /// Nothing, of the type of the local.
    pub fn typed(&self) -> Option<C::Text<'_>> {
        None
    }

    pub fn slot(&self) -> Given<C::Text<'_>> {
        Given(self.0.text())
    }

    /// What leaves the frame, and what [`of`](Owned::of) makes a local of.
    pub fn leave(self) -> (Owned<C>, ()) {
        (self, ())
    }

    pub fn of(&self, _nothing: ()) -> C::Text<'_> {
        self.0.text()
    }
}

/// Text that a method is called on.
#[derive(Debug)]
pub struct Given<V>(pub(super) V);

impl<'s, V> Slot<'s, V> for Given<V> {
    fn take(self) -> V {
        self.0
    }

    fn lend(self) -> &'s mut V {
        unreachable!("what is `Copy` is given")
    }
}

/// A local that is kept itself.
#[derive(Clone, Debug)]
pub struct Itself<T>(T);

impl<T> Itself<T> {
    pub fn argument_of_text<A>(&self, argument: A) -> A {
        argument
    }

    pub fn local(&self) -> &T {
        &self.0
    }

    pub fn local_mut(&mut self) -> &mut T {
        &mut self.0
    }

    /// The way to what the local leads to: text is kept itself where it lies elsewhere.
    pub fn way<K: WayOfKept<W>, W>(&self, _kept: K, way: W) -> K::Way {
        K::way(way)
    }

    pub fn leave(self) -> (NoCopy, T) {
        (NoCopy, self.0)
    }
}

/// The same, of one that is moved out of the frame.
#[derive(Clone, Debug)]
pub struct ItselfToMove<T>(Option<T>);

impl<T> ItselfToMove<T> {
    pub fn argument_of_text<A>(&self, argument: A) -> A {
        argument
    }

    pub fn local(&self) -> &T {
        super::get(&self.0)
    }

    pub fn local_mut(&mut self) -> &mut T {
        super::get_mut(&mut self.0)
    }

    pub fn give(&mut self) -> T {
        super::take(&mut self.0)
    }

    pub fn put_back(&mut self, local: T) {
        self.0 = Some(local);
    }

    /// Nothing, of the type of the local.
    pub fn typed(&self) -> Option<T> {
        None
    }

    pub fn slot(&mut self) -> &mut Option<T> {
        &mut self.0
    }

    /// The way to what the local leads to: text is kept itself where it lies elsewhere.
    pub fn way<K: WayOfKept<W>, W>(&self, _kept: K, way: W) -> K::Way {
        K::way(way)
    }

    pub fn leave(self) -> (NoCopy, T) {
        (NoCopy, super::unwrap(self.0))
    }
}

/// What a local has left the frame with that was kept itself.
#[derive(Clone, Copy, Debug)]
pub struct NoCopy;

impl NoCopy {
    pub fn of<T>(&self, local: T) -> T {
        local
    }
}

/// Text is none that cannot be kept.
pub trait BorrowsButIsCopied {
    fn check<W>(&self, _way: W) {}
}

impl<T: Text, R: ?Sized> BorrowsButIsCopied for &&Borrower<T, R> {}
