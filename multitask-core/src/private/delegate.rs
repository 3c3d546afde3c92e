//! `yield_from!`: everything that another coroutine, or an iterator, hands out.

use core::{marker::PhantomData, task::Poll};

use super::{
    Exchange, Kind, Nest,
    kind::{Port, Runs},
    recursion::Callee,
};
use crate::{Coroutine, CoroutineState};

/// Runs the other one to its next yield.
#[inline]
pub fn forward<'n, K: Kind, S: Runs<K>>(
    nest: &mut Nest<'n, K>,
    port: &mut K::Port<'_>,
    sub: &mut S,
    _outlives: PhantomData<&'n S>,
) -> Poll<S::Output> {
    sub.run(port, nest)
}

/// An iterator in the place of a coroutine: what the coroutine around it is resumed with is dropped.
#[derive(Debug)]
pub struct Items<I>(I);

impl<I: Iterator, In> Runs<Exchange<I::Item, In>> for Items<I> {
    type Output = ();

    #[inline]
    fn run<'n>(&mut self, port: &mut Port<I::Item, In>, _: &mut Nest<'n, Exchange<I::Item, In>>) -> Poll<()>
    where
        Self: 'n,
    {
        drop(port.take_input());
        match self.0.next() {
            Some(item) => port.hand_out(CoroutineState::Yielded(item)),
            None => Poll::Ready(()),
        }
    }
}

/// Tells a coroutine from an iterator, by method lookup: `(&&sub_kind(&x)).prepare(x)`. A generator, which is both, is
/// taken as a coroutine.
#[derive(Debug)]
pub struct SubKind<T>(PhantomData<fn() -> T>);

/// The [`SubKind`] of `_sub`.
pub fn sub_kind<T>(_sub: &T) -> SubKind<T> {
    SubKind(PhantomData)
}

/// What `yield_from!` may be given, if it is no coroutine.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is neither a coroutine nor an iterator",
    label = "this yields nothing",
    note = "`yield_from!` takes a coroutine (`f(..)` of a `#[task(yields = ..)] fn f`) or what a `for` loop takes"
)]
pub trait Iterable: IntoIterator {}

impl<I: IntoIterator> Iterable for I {}

/// What `yield_from!` evaluates to, where the user's body is only checked.
pub fn return_of<Y, In, S: Runs<Exchange<Y, In>>>(_sub: S) -> S::Output {
    unreachable!("a body that must only compile was run")
}

mod kinds {
    use super::{Callee, Coroutine, Exchange, Items, Iterable, SubKind};

    pub trait PrepareCoroutine<C: Coroutine> {
        fn prepare(&self, coroutine: C) -> C;

        /// The same for a call that may be a recursive one.
        fn nest<'a>(&self, coroutine: C) -> Callee<'a, C::Return, Exchange<C::Yield, C::Resume>>
        where
            C: 'a;
    }

    impl<C: Coroutine> PrepareCoroutine<C> for &SubKind<C> {
        #[inline]
        fn prepare(&self, coroutine: C) -> C {
            coroutine
        }

        fn nest<'a>(&self, coroutine: C) -> Callee<'a, C::Return, Exchange<C::Yield, C::Resume>>
        where
            C: 'a,
        {
            Callee::new(coroutine)
        }
    }

    pub trait PrepareIterator<I> {
        fn prepare(&self, items: I) -> Items<I::IntoIter>
        where
            I: Iterable;

        fn nest(&self, items: I) -> Items<I::IntoIter>
        where
            I: Iterable,
        {
            self.prepare(items)
        }
    }

    impl<I> PrepareIterator<I> for SubKind<I> {
        #[inline]
        fn prepare(&self, items: I) -> Items<I::IntoIter>
        where
            I: Iterable,
        {
            Items(items.into_iter())
        }
    }
}

pub use kinds::{PrepareCoroutine, PrepareIterator};
