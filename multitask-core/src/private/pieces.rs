//! Parts that are moved out of a local which is kept: `let name = request.name;` where a wait follows.
//!
//! In the frame the local stays whole, so that what is left of it is dropped with it. What is moved leaves something empty
//! in its place, which is dropped to no effect: of a `String` an empty one, of an `Option` a `None`. Of other types there
//! is nothing to leave, and that is refused in words that say what to write. Which parts are moved, and which are copied,
//! their types say, by method lookup or by a [`verdict`](super::verdict):
//!
//! ```ignore
//! let way = (&&&piece(&request.name)).way();
//! match decide(&way) {
//!     Decision::Leaves(way) => { reach(way); request.name }
//!     Decision::Moves(way) => { reach(way); emptied(&way, &mut request.name) }
//! }
//! ```

use alloc::{
    borrow::{Cow, ToOwned},
    boxed::Box,
    collections::{BTreeMap, BTreeSet, BinaryHeap, LinkedList, VecDeque},
    string::String,
    vec::{self, Vec},
};
use core::{
    convert::Infallible,
    marker::PhantomData,
    mem::{needs_drop, take},
};

use super::moves::{Decide, Decision, Leaves, Moves, Verdict, verdict};

/// A part of a kept local.
#[derive(Debug)]
pub struct Piece<T: ?Sized>(PhantomData<T>);

/// The [`Piece`] at `place`.
pub fn piece<T: ?Sized>(_place: &T) -> Piece<T> {
    Piece(PhantomData)
}

/// A type of which a value can be left behind that is dropped to no effect.
#[diagnostic::on_unimplemented(
    message = "a part of a local is moved out of it, and what is left is kept across a wait",
    label = "this `{Self}` is moved",
    note = "take the local apart whole before: `let Request {{ name, body }} = request;`",
    note = "or let what is left be dropped at once: `{{ request }}.name`",
    note = "in a `move` closure, `let request = request;` takes all of it"
)]
pub trait Emptied: Sized {
    /// Whether it may be noticed when a value is dropped.
    const NOTICED: bool;

    /// Moves the value out of its place.
    fn emptied(&mut self) -> Self;
}

macro_rules! emptied {
    ($([$($generics:tt)*] $ty:ty, $noticed:expr;)*) => { $(
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> Emptied for $ty {
            const NOTICED: bool = $noticed;

            fn emptied(&mut self) -> Self {
                take(self)
            }
        }
    )* };
}

emptied! {
    [] String, false;
    [T] Vec<T>, needs_drop::<T>();
    [T] Option<T>, needs_drop::<T>();
    [T] VecDeque<T>, needs_drop::<T>();
    [T] LinkedList<T>, needs_drop::<T>();
    [T: Ord] BinaryHeap<T>, needs_drop::<T>();
    [K, V] BTreeMap<K, V>, needs_drop::<(K, V)>();
    [T] BTreeSet<T>, needs_drop::<T>();
    [T] Box<[T]>, needs_drop::<T>();
    [] Box<str>, false;
    [T] vec::IntoIter<T>, needs_drop::<T>();
}

#[cfg(feature = "std")]
emptied! {
    [K, V, S: Default] std::collections::HashMap<K, V, S>, needs_drop::<(K, V, S)>();
    [T, S: Default] std::collections::HashSet<T, S>, needs_drop::<(T, S)>();
    [] std::path::PathBuf, false;
    [] std::ffi::OsString, false;
}

#[diagnostic::do_not_recommend]
impl<'a, B: ToOwned<Owned: Emptied> + ?Sized> Emptied for Cow<'a, B> {
    const NOTICED: bool = B::Owned::NOTICED;

    fn emptied(&mut self) -> Self {
        match self {
            Cow::Borrowed(borrowed) => Cow::Borrowed(borrowed),
            Cow::Owned(owned) => Cow::Owned(owned.emptied()),
        }
    }
}

/// [`Moves`] or [`Leaves`], by what becomes of a `T`.
pub trait Empties<T> {
    /// Whether a value is moved, and it may be noticed when it is dropped.
    const NOTICED: bool;

    /// Moves the value out of its place.
    fn emptied(place: &mut T) -> T;
}

