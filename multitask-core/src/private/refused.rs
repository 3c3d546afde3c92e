//! What stands for the machine of a function that was refused; the errors keep it from ever being run.

use core::{fmt, marker::PhantomData, task::Poll};

use super::{Exchange, Kind, Tasks};
use crate::{Context, Coroutine, CoroutineState, Task};

/// The machine of a function that was refused.
pub fn refused<T, K: Kind>() -> Refused<T, K> {
    Refused(PhantomData)
}

/// See [`refused`].
pub struct Refused<T, K: Kind>(PhantomData<(T, K)>);

impl<T, K: Kind> fmt::Debug for Refused<T, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Refused")
    }
}

const RUN: &str = "a function that does not compile was run";

impl<T> Task for Refused<T, Tasks> {
    type Output = T;

    fn resume(&mut self, _: &mut Context<'_>) -> Poll<T> {
        unreachable!("{RUN}")
    }
}

impl<T, Y, In> Coroutine for Refused<T, Exchange<Y, In>> {
    type Resume = In;
    type Yield = Y;
    type Return = T;

    fn start(&mut self) -> CoroutineState<Y, T> {
        unreachable!("{RUN}")
    }

    fn resume(&mut self, _: In) -> CoroutineState<Y, T> {
        unreachable!("{RUN}")
    }
}

impl<Y> Iterator for Refused<(), Exchange<Y, ()>> {
    type Item = Y;

    fn next(&mut self) -> Option<Y> {
        unreachable!("{RUN}")
    }
}

impl<Y> core::iter::FusedIterator for Refused<(), Exchange<Y, ()>> {}
