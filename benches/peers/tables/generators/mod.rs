//! What an item of a generator costs.

mod counter;
mod fibonacci;
mod inputs;
mod stackful;
mod tokens;
mod tree;

use std::{
    pin::Pin,
    task::{Context, Poll, Waker},
};

use futures::Stream;
use peers::Table;

use crate::programs::Program;

/// The programs that have these generators, too.
struct Others {
    python: Program,
    nightly: Program,
}

pub(crate) fn measure(table: &mut Table) {
    let others = Others { python: Program::python(include_str!("generators.py")), nightly: Program::nightly() };
    counter::measure(table, &others);
    fibonacci::measure(table, &others);
    tree::measure(table, &others);
    tokens::measure(table, &others);
}

/// The items of a stream that never waits.
struct Items<'a, S>(Pin<&'a mut S>);

impl<S: Stream> Iterator for Items<'_, S> {
    type Item = S::Item;

    fn next(&mut self) -> Option<S::Item> {
        match self.0.as_mut().poll_next(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(item) => item,
            Poll::Pending => unreachable!("there is nothing to wait for"),
        }
    }
}
