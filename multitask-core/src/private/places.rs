//! Later attempts of a call that lends: the places of its arguments.
//!
//! `yield_!(send(&mut sock, message))` moves `message` into the machine when the call is made. What the attempts after it
//! need is `sock` alone: the list of arguments, and not another call. The macro sees the expressions of all arguments,
//! and the type of the call knows which of them are lent, so the list is made place by place: [`Place::with`] evaluates
//! the expression where the place is lent, and does not where it is not. A receiver is borrowed as its place wants it.
//!
//! All of this is compiled for any operation, and must then come to nothing. For one that does not lend, [`Never`] stands
//! for the places: the compiler knows that what follows is not reached, and checks no borrow there. In the same way
//! [`Other`] stands for a place that has another [`Sort`].

use core::{marker::PhantomData, task::Poll};

use super::{ArgsOf, Kind, LentTask, Nest, OperationKind, PortOf, Stored};
use crate::Lending;

/// The places of a list of arguments.
#[derive(Debug)]
pub struct Places<L>(PhantomData<fn() -> L>);

impl<H, T> Places<(H, T)> {
    pub fn head(&self) -> Place<H> {
        Place(PhantomData)
    }

    pub fn tail(&self) -> Places<T> {
        Places(PhantomData)
    }
}

/// One place.
#[derive(Debug)]
pub struct Place<H>(PhantomData<fn() -> H>);

/// What a place is for.
#[derive(Debug)]
pub enum Sort {
    Exclusive,
    Shared,
    Stored,
}

const OTHER_SORT: &str = "a place is asked for what it is for";

impl<'p, T: ?Sized> Place<&'p mut T> {
    pub fn with(&self, expression: impl FnOnce() -> &'p mut T) -> &'p mut T {
        expression()
    }

    pub fn sort(&self) -> Sort {
        Sort::Exclusive
    }

    pub fn exclusive(&self) -> &Self {
        self
    }

    pub fn shared(&self) -> Other {
        unreachable!("{OTHER_SORT}")
    }

    pub fn stored(&self) -> Other {
        unreachable!("{OTHER_SORT}")
    }

    pub fn receiver(&self, receiver: &'p mut T) -> &'p mut T {
        receiver
    }
}

impl<'p, T: ?Sized> Place<&'p T> {
    pub fn with(&self, expression: impl FnOnce() -> &'p T) -> &'p T {
        expression()
    }

    pub fn sort(&self) -> Sort {
        Sort::Shared
    }

    pub fn exclusive(&self) -> Other {
        unreachable!("{OTHER_SORT}")
    }

    pub fn shared(&self) -> &Self {
        self
    }

    pub fn stored(&self) -> Other {
        unreachable!("{OTHER_SORT}")
    }

    pub fn receiver(&self, receiver: &'p T) -> &'p T {
        receiver
    }
}

impl<T> Place<Stored<T>> {
    /// The argument is in the machine; its expression must only compile.
    pub fn with<X>(&self, _expression: impl FnOnce() -> X) -> Stored<T> {
        super::stored()
    }

    pub fn sort(&self) -> Sort {
        Sort::Stored
    }

    pub fn exclusive(&self) -> Other {
        unreachable!("{OTHER_SORT}")
    }

    pub fn shared(&self) -> Other {
        unreachable!("{OTHER_SORT}")
    }

    pub fn stored(&self) -> &Self {
        self
    }

    pub fn nothing(&self) -> Stored<T> {
        super::stored()
    }
}

/// A place of another sort.
#[derive(Debug)]
pub enum Other {}

impl Other {
    pub fn receiver<X, H>(&self, _receiver: X) -> H {
        match *self {}
    }

    pub fn nothing<H>(&self) -> H {
        match *self {}
    }
}

/// The places of an operation that does not lend.
#[derive(Debug)]
pub enum Never {}

impl Never {
    pub fn head(&self) -> Never {
        match *self {}
    }

    pub fn tail(&self) -> Never {
        match *self {}
    }

    pub fn with<X>(&self, _expression: impl FnOnce() -> X) -> Never {
        match *self {}
    }

    pub fn sort(&self) -> Sort {
        match *self {}
    }

    pub fn exclusive(&self) -> Never {
        match *self {}
    }

    pub fn shared(&self) -> Never {
        match *self {}
    }

    pub fn stored(&self) -> Never {
        match *self {}
    }

    pub fn receiver<X>(&self, _receiver: X) -> Never {
        match *self {}
    }

    pub fn nothing(&self) -> Never {
        match *self {}
    }
}

/// The places of an operation that does not lend, where its arguments are evaluated; each is any.
#[derive(Debug)]
pub struct Anywhere;

impl Anywhere {
    pub fn head(&self) -> Anywhere {
        Anywhere
    }

    pub fn tail(&self) -> Anywhere {
        Anywhere
    }
}

mod kinds {
    use super::{
        Anywhere, ArgsOf, Kind, Lending, LentTask, Nest, Never, OperationKind, PhantomData, Places, Poll, PortOf,
    };

    pub trait PlacesOfCall<'p, M: LentTask> {
        /// Where the arguments of later attempts go.
        fn places(&self) -> Places<ArgsOf<'p, M>>;

        /// The same for those of the first.
        fn first_places(&self) -> Places<ArgsOf<'p, M>>;

        fn attempt_with<'n>(
            &self,
            nest: &mut Nest<'n, M::Kind>,
            port: &mut PortOf<'_, M>,
            machine: &mut M,
            args: ArgsOf<'p, M>,
            outlives: PhantomData<&'n M>,
        ) -> Poll<M::Output>;
    }

    impl<'p, K: Kind, M: LentTask<Kind = K>> PlacesOfCall<'p, M> for OperationKind<K, Lending<'p, M>> {
        fn places(&self) -> Places<ArgsOf<'p, M>> {
            Places(PhantomData)
        }

        fn first_places(&self) -> Places<ArgsOf<'p, M>> {
            Places(PhantomData)
        }

        fn attempt_with<'n>(
            &self,
            nest: &mut Nest<'n, K>,
            port: &mut K::Port<'_>,
            machine: &mut M,
            args: ArgsOf<'p, M>,
            _outlives: PhantomData<&'n M>,
        ) -> Poll<M::Output> {
            machine.step(args, port, nest)
        }
    }

    pub trait NoPlaces {
        fn places(&self) -> Never;

        fn first_places(&self) -> Anywhere;

        fn attempt_with<N, C, W, L, T>(&self, _: N, _: C, _: W, _: L, _outlives: PhantomData<()>) -> Poll<T> {
            unreachable!("an operation that does not lend is evaluated again")
        }
    }

    impl<K, O> NoPlaces for &OperationKind<K, O> {
        fn places(&self) -> Never {
            unreachable!("an operation that does not lend is evaluated again")
        }

        fn first_places(&self) -> Anywhere {
            Anywhere
        }
    }
}

pub use kinds::{NoPlaces, PlacesOfCall};
