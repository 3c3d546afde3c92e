//! Whether an operation is attempted by itself, or begun again.
//!
//! The expression of an operation is evaluated again for an attempt, but not if the operation is stored. That is told by
//! its type where it is begun. For one that is stored the evaluation is code that cannot be reached, so the compiler
//! checks no borrow there: what a child keeps is borrowed once.

use core::{convert::Infallible, marker::PhantomData, task::Poll};

use super::{Kind, Nest, OperationKind, Suspends};

/// One of two ways; the other one is uninhabited.
#[derive(Debug)]
pub enum Manner<S, A> {
    Stored(S),
    Again(A),
}

/// The manner of an operation that is its own wait.
#[derive(Clone, Copy, Debug)]
pub struct IsStored;

impl IsStored {
    #[inline]
    pub fn way(&self) -> Manner<(), Infallible> {
        Manner::Stored(())
    }

    #[inline]
    pub fn attempt<'n, K: Kind, O: Suspends<K, Wait = O>>(
        &self,
        nest: &mut Nest<'n, K>,
        port: &mut K::Port<'_>,
        wait: &mut O,
        outlives: PhantomData<&'n O>,
    ) -> Poll<O::Output> {
        O::poll_nested(wait, || unreachable!("an operation that is stored was begun again"), port, nest, outlives)
    }
}

/// The manner of any other.
#[derive(Clone, Copy, Debug)]
pub struct IsBegunAgain;

impl IsBegunAgain {
    #[inline]
    pub fn way(&self) -> Manner<Infallible, ()> {
        Manner::Again(())
    }

    pub fn attempt<N, P, W, T>(&self, _nest: N, _port: P, _wait: W, _outlives: PhantomData<()>) -> Poll<T> {
        unreachable!("an operation that is begun again was attempted without it")
    }
}

mod kinds {
    use super::{IsBegunAgain, IsStored, Kind, OperationKind, Suspends};

    pub trait MannerOfStored {
        fn manner(&self) -> IsStored;
    }

    impl<K: Kind, O: Suspends<K, Wait = O>> MannerOfStored for &OperationKind<K, O> {
        fn manner(&self) -> IsStored {
            IsStored
        }
    }

    pub trait MannerOfOther {
        fn manner(&self) -> IsBegunAgain;
    }

    impl<K, O> MannerOfOther for OperationKind<K, O> {
        fn manner(&self) -> IsBegunAgain {
            IsBegunAgain
        }
    }
}

pub use kinds::{MannerOfOther, MannerOfStored};