impl<T> Empties<T> for Leaves {
    const NOTICED: bool = false;

    fn emptied(_place: &mut T) -> T {
        unreachable!("it was to be copied")
    }
}

impl<T: Emptied> Empties<T> for Moves {
    const NOTICED: bool = T::NOTICED;

    fn emptied(place: &mut T) -> T {
        place.emptied()
    }
}

/// Moves a part out of its place, where `V` says that it is moved.
pub fn emptied<V: Empties<T>, T>(_way: &Verdict<V>, place: &mut T) -> T {
    V::emptied(place)
}

/// [`Moves`] or [`Leaves`], by what becomes of a local that a pattern takes apart. `W` says what becomes of a part, which
/// the pattern finds as `P` where the local is borrowed for it, and is `O` by itself.
pub trait Opens<W, P, O> {
    /// The part.
    fn opened(part: P) -> O;
}

impl<W, P, O> Opens<W, P, O> for Leaves {
    fn opened(_part: P) -> O {
        unreachable!("nothing is moved")
    }
}

impl<T: Emptied> Opens<Moves, &mut T, T> for Moves {
    fn opened(part: &mut T) -> T {
        part.emptied()
    }
}

impl<T: Copy> Opens<Leaves, &mut T, T> for Moves {
    fn opened(part: &mut T) -> T {
        *part
    }
}

impl<'p, W, T: ?Sized> Opens<W, &'p T, &'p T> for Moves {
    fn opened(part: &'p T) -> &'p T {
        part
    }
}

/// What a pattern has found of a local.
pub fn opened<V: Opens<W, P, O>, W, P, O>(_verdict: &Verdict<V>, _way: &Verdict<W>, part: P) -> O {
    V::opened(part)
}

/// What becomes of a local of which nothing may be moved.
#[diagnostic::on_unimplemented(
    message = "parts are moved out of a local here, and what is left is kept across a wait",
    label = "a part of this is moved",
    note = "let all of it be taken: `let [first, second] = {{ array }};`, `Point {{ x, ..{{ base }} }}`"
)]
pub trait StaysInPlace {}

impl StaysInPlace for Leaves {}

/// To be called with what becomes of a local of which nothing may be moved.
pub fn stays_in_place<V: StaysInPlace>(_verdict: &Verdict<V>) {}

/// A value of which a pattern leaves a part behind that it does not name, by method lookup:
/// `(&&&remainder(&value)).checked(value)`.
#[derive(Debug)]
pub struct Remainder<T: ?Sized>(PhantomData<T>);

/// The [`Remainder`] of a value.
pub fn remainder<T: ?Sized>(_value: &T) -> Remainder<T> {
    Remainder(PhantomData)
}

/// Of this a part may be left behind: nothing would become of it.
#[diagnostic::on_unimplemented(
    message = "this pattern leaves a part of the value behind, which lives to the end of the `match`",
    label = "this may be dropped with what is matched, a `{Self}`",
    note = "bind the value with `let` before, or name every part"
)]
pub trait NothingLeft {}

/// A local, or a part of one, of which a closure mentions parts.
#[derive(Debug)]
pub struct Pointer<T: ?Sized>(PhantomData<T>);

/// The [`Pointer`] at `place`.
pub fn pointer<T: ?Sized>(_place: &T) -> Pointer<T> {
    Pointer(PhantomData)
}

/// What a closure takes that mentions parts of something: those, if `V` is [`Leaves`]; if it is [`Moves`], what leads
/// to them.
pub trait Pick {
    type Picked<W, P>;

    const TAKES_PARTS: bool;

    fn pick<W, P>(whole: Option<W>, parts: Option<P>) -> Self::Picked<W, P>;
}

impl Pick for Moves {
    type Picked<W, P> = W;

    const TAKES_PARTS: bool = false;

    fn pick<W, P>(whole: Option<W>, _parts: Option<P>) -> W {
        whole.expect("it is taken whole")
    }
}

impl Pick for Leaves {
    type Picked<W, P> = P;

    const TAKES_PARTS: bool = true;

    fn pick<W, P>(_whole: Option<W>, parts: Option<P>) -> P {
        parts.expect("it is taken in parts")
    }
}

