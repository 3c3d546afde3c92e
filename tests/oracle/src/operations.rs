//! Operations to wait for, each both an [`Operation`] and a [`Future`].

use std::{
    fmt::{Debug, Display},
    pin::Pin,
    task::{Context as Wakers, Poll},
};

use multitask::{Context, Operation};

use crate::trace::{note, tell};

/// The part of an operation that lasts: how often it has yet to suspend.
///
/// It tells when it is made and when it is dropped.
#[derive(Debug)]
pub struct Wait {
    name: String,
    suspensions: usize,
    begun: bool,
}

impl Wait {
    fn new(name: impl Display, suspensions: usize) -> Wait {
        Wait { name: name.to_string(), suspensions, begun: false }
    }

    /// One attempt: whether the operation is ready.
    fn attempt(&mut self) -> bool {
        let name = &self.name;
        if !std::mem::replace(&mut self.begun, true) {
            tell(format_args!("{name}: begin"));
        }
        if self.suspensions > 0 {
            self.suspensions -= 1;
            return false;
        }
        tell(format_args!("{name}: ready"));
        true
    }
}

impl Drop for Wait {
    fn drop(&mut self) {
        note(format_args!("{}: end", self.name));
    }
}

/// An operation that owns all it needs, and evaluates to a value.
#[derive(Debug)]
#[must_use]
pub struct Op<T> {
    // Before the value, so that the end of the operation is told first.
    wait: Wait,
    value: Option<T>,
}

/// An operation that suspends once.
pub fn op<T>(name: impl Display, value: T) -> Op<T> {
    slow(name, 1, value)
}

/// An operation that does not suspend.
pub fn ready<T>(name: impl Display, value: T) -> Op<T> {
    slow(name, 0, value)
}

/// An operation that suspends `suspensions` times.
pub fn slow<T>(name: impl Display, suspensions: usize, value: T) -> Op<T> {
    tell(format_args!("{name}: made"));
    Op { wait: Wait::new(name, suspensions), value: Some(value) }
}

impl<T> Op<T> {
    fn attempt(&mut self) -> Poll<T> {
        match self.wait.attempt() {
            true => Poll::Ready(self.value.take().expect("an operation that is ready is not polled again")),
            false => Poll::Pending,
        }
    }
}

impl<T> Operation for Op<T> {
    type Output = T;
    type Wait = Self;

    fn begin(self) -> Self {
        self
    }

    fn poll(wait: &mut Self, _: impl FnOnce() -> Self, _: &mut Context<'_>) -> Poll<T> {
        wait.attempt()
    }
}

impl<T> Unpin for Op<T> {}

impl<T> Future for Op<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, _: &mut Wakers<'_>) -> Poll<T> {
        self.attempt()
    }
}

/// An operation whose work borrows, so that it is begun again after each suspension.
///
/// The work is done once, when the operation is ready.
#[derive(Debug)]
#[must_use]
pub struct Borrowing<W> {
    name: &'static str,
    work: Option<W>,
    /// Where this is a future.
    wait: Option<Wait>,
}

fn borrowing<T, W: FnOnce() -> T>(name: &'static str, work: W) -> Borrowing<W> {
    Borrowing { name, work: Some(work), wait: None }
}

impl<W> Borrowing<W> {
    fn attempt<T>(work: &mut Option<W>, wait: &mut Wait) -> Poll<T>
    where
        W: FnOnce() -> T,
    {
        match wait.attempt() {
            true => Poll::Ready(work.take().expect("an operation that is ready is not polled again")()),
            false => Poll::Pending,
        }
    }
}

impl<T, W: FnOnce() -> T> Operation for Borrowing<W> {
    type Output = T;
    type Wait = Wait;

    fn begin(self) -> Wait {
        Wait::new(self.name, 1)
    }

    fn poll(wait: &mut Wait, again: impl FnOnce() -> Self, _: &mut Context<'_>) -> Poll<T> {
        Borrowing::attempt(&mut again().work, wait)
    }
}

impl<W> Unpin for Borrowing<W> {}

impl<T, W: FnOnce() -> T> Future for Borrowing<W> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, _: &mut Wakers<'_>) -> Poll<T> {
        let Borrowing { name, work, wait } = &mut *self;
        Borrowing::attempt(work, wait.get_or_insert_with(|| Wait::new(name, 1)))
    }
}

/// Fills `buf` with its positions; evaluates to its length.
pub fn fill(name: &'static str, buf: &mut [u8]) -> Borrowing<impl FnOnce() -> usize> {
    borrowing(name, || {
        (0..).zip(buf.iter_mut()).for_each(|(position, byte)| *byte = position);
        buf.len()
    })
}

/// Appends `value` to `list`; evaluates to the new length.
pub fn append<T: Copy>(name: &'static str, list: &mut Vec<T>, value: T) -> Borrowing<impl FnOnce() -> usize> {
    borrowing(name, move || {
        list.push(value);
        list.len()
    })
}

/// Looks at `value` when it is ready; evaluates to how it prints.
pub fn look<T: Debug + ?Sized>(name: &'static str, value: &T) -> Borrowing<impl FnOnce() -> String> {
    borrowing(name, move || format!("{value:?}"))
}

/// Looks at `value` when it is ready, beside two numbers; evaluates to what all of them come to.
pub fn measure<T: Debug + ?Sized>(name: &'static str, value: &T, a: u32, b: u32) -> Borrowing<impl FnOnce() -> u32> {
    borrowing(name, move || {
        let length = format!("{value:?}").len() as u32;
        length.wrapping_add(a.wrapping_mul(31)).wrapping_add(b.wrapping_mul(17))
    })
}

/// What `yield_!()` waits for in an `async fn`.
pub fn give_way() -> impl Future<Output = ()> {
    let mut resumed = false;
    std::future::poll_fn(move |_| match std::mem::replace(&mut resumed, true) {
        true => Poll::Ready(()),
        false => Poll::Pending,
    })
}
