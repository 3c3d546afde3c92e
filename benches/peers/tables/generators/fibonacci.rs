//! Fibonacci numbers, and another generator that lets the even ones pass. The items are those of the first.

use std::{hint::black_box, pin::pin};

use async_stream::stream;
use futures::{Stream, StreamExt};
use genawaiter::stack::{Co, let_gen_using};
use multitask::{task, yield_};
use peers::{Table, Workload, time};

use super::{Items, Others, inputs::sum, stackful::Stackful};

const ITEMS: u64 = 10_000_000;

struct Fibonacci {
    pair: (u64, u64),
    left: u64,
}

impl Iterator for Fibonacci {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        self.left = self.left.checked_sub(1)?;
        let (a, b) = self.pair;
        self.pair = (b, a.wrapping_add(b));
        Some(a)
    }
}

struct Even<I>(I);

impl<I: Iterator<Item = u64>> Iterator for Even<I> {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        loop {
            let n = self.0.next()?;
            if n % 2 == 0 {
                return Some(n);
            }
        }
    }
}

#[task(yields = u64)]
fn fibonacci(items: u64) {
    let (mut a, mut b) = (0u64, 1u64);
    for _ in 0..items {
        yield_!(a);
        (a, b) = (b, a.wrapping_add(b));
    }
}

#[task(yields = u64)]
fn even(numbers: impl Iterator<Item = u64>) {
    for n in numbers {
        if n % 2 == 0 {
            yield_!(n);
        }
    }
}

fn fibonacci_stream(items: u64) -> impl Stream<Item = u64> {
    stream! {
        let (mut a, mut b) = (0u64, 1u64);
        for _ in 0..items {
            yield a;
            (a, b) = (b, a.wrapping_add(b));
        }
    }
}

fn even_stream(numbers: impl Stream<Item = u64>) -> impl Stream<Item = u64> {
    stream! {
        let mut numbers = pin!(numbers);
        while let Some(n) = numbers.next().await {
            if n % 2 == 0 {
                yield n;
            }
        }
    }
}

async fn fibonacci_producer(co: Co<'_, u64>, items: u64) {
    let (mut a, mut b) = (0u64, 1u64);
    for _ in 0..items {
        co.yield_(a).await;
        (a, b) = (b, a.wrapping_add(b));
    }
}

async fn even_producer(co: Co<'_, u64>, numbers: impl Iterator<Item = u64>) {
    for n in numbers {
        if n % 2 == 0 {
            co.yield_(n).await;
        }
    }
}

fn fibonacci_stackful(items: u64) -> Stackful<u64> {
    Stackful::new(move |out| {
        let (mut a, mut b) = (0u64, 1u64);
        for _ in 0..items {
            out.suspend(a);
            (a, b) = (b, a.wrapping_add(b));
        }
    })
}

fn even_stackful(numbers: impl Iterator<Item = u64> + 'static) -> Stackful<u64> {
    Stackful::new(move |out| {
        for n in numbers {
            if n % 2 == 0 {
                out.suspend(n);
            }
        }
    })
}

pub(super) fn measure(table: &mut Table, others: &Others) {
    let items = || black_box(ITEMS);
    let by_hand = || Even(Fibonacci { pair: (0, 1), left: items() });
    table.measure(
        Workload::new("fib + filter", "static", "ns per item")
            .floor(|| time(ITEMS, || sum(by_hand())))
            .perhaps("nightly gen", others.nightly.runs("fibonacci_gen", ITEMS))
            .perhaps("nightly coroutine", others.nightly.runs("fibonacci_coroutine", ITEMS))
            .peer("genawaiter", || {
                let_gen_using!(numbers, |co| fibonacci_producer(co, items()));
                let_gen_using!(even, |co| even_producer(co, numbers.into_iter()));
                time(ITEMS, || sum(even.into_iter()))
            })
            .peer("async-stream", || time(ITEMS, || sum(Items(pin!(even_stream(fibonacci_stream(items())))))))
            .peer("corosensei", || time(ITEMS, || sum(even_stackful(fibonacci_stackful(items())))))
            .perhaps("Python", others.python.runs("fibonacci", ITEMS / 100))
            .ours(|| time(ITEMS, || sum(even(fibonacci(items()))))),
    );
    let boxed = |items: Box<dyn Iterator<Item = u64>>| time(ITEMS, || sum(black_box(items)));
    table.measure(
        Workload::new("fib + filter", "boxed", "ns per item")
            .floor(|| boxed(Box::new(by_hand())))
            .perhaps("nightly gen", others.nightly.runs("fibonacci_gen_boxed", ITEMS))
            .ours(|| boxed(Box::new(even(fibonacci(items()))))),
    );
}
