//! A suspended machine is no larger than the future of the `async fn` with the same body.
//!
//! Both are made of the same tokens, and wait for the same operations: each is a future and an operation whose wait is
//! all that lasts of it. Run it with `--nocapture` for the table.

use std::{
    pin::Pin,
    task::{Context as Wakers, Poll},
};

use multitask::{Context, Operation};

/// The meaning of `yield_!` in an `async fn`. Nothing is boxed, unlike in the oracle's other tests.
macro_rules! awaited {
    ($operation:expr) => {
        $operation.await
    };
}

/// Makes a test of `#[task] fn body`, which is called with the arguments, among the items.
macro_rules! no_larger {
    ($name:ident($($argument:expr),*) { $($items:tt)* }) => {
        #[test]
        fn $name() {
            mod as_task {
                #[allow(unused_imports, reason = "not every body uses everything")]
                use super::*;
                use multitask::{task, yield_};
                $($items)*
                pub(super) fn size() -> usize {
                    size_of_val(&body($($argument),*))
                }
            }
            mod as_future {
                #[allow(unused_imports, reason = "not every body uses everything")]
                use super::*;
                use awaited as yield_;
                oracle::__as_future! { () $($items)* }
                pub(super) fn size() -> usize {
                    size_of_val(&body($($argument),*))
                }
            }
            let (task, future) = (as_task::size(), as_future::size());
            println!("{:<32} async fn {future:>5}   task {task:>5}   {:.2}", stringify!($name), task as f64 / future as f64);
            assert!(task <= future, "{task} bytes as a task, {future} as a future");
        }
    };
}

/// Waits for a turn; evaluates to a number.
struct Tick(u32);

fn tick(number: u32) -> Tick {
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

/// A buffer's worth of bytes is read or written; the wait is where a socket's registration would be.
struct Transfer<'a> {
    sock: &'a mut Sock,
    buf: &'a mut [u8],
    wait: Registration,
}

/// Something that is read from and written to.
struct Sock(u32);

struct Registration(#[expect(dead_code, reason = "it is there for its size")] u64);

fn transfer<'a>(sock: &'a mut Sock, buf: &'a mut [u8]) -> Transfer<'a> {
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
struct Either<A, B>(A, B);

fn any<A, B>((a, b): (A, B)) -> Either<A, B> {
    Either(a, b)
}

impl<A: Operation, B: Operation<Output = A::Output>> Operation for Either<A, B> {
    type Output = A::Output;
    type Wait = Either<A::Wait, B::Wait>;

    fn begin(self) -> Either<A::Wait, B::Wait> {
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
struct Big([u8; 256]);

impl Drop for Big {
    fn drop(&mut self) {
        self.0[0] = 0;
    }
}

no_larger! { echo_loop_with_a_buffer(Sock(0)) {
    #[task]
    fn body(mut sock: Sock) -> usize {
        let mut buf = [0; 1024];
        loop {
            let n = yield_!(transfer(&mut sock, &mut buf));
            if n == 0 {
                return n;
            }
            yield_!(transfer(&mut sock, &mut buf[..n]));
        }
    }
} }

no_larger! { sibling_scopes() {
    #[task]
    fn body() -> u32 {
        let mut sum = 0;
        {
            let a = [7u8; 512];
            sum += yield_!(tick(1)) + u32::from(a[1]);
        }
        {
            let b = [7u8; 256];
            sum += yield_!(tick(2)) + u32::from(b[1]);
        }
        {
            let c = [7u8; 768];
            sum += yield_!(tick(3)) + u32::from(c[1]);
        }
        {
            let d = [7u8; 1024];
            sum += yield_!(tick(4)) + u32::from(d[1]);
        }
        sum
    }
} }

no_larger! { three_levels_of_waits(7) {
    #[task]
    fn body(n: u64) -> u64 {
        let list = [n; 4];
        let m = yield_!(middle(n + 1));
        m + list[1]
    }
    #[task]
    fn middle(n: u64) -> u64 {
        let list = [n; 4];
        let m = yield_!(inner(n + 1));
        m + list[2]
    }
    #[task]
    fn inner(n: u64) -> u64 {
        let list = [n; 4];
        let m = yield_!(tick(3));
        u64::from(m) + list[3]
    }
} }

no_larger! { argument_to_local_to_child(Big([7; 256])) {
    #[task]
    fn body(argument: Big) -> u32 {
        let local = argument;
        yield_!(child(local))
    }
    #[task]
    fn child(argument: Big) -> u32 {
        let local = argument;
        yield_!(tick(1)) + u32::from(local.0[1])
    }
} }

no_larger! { argument_to_local_to_child_to_child(Big([7; 256])) {
    #[task]
    fn body(argument: Big) -> u32 {
        let local = argument;
        yield_!(child(local))
    }
    #[task]
    fn child(argument: Big) -> u32 {
        let local = argument;
        yield_!(grandchild(local))
    }
    #[task]
    fn grandchild(argument: Big) -> u32 {
        let local = argument;
        yield_!(tick(1)) + u32::from(local.0[1])
    }
} }

no_larger! { loop_with_three_waits(7) {
    #[task]
    fn body(n: u32) -> u32 {
        let mut sum = 0;
        for i in 0..n {
            let a = yield_!(tick(i));
            let b = yield_!(tick(a + 1));
            sum += yield_!(tick(a + b));
        }
        sum
    }
} }

no_larger! { either_of_two(Sock(0)) {
    #[task]
    fn body(mut sock: Sock) -> usize {
        let (mut here, mut there) = ([0; 32], [0; 32]);
        let mut other = Sock(1);
        let n = yield_!(any((transfer(&mut sock, &mut here), transfer(&mut other, &mut there))));
        n + usize::from(here[1]) + usize::from(there[1])
    }
} }

/// What the smallest enum has for it: the sum, the range, what is waited for, the first value, and a tag.
#[test]
fn a_number_that_is_only_given_to_an_operation_is_not_kept() {
    use multitask::{task, yield_};
    #[task]
    fn body(n: u32) -> u32 {
        let mut sum = 0;
        for i in 0..n {
            let a = yield_!(tick(i));
            let b = yield_!(tick(a + 1));
            sum += yield_!(tick(a + b));
        }
        sum
    }
    assert_eq!(size_of_val(&body(7)), 6 * size_of::<u32>());
}
