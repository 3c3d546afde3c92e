//! `yield_from!`: everything that another coroutine, or an iterator, hands out.

use core::{marker::PhantomData, task::Poll};

use super::{
    Exchange, Kind, LentTask, Nest,
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

/// What a coroutine hands the yields of on, as a value that it keeps.
#[derive(Debug)]
pub struct Delegate<S>(S);

impl<K: Kind, S: Runs<K>> Runs<K> for Delegate<S> {
    type Output = S::Output;

    #[inline]
    fn run<'n>(&mut self, port: &mut K::Port<'_>, nest: &mut Nest<'n, K>) -> Poll<S::Output>
    where
        Self: 'n,
    {
        self.0.run(port, nest)
    }
}

/// A coroutine that may be a recursive call.
pub type CalleeOf<'a, C> = Callee<'a, <C as Coroutine>::Return, KindOf<C>>;

/// The kind of a coroutine.
pub type KindOf<C> = Exchange<<C as Coroutine>::Yield, <C as Coroutine>::Resume>;

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
///
/// `(&&&sub_kind(&x)).prepare(x)` tells a call whose arguments are lent from both.
///
/// `nest` is for a call that may be a recursive one; `start` runs it already.
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

mod kinds {
    use super::{
        Callee, CalleeOf, Coroutine, Delegate, Exchange, Items, Iterable, Kind, KindOf, LentTask, Nest, PhantomData,
        Port, SubKind,
    };
    use crate::{
        Call, Lending,
        private::lending::{PortOf, RecursiveLent},
    };

    pub trait PrepareLent<'p, M: LentTask> {
        fn prepare(&self, call: Call<'p, M>) -> Lending<'p, M>;

        fn nest<'a>(&self, call: Call<'p, M>) -> Lending<'p, RecursiveLent<'a, M>>
        where
            M: 'a;

        fn start<'a>(
            &self,
            call: Call<'p, M>,
            _port: &mut PortOf<'_, M>,
            _nest: &mut Nest<'_, M::Kind>,
            _outlives: PhantomData<()>,
        ) -> Lending<'p, RecursiveLent<'a, M>>
        where
            M: 'a,
        {
            self.nest(call)
        }
    }

    impl<'p, Y, In, M: LentTask<Kind = Exchange<Y, In>>> PrepareLent<'p, M> for &&SubKind<Call<'p, M>> {
        #[inline]
        fn prepare(&self, call: Call<'p, M>) -> Lending<'p, M> {
            call.lend()
        }

        fn nest<'a>(&self, call: Call<'p, M>) -> Lending<'p, RecursiveLent<'a, M>>
        where
            M: 'a,
        {
            call.lend_erased()
        }
    }

    pub trait PrepareCoroutine<C: Coroutine> {
        fn prepare(&self, coroutine: C) -> Delegate<C>;

        fn nest<'a>(&self, coroutine: C) -> Delegate<CalleeOf<'a, C>>
        where
            C: 'a;

        fn start<'a, 'n>(
            &self,
            coroutine: C,
            port: &mut Port<C::Yield, C::Resume>,
            nest: &mut Nest<'n, KindOf<C>>,
            outlives: PhantomData<&'n CalleeOf<'a, C>>,
        ) -> Delegate<CalleeOf<'a, C>>
        where
            C: 'a;
    }

    impl<C: Coroutine> PrepareCoroutine<C> for &SubKind<C> {
        #[inline]
        fn prepare(&self, coroutine: C) -> Delegate<C> {
            Delegate(coroutine)
        }

        fn nest<'a>(&self, coroutine: C) -> Delegate<CalleeOf<'a, C>>
        where
            C: 'a,
        {
            Delegate(Callee::new(coroutine))
        }

        #[inline]
        fn start<'a, 'n>(
            &self,
            coroutine: C,
            port: &mut Port<C::Yield, C::Resume>,
            nest: &mut Nest<'n, KindOf<C>>,
            _outlives: PhantomData<&'n CalleeOf<'a, C>>,
        ) -> Delegate<CalleeOf<'a, C>>
        where
            C: 'a,
        {
            Delegate(Callee::start(coroutine, port, nest))
        }
    }

    pub trait PrepareIterator<I> {
        fn prepare(&self, items: I) -> Delegate<Items<I::IntoIter>>
        where
            I: Iterable;

        fn nest(&self, items: I) -> Delegate<Items<I::IntoIter>>
        where
            I: Iterable,
        {
            self.prepare(items)
        }

        fn start<K: Kind>(
            &self,
            items: I,
            _port: &mut K::Port<'_>,
            _nest: &mut Nest<'_, K>,
            _outlives: PhantomData<()>,
        ) -> Delegate<Items<I::IntoIter>>
        where
            I: Iterable,
        {
            self.prepare(items)
        }
    }

    impl<I> PrepareIterator<I> for SubKind<I> {
        #[inline]
        fn prepare(&self, items: I) -> Delegate<Items<I::IntoIter>>
        where
            I: Iterable,
        {
            Delegate(Items(items.into_iter()))
        }
    }
}

pub use kinds::{PrepareCoroutine, PrepareIterator, PrepareLent};
