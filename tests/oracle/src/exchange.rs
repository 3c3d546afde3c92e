//! Coroutines: an `async fn` that hands something out, and is given something, at each suspension.
//!
//! As a future, `yield_!(value)` is `give(value).await`: the value goes to a slot of the thread, from where whoever polls
//! the future takes it, and what the future is resumed with comes the same way.

use std::{
    any::Any,
    cell::RefCell,
    fmt::Debug,
    future::poll_fn,
    marker::PhantomData,
    pin::Pin,
    task::{Context as Wakers, Poll, Waker},
};

use multitask::{Coroutine, CoroutineState};

use crate::{
    compare::{compare_resumed, shown},
    trace::note,
    values::{Loud, loud},
};

thread_local! {
    static HANDED_OUT: RefCell<Option<Box<dyn Any>>> = const { RefCell::new(None) };
    static HANDED_IN: RefCell<Option<Box<dyn Any>>> = const { RefCell::new(None) };
}

/// What a body is resumed with, by how often it has been resumed before.
pub trait Input: 'static {
    /// The input of a turn; the first is 1.
    fn input(turn: usize) -> Self;
}

impl Input for () {
    fn input(_: usize) {}
}

impl Input for usize {
    fn input(turn: usize) -> usize {
        turn
    }
}

impl Input for Loud {
    fn input(turn: usize) -> Loud {
        loud(format_args!("input {turn}"))
    }
}

/// `yield_!(value)` of an `async fn`.
pub fn give<Y: 'static, In: Input>(value: Y) -> impl Future<Output = In> {
    let mut value = Some(value);
    poll_fn(move |_| match value.take() {
        Some(value) => {
            HANDED_OUT.set(Some(Box::new(value)));
            Poll::Pending
        }
        None => {
            let input = HANDED_IN.take().expect("a body goes on when it is resumed");
            Poll::Ready(*input.downcast().expect("all yields of a body are resumed with the same type"))
        }
    })
}

/// Tells a coroutine from an iterator, by method lookup.
#[derive(Debug)]
pub struct SubKind<T>(PhantomData<T>);

/// The kind of what `yield_from!` is given.
pub fn sub_kind<T>(_: &Pin<Box<T>>) -> SubKind<T> {
    SubKind(PhantomData)
}

/// `yield_from!(coroutine)` of an `async fn`.
pub trait FromFuture<F> {
    /// A future that does what the other one does.
    fn run<Y, In>(&self, sub: Pin<Box<F>>) -> Pin<Box<F>>;
}

impl<F: Future> FromFuture<F> for &SubKind<F> {
    fn run<Y, In>(&self, sub: Pin<Box<F>>) -> Pin<Box<F>> {
        sub
    }
}

/// `yield_from!(iterator)` of an `async fn`.
pub trait FromIterator<I> {
    /// A future that hands out the items.
    fn run<Y, In: Input>(&self, sub: Pin<Box<I>>) -> impl Future<Output = ()>
    where
        I: IntoIterator<Item = Y> + Unpin,
        Y: 'static;
}

impl<I> FromIterator<I> for SubKind<I> {
    async fn run<Y, In: Input>(&self, sub: Pin<Box<I>>)
    where
        I: IntoIterator<Item = Y> + Unpin,
        Y: 'static,
    {
        for item in *Pin::into_inner(sub) {
            give::<Y, In>(item).await;
        }
    }
}

/// Fails unless a coroutine and a future do the same under every schedule.
///
/// # Panics
///
/// If they do not, like [`compare`](crate::compare::compare).
pub fn compare_exchange<C, F>(name: &str, make_coroutine: impl Fn() -> C, make_future: impl Fn() -> F)
where
    C: Coroutine<Resume: Input, Yield: Debug + 'static, Return: Debug>,
    F: Future<Output: Debug>,
{
    compare_resumed(
        name,
        || resume_coroutine(make_coroutine()),
        || resume_future::<C::Yield, C::Resume, F>(make_future()),
    );
}

fn resume_coroutine<C>(mut coroutine: C) -> impl FnMut() -> Poll<String>
where
    C: Coroutine<Resume: Input, Yield: Debug, Return: Debug>,
{
    let mut turn = 0;
    move || {
        let state = if turn == 0 { coroutine.start() } else { coroutine.resume(C::Resume::input(turn)) };
        turn += 1;
        match state {
            CoroutineState::Yielded(value) => handed_out(value),
            CoroutineState::Complete(output) => Poll::Ready(shown(output)),
        }
    }
}

fn resume_future<Y, In, F>(future: F) -> impl FnMut() -> Poll<String>
where
    Y: Debug + 'static,
    In: Input,
    F: Future<Output: Debug>,
{
    let mut turn = 0;
    let mut future: Pin<Box<F>> = Box::pin(future);
    move || {
        HANDED_IN.set(None);
        if turn > 0 {
            HANDED_IN.set(Some(Box::new(In::input(turn))));
        }
        turn += 1;
        match future.as_mut().poll(&mut Wakers::from_waker(Waker::noop())) {
            Poll::Ready(output) => Poll::Ready(shown(output)),
            Poll::Pending => {
                let value = HANDED_OUT.take().expect("a body is suspended by a yield");
                handed_out(*value.downcast::<Y>().expect("all yields of a body are of the same type"))
            }
        }
    }
}

fn handed_out(value: impl Debug) -> Poll<String> {
    note(format_args!("-- yielded {value:?}"));
    Poll::Pending
}

/// Makes a test that compares the two readings of a body that yields.
///
/// `case_exchange! { name(arguments) yields Y, resumes R { items } }`, with a `#[task(yields = Y, resumes = R)] fn body`
/// among the items; see [`case!`](crate::case!).
#[macro_export]
macro_rules! case_exchange {
    ($name:ident($($argument:expr),* $(,)?) yields $yields:ty, resumes $resumes:ty { $($items:tt)* }) => {
        #[test]
        fn $name() {
            mod as_task {
                #[allow(unused_imports, reason = "not every body uses everything")]
                use {super::*, multitask::{task, yield_, yield_from}};
                $($items)*
                pub(super) fn make()
                -> impl multitask::Coroutine<Resume = $resumes, Yield = $yields, Return: ::core::fmt::Debug> {
                    body($($argument),*)
                }
            }
            mod as_future {
                #[allow(unused_imports, reason = "not every body uses everything")]
                use {super::*, $crate::{__from as yield_from, __give as yield_, exchange::{FromFuture as _, FromIterator as _}}};
                #[allow(dead_code, reason = "a body may yield nothing")]
                type __Yields = $yields;
                #[allow(dead_code, reason = "a body may yield nothing")]
                type __Resumes = $resumes;
                $crate::__as_future! { () $($items)* }
                pub(super) fn make() -> impl ::core::future::Future<Output: ::core::fmt::Debug> {
                    body($($argument),*)
                }
            }
            $crate::exchange::compare_exchange(stringify!($name), as_task::make, as_future::make);
        }
    };
}

/// `yield_!` of an `async fn` that hands something out.
#[doc(hidden)]
#[macro_export]
macro_rules! __give {
    () => {
        $crate::exchange::give::<__Yields, __Resumes>(()).await
    };
    ($value:expr) => {
        $crate::exchange::give::<__Yields, __Resumes>($value).await
    };
}

/// `yield_from!` of an `async fn` that hands something out.
#[doc(hidden)]
#[macro_export]
macro_rules! __from {
    ($sub:expr) => {
        match ::std::boxed::Box::pin($sub) {
            sub => (&&$crate::exchange::sub_kind(&sub)).run::<__Yields, __Resumes>(sub).await,
        }
    };
}
