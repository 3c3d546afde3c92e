//! Borrows that are taken again after a wait, unless they lead through a shared reference.
//!
//! What lies in the frame cannot be borrowed across a wait, and while it is borrowed nobody can change it: the borrow is
//! taken again, to the same effect. What lies behind a shared reference can be borrowed for longer, and the reference may
//! lead elsewhere meanwhile: there the borrow itself is kept. Which of both it is, the types of the places on the way
//! tell.

use alloc::{boxed::Box, rc::Rc, sync::Arc};
use core::marker::PhantomData;

use super::{Standard, StartAgain, nth};

/// The type of a place. To be called where nothing is evaluated, so that it borrows nothing.
pub fn type_of<T: ?Sized>(_place: &T) -> PhantomData<T> {
    PhantomData
}

/// A place on the way to what is borrowed.
#[derive(Debug)]
pub struct Way<T: ?Sized>(pub PhantomData<T>);

/// The type of a part of what is borrowed, as a pattern binds it: a reference to it, most often.
pub fn type_of_value<T>(_part: T) -> PhantomData<T> {
    PhantomData
}

/// A part that a pattern takes apart, by what it binds there.
#[derive(Debug)]
pub struct PartWay<T>(pub PhantomData<T>);

/// The way leads through a shared reference, or through a method of which nothing is known.
#[derive(Clone, Copy, Debug, Default)]
pub struct Through;

/// It does not.
#[derive(Clone, Copy, Debug, Default)]
pub struct Within;

impl Through {
    pub fn or<W>(self, _way: W) -> Through {
        self
    }

    pub fn saved<T: ?Sized, C>(self, place: &T, _copied: C) -> Held<&T> {
        Held(place)
    }

    pub fn stays<S>(self, _stays: S) -> Changes {
        Changes
    }

    pub fn hold<X>(self, borrow: X) -> Held<X> {
        Held(borrow)
    }
}

impl Within {
    pub fn or<W>(self, way: W) -> W {
        way
    }

    pub fn saved<T: ?Sized, C>(self, _place: &T, copied: C) -> C {
        copied
    }

    pub fn stays<S>(self, stays: S) -> S {
        stays
    }

    pub fn hold<X>(self, _borrow: X) -> TakenAgain {
        TakenAgain
    }
}

/// What a method is called on that borrows a part.
#[derive(Debug)]
pub struct ReceiverWay<T: ?Sized>(pub PhantomData<T>);

/// Where the method is one of the standard library.
pub trait ReceiverStandard {
    fn leads(&self) -> Within;
}

/// Where it may be any, which need not do the same again.
pub trait ReceiverOfOther {
    fn leads(&self) -> Through;
}

impl<T: Standard + ?Sized> ReceiverStandard for &ReceiverWay<T> {
    fn leads(&self) -> Within {
        Within
    }
}

impl<T: ?Sized> ReceiverOfOther for ReceiverWay<T> {
    fn leads(&self) -> Through {
        Through
    }
}

/// A borrow that is kept.
#[derive(Clone, Copy, Debug)]
pub struct Held<X>(X);

impl<X> Held<X> {
    pub fn again<R>(&self, _borrow: impl FnOnce() -> R) -> X
    where
        X: HeldPart,
    {
        self.0.part()
    }
}

/// What is kept in the place of a borrow.
#[diagnostic::on_unimplemented(
    message = "this call may not do the same again after a wait, where its value, a `{Self}`, is needed: put it in a block, `{{ cache.get(key) }}`, and the value is kept"
)]
pub trait HeldPart {
    fn part(&self) -> Self;
}

#[diagnostic::do_not_recommend]
impl<X: Copy> HeldPart for X {
    fn part(&self) -> X {
        *self
    }
}

impl<'p, T: ?Sized> Held<&'p T> {
    pub fn at<'r>(&self, _place: impl FnOnce() -> &'r T) -> &'p T
    where
        T: 'r,
    {
        self.0
    }
}

/// A borrow that is not.
#[derive(Clone, Copy, Debug)]
pub struct TakenAgain;

impl TakenAgain {
    pub fn again<R>(&self, borrow: impl FnOnce() -> R) -> R {
        borrow()
    }

    pub fn at<'r, T: ?Sized>(&self, place: impl FnOnce() -> &'r T) -> &'r T {
        place()
    }
}

/// Where a place is a shared reference, or leads to one by a pointer.
pub trait WayThrough {
    fn leads(&self) -> Through;
}

