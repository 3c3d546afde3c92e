//! What the bodies wait for: each is a future, and an operation whose wait is all that lasts of it.

use std::{
    pin::Pin,
    task::{Context as Wakers, Poll},
};

use multitask::{Context, Operation};

/// Waits for a turn; evaluates to a number.
pub(super) struct Tick(u32);

pub(super) fn tick(number: u32) -> Tick {
    Tick(number)
}

impl Operation for Tick {
    type Output = u32;
    type Wait = Self;

    fn begin(self) -> Self {
        self
    }

    fn poll(wait: &mut Self, _: impl FnOnce() -> Self, _: &mut Context<'_>) -> Poll<u32> {
        Poll::Ready(wait.0)
    }
}

impl Future for Tick {
    type Output = u32;

    fn poll(self: Pin<&mut Self>, _: &mut Wakers<'_>) -> Poll<u32> {
        Poll::Ready(self.0)
    }
}

/// Something that is read from and written to.
pub(super) struct Sock(pub(super) u32);

/// Where a socket remembers that somebody waits for it.
pub(super) struct Registration(#[expect(dead_code, reason = "it is there for its size")] u64);

/// Moves bytes between a buffer and a socket.
pub(super) struct Transfer<'a> {
    sock: &'a mut Sock,
    buf: &'a mut [u8],
    wait: Registration,
}

pub(super) fn transfer<'a>(sock: &'a mut Sock, buf: &'a mut [u8]) -> Transfer<'a> {
    Transfer { sock, buf, wait: Registration(0) }
}

impl Transfer<'_> {
    fn attempt(&mut self) -> Poll<usize> {
        self.sock.0 += 1;
        self.buf.fill(1);
        Poll::Ready(self.buf.len())
    }
}

impl Operation for Transfer<'_> {
    type Output = usize;
    type Wait = Registration;

    fn begin(self) -> Registration {
        self.wait
    }

    fn poll(_: &mut Registration, again: impl FnOnce() -> Self, _: &mut Context<'_>) -> Poll<usize> {
        again().attempt()
    }
}

impl Future for Transfer<'_> {
    type Output = usize;

    fn poll(mut self: Pin<&mut Self>, _: &mut Wakers<'_>) -> Poll<usize> {
        self.attempt()
    }
}

/// Waits for either of two.
pub(super) struct Either<A, B>(A, B);

pub(super) fn any<A, B>((a, b): (A, B)) -> Either<A, B> {
    Either(a, b)
}

impl<A: Operation, B: Operation<Output = A::Output>> Operation for Either<A, B> {
    type Output = A::Output;
    type Wait = Either<A::Wait, B::Wait>;

    fn begin(self) -> Self::Wait {
        Either(self.0.begin(), self.1.begin())
    }

    fn poll(wait: &mut Self::Wait, again: impl FnOnce() -> Self, cx: &mut Context<'_>) -> Poll<A::Output> {
        let Either(a, b) = again();
        match A::poll(&mut wait.0, || a, cx) {
            Poll::Pending => B::poll(&mut wait.1, || b, cx),
            ready => ready,
        }
    }
}

impl<A: Future + Unpin, B: Future<Output = A::Output> + Unpin> Future for Either<A, B> {
    type Output = A::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Wakers<'_>) -> Poll<A::Output> {
        match Pin::new(&mut self.0).poll(cx) {
            Poll::Pending => Pin::new(&mut self.1).poll(cx),
            ready => ready,
        }
    }
}

/// A value that is moved, and dropped.
pub(super) struct Big(pub(super) [u8; 256]);

impl Drop for Big {
    fn drop(&mut self) {
        self.0[0] = 0;
    }
}
