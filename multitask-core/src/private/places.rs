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
    pub fn receiver(&self, receiver: &'p mut T) -> &'p mut T {
        receiver
    }
}

impl<'p, T: ?Sized> Place<&'p T> {
    pub fn receiver(&self, receiver: &'p T) -> &'p T {
        receiver
    }
}

impl<T> Place<Stored<T>> {
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
        Anywhere, ArgsOf, Kind, Lending, LentTask, Nest, Never, OTHER_SORT, OperationKind, Other, PhantomData, Place,
        Places, Poll, PortOf, Sort, Stored,
    };

    /// Evaluates the expression of an argument where its place is lent; else it must only compile.
    ///
    /// A trait, as [`Sorted`] is, so that nothing is ambiguous where an error has left the place without a type.
    pub trait Evaluate<X> {
        type Given;

        fn with(&self, expression: impl FnOnce() -> X) -> Self::Given;
    }

    impl<'p, T: ?Sized> Evaluate<&'p mut T> for Place<&'p mut T> {
        type Given = &'p mut T;

        fn with(&self, expression: impl FnOnce() -> &'p mut T) -> &'p mut T {
            expression()
        }
    }

    impl<'p, T: ?Sized> Evaluate<&'p T> for Place<&'p T> {
        type Given = &'p T;

        fn with(&self, expression: impl FnOnce() -> &'p T) -> &'p T {
            expression()
        }
    }

    impl<T, X> Evaluate<X> for Place<Stored<T>> {
        type Given = Stored<T>;

        fn with(&self, _expression: impl FnOnce() -> X) -> Stored<T> {
            super::super::stored()
        }
    }

    /// What a place is for: itself by that name, and [`Other`] by the other ones.
    pub trait Sorted {
        type Exclusive;
        type Shared;
        type Kept;

        fn sort(&self) -> Sort;

        fn exclusive(&self) -> Self::Exclusive {
            unreachable!("{OTHER_SORT}")
        }

        fn shared(&self) -> Self::Shared {
            unreachable!("{OTHER_SORT}")
        }

        fn stored(&self) -> Self::Kept {
            unreachable!("{OTHER_SORT}")
        }
    }

    impl<'p, T: ?Sized> Sorted for Place<&'p mut T> {
        type Exclusive = Place<&'p mut T>;
        type Shared = Other;
        type Kept = Other;

        fn sort(&self) -> Sort {
            Sort::Exclusive
        }

        fn exclusive(&self) -> Place<&'p mut T> {
            Place(PhantomData)
        }
    }

    impl<'p, T: ?Sized> Sorted for Place<&'p T> {
        type Exclusive = Other;
        type Shared = Place<&'p T>;
        type Kept = Other;

        fn sort(&self) -> Sort {
            Sort::Shared
        }

        fn shared(&self) -> Place<&'p T> {
            Place(PhantomData)
        }
    }

    impl<T> Sorted for Place<Stored<T>> {
        type Exclusive = Other;
        type Shared = Other;
        type Kept = Place<Stored<T>>;

        fn sort(&self) -> Sort {
            Sort::Stored
        }

        fn stored(&self) -> Place<Stored<T>> {
            Place(PhantomData)
        }
    }

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

pub use kinds::{Evaluate, NoPlaces, PlacesOfCall, Sorted};