/// What a closure takes.
pub fn pick<V: Pick, W, P>(_way: &Verdict<V>, whole: Option<W>, parts: Option<P>) -> V::Picked<W, P> {
    V::pick(whole, parts)
}

/// A part that patterns take apart, which may be moved whole for that.
#[derive(Debug)]
pub struct Whole<T: ?Sized>(PhantomData<T>);

/// The [`Whole`] at `place`.
pub fn whole<T: ?Sized>(_place: &T) -> Whole<T> {
    Whole(PhantomData)
}

/// What a closure takes whole.
#[diagnostic::on_unimplemented(
    message = "a `move` closure takes a part of a local, and what is left is kept across a wait",
    label = "a pattern in this closure takes a part of it",
    note = "`let pair = pair;` in the closure takes all of it"
)]
pub trait TakenWhole {}

impl TakenWhole for Moves {}

/// To be called with what a closure takes of a local that a pattern in it takes apart.
pub fn taken_whole<V: TakenWhole>(_way: &Verdict<V>) {}

/// What all locals are parts of.
pub fn owner() -> Verdict<Leaves> {
    verdict()
}

/// [`Leaves`], in what is a part of something that is taken whole.
#[derive(Debug)]
pub struct Nowhere;

impl Decide for Nowhere {
    type Moves = Infallible;
    type Leaves = ();

    fn decide() -> Decision<Infallible, ()> {
        Decision::Leaves(())
    }
}

impl Pick for Nowhere {
    type Picked<W, P> = P;

    const TAKES_PARTS: bool = false;

    fn pick<W, P>(whole: Option<W>, parts: Option<P>) -> P {
        Leaves::pick(whole, parts)
    }
}

/// What becomes of something that a closure mentions parts of, and so of those, and of what leads to them. Where patterns
/// take it apart, what becomes of its `parts`.
impl Verdict<Leaves> {
    pub fn parts<V>(&self, _parts: &Verdict<V>) -> Verdict<V> {
        verdict()
    }

    pub fn part<V>(&self, part: Verdict<V>) -> Verdict<V> {
        part
    }

    pub fn whole<V>(&self, _whole: Verdict<V>) -> Verdict<Leaves> {
        verdict()
    }

    pub fn of<V>(&self, part: Verdict<V>) -> Verdict<V> {
        part
    }
}

impl Verdict<Moves> {
    pub fn parts<V>(&self, _parts: &Verdict<V>) -> Verdict<Leaves> {
        verdict()
    }

    pub fn part<V>(&self, _part: Verdict<V>) -> Verdict<Leaves> {
        verdict()
    }

    pub fn whole<V>(&self, whole: Verdict<V>) -> Verdict<V> {
        whole
    }

    pub fn of<V>(&self, _part: Verdict<V>) -> Verdict<Nowhere> {
        verdict()
    }
}

impl Verdict<Nowhere> {
    pub fn part<V>(&self, _part: Verdict<V>) -> Verdict<Leaves> {
        verdict()
    }

    pub fn whole<V>(&self, _whole: Verdict<V>) -> Verdict<Leaves> {
        verdict()
    }

    pub fn of<V>(&self, _part: Verdict<V>) -> Verdict<Nowhere> {
        verdict()
    }
}

/// The parts that a closure takes of a struct, whose fields are dropped in an order that only the compiler knows.
#[derive(Debug)]
pub struct Taken<C>(PhantomData<C>);

/// Nothing has been taken yet.
pub fn nothing_taken() -> Taken<()> {
    Taken(PhantomData)
}

impl<C> Taken<C> {
    /// And a field, of which `V` says whether it is moved.
    pub fn field<V: Empties<T>, T>(self, _way: &Verdict<V>, _field: &T) -> Taken<(C, PhantomData<(V, T)>)> {
        Taken(PhantomData)
    }

    /// And parts of a field, if `V` is [`Leaves`].
    pub fn parts<V: Pick, T>(self, _way: &Verdict<V>, _field: &T) -> Taken<(C, V, T)> {
        Taken(PhantomData)
    }
}