/// Where it is something else.
pub trait WayWithin {
    fn leads(&self) -> Within;
}

impl<T: ?Sized> WayWithin for Way<T> {
    fn leads(&self) -> Within {
        Within
    }
}

impl<T> WayWithin for PartWay<T> {
    fn leads(&self) -> Within {
        Within
    }
}

macro_rules! through {
    ($($ty:ty),*) => { $(
        impl<T: ?Sized> WayThrough for &Way<$ty> {
            fn leads(&self) -> Through {
                Through
            }
        }

        impl<T: ?Sized> WayThrough for &PartWay<&$ty> {
            fn leads(&self) -> Through {
                Through
            }
        }
    )* };
}

through!(&T, &mut &T, Box<&T>, Rc<&T>, Arc<&T>);

/// An iterator that is kept, or started again.
pub trait Turn<I: Iterator> {
    fn turn(&mut self, iterator: impl FnOnce() -> I, turn: usize) -> Option<I::Item>;
}

impl<I: Iterator, K: Iterator<Item = I::Item>> Turn<I> for Held<K> {
    fn turn(&mut self, _iterator: impl FnOnce() -> I, _turn: usize) -> Option<I::Item> {
        self.0.next()
    }
}

impl<I: StartAgain> Turn<I> for TakenAgain {
    fn turn(&mut self, iterator: impl FnOnce() -> I, turn: usize) -> Option<I::Item> {
        nth(iterator(), turn)
    }
}

/// The item at `turn`.
pub fn turn<T: Turn<I>, I: Iterator>(held: &mut T, iterator: impl FnOnce() -> I, turn: usize) -> Option<I::Item> {
    held.turn(iterator, turn)
}

/// The operand of an expression, by its type.
#[derive(Debug)]
pub struct Operand<T: ?Sized>(PhantomData<T>);

/// The operand that lies in a place.
pub fn operand<T: ?Sized>(_place: &T) -> Operand<T> {
    Operand(PhantomData)
}

/// An operand that is copied when its turn comes.
#[derive(Clone, Copy, Debug)]
pub struct Copied<T>(T);

impl<T> Copied<T> {
    pub fn at<'r>(&'r self, _place: impl FnOnce() -> &'r T) -> &'r T {
        &self.0
    }
}

/// The operand stays where it is until all are evaluated.
#[derive(Clone, Copy, Debug)]
pub struct Stays;

/// It may be copied before, or lead elsewhere afterwards.
#[derive(Clone, Copy, Debug)]
pub struct Changes;

/// Of a type that is `Copy`.
pub trait OperandCopied<T> {
    fn copied(&self, place: &T) -> Copied<T>;

    fn stays(&self) -> Changes {
        Changes
    }
}

/// Of another type.
pub trait OperandBorrowed<T: ?Sized> {
    fn copied(&self, _place: &T) -> TakenAgain {
        TakenAgain
    }

    fn stays(&self) -> Stays {
        Stays
    }
}

impl<T: Copy> OperandCopied<T> for &Operand<T> {
    fn copied(&self, place: &T) -> Copied<T> {
        Copied(*place)
    }
}

impl<T: ?Sized> OperandBorrowed<T> for Operand<T> {}

/// What is evaluated after a wait to the same effect as before it.
#[diagnostic::on_unimplemented(
    message = "it may make a difference whether this receiver is evaluated before or after the arguments",
    label = "the arguments may change it, and wait",
    note = "evaluate it, or the arguments, into a variable first: `let received = yield_!(..);`"
)]
pub trait EvaluatedLater {}

impl EvaluatedLater for Stays {}

/// To be called with what a receiver does.
pub fn evaluated_later<S: EvaluatedLater>(_stays: &S) {}

/// A number, or a `bool`: of these a compound assignment evaluates the right side first.
#[diagnostic::on_unimplemented(
    message = "which side is evaluated first depends on the types here: of numbers the right one, of others the left one",
    label = "this is evaluated before the wait",
    note = "bind the left side's index, or the right side, with `let` before"
)]
pub trait Scalar {}

macro_rules! scalar {
    ($($ty:ty),*) => { $( #[diagnostic::do_not_recommend] impl Scalar for $ty {} )* };
}

scalar!(bool, i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize, f32, f64);

/// To be called with the sides of a compound assignment.
pub fn right_first<L: Scalar + ?Sized, R: Scalar + ?Sized>(_left: &L, _right: &R) {}