/// How many of the parts it may be noticed of when they are dropped.
pub trait Noticed {
    const COUNT: usize;
}

impl Noticed for () {
    const COUNT: usize = 0;
}

impl<C: Noticed, V: Empties<T>, T> Noticed for (C, PhantomData<(V, T)>) {
    const COUNT: usize = C::COUNT + V::NOTICED as usize;
}

impl<C: Noticed, V: Pick, T> Noticed for (C, V, T) {
    const COUNT: usize = C::COUNT + (V::TAKES_PARTS && needs_drop::<T>()) as usize;
}

/// Makes the compiler check that the order in which parts are dropped makes no difference.
pub fn in_any_order<C: Noticed>(_taken: &Taken<C>) {
    const {
        assert!(
            C::COUNT <= 1,
            "a `move` closure takes several parts of a struct that is kept across a wait, and they have destructors: in the closure, `let request = request;` takes all of it"
        );
    }
}

mod kinds {
    use alloc::{boxed::Box, rc::Rc, sync::Arc};
    use core::pin::Pin;

    use super::{Emptied, Leaves, Moves, NothingLeft, Piece, Pointer, Remainder, Verdict, Whole};
    use crate::private::moves::verdict;

    pub trait IsPointer {
        fn way(&self) -> Verdict<Moves> {
            verdict()
        }
    }

    macro_rules! leads_elsewhere {
        ($($ty:ty),*) => { $( impl<T: ?Sized> IsPointer for &Pointer<$ty> {} )* };
    }

    leads_elsewhere!(&T, &mut T, Box<T>, Rc<T>, Arc<T>, core::cell::Ref<'_, T>, core::cell::RefMut<'_, T>);

    #[cfg(feature = "std")]
    leads_elsewhere!(
        std::sync::MutexGuard<'_, T>,
        std::sync::RwLockReadGuard<'_, T>,
        std::sync::RwLockWriteGuard<'_, T>
    );

    impl<T> IsPointer for &Pointer<Pin<T>> {}

    pub trait RemainderCopied<T> {
        fn checked(&self, value: T) -> T {
            value
        }
    }

    impl<T: Copy> RemainderCopied<T> for &Remainder<T> {}

    pub trait RemainderLent<T> {
        fn checked(&self, value: T) -> T {
            value
        }
    }

    impl<'v, T: ?Sized> RemainderLent<&'v mut T> for &&Remainder<&'v mut T> {}

    pub trait RemainderKept<T> {
        fn checked(&self, value: T) -> T
        where
            T: NothingLeft,
        {
            value
        }
    }

    impl<T> RemainderKept<T> for Remainder<T> {}

    pub trait IsEmptied {
        fn way(&self) -> Verdict<Moves> {
            verdict()
        }
    }

    impl<T: Emptied> IsEmptied for &Whole<T> {}

    pub trait StaysWhole {
        fn way(&self) -> Verdict<Leaves> {
            verdict()
        }
    }

    impl<T: ?Sized> StaysWhole for Whole<T> {}

    pub trait IsCopied {
        fn way(&self) -> Verdict<Moves> {
            verdict()
        }
    }

    impl<T: Copy> IsCopied for &&Pointer<T> {}

    pub trait HasParts {
        fn way(&self) -> Verdict<Leaves> {
            verdict()
        }
    }

    impl<T: ?Sized> HasParts for Pointer<T> {}

    pub trait PieceCopied {
        fn way(&self) -> Verdict<Leaves> {
            verdict()
        }
    }

    impl<T: Copy> PieceCopied for &Piece<T> {}

    pub trait PieceLent {
        fn way(&self) -> Verdict<Leaves> {
            verdict()
        }
    }

    /// It is lent on, where it is known to be a reference.
    impl<T: ?Sized> PieceLent for &&Piece<&mut T> {}

    pub trait PieceMoved {
        fn way(&self) -> Verdict<Moves> {
            verdict()
        }
    }

    impl<T: ?Sized> PieceMoved for Piece<T> {}
}

pub use kinds::{
    HasParts, IsCopied, IsEmptied, IsPointer, PieceCopied, PieceLent, PieceMoved, RemainderCopied, RemainderKept,
    RemainderLent, StaysWhole,
};
