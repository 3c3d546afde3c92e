//! A generator that counts: nothing but the cost of handing out an item.

use std::{hint::black_box, pin::pin};

use async_stream::stream;
use futures::Stream;
use genawaiter::stack::{Co, let_gen_using};
use multitask::{task, yield_};
use peers::{Table, Workload, time};

use super::{Items, Others, inputs::sum, stackful::Stackful};

const ITEMS: u64 = 10_000_000;

struct Counter {
    next: u64,
    end: u64,
}

impl Iterator for Counter {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        (self.next < self.end).then(|| {
            self.next += 1;
            self.next - 1
        })
    }
}

#[task(yields = u64)]
fn counter(end: u64) {
    for n in 0..end {
        yield_!(n);
    }
}

fn counting_stream(end: u64) -> impl Stream<Item = u64> {
    stream! {
        for n in 0..end {
            yield n;
        }
    }
}

async fn producer(co: Co<'_, u64>, end: u64) {
    for n in 0..end {
        co.yield_(n).await;
    }
}

fn stackful(end: u64) -> Stackful<u64> {
    Stackful::new(move |items| {
        for n in 0..end {
            items.suspend(n);
        }
    })
}

pub(super) fn measure(table: &mut Table, others: &Others) {
    let end = || black_box(ITEMS);
    let counter_by_hand = || Counter { next: 0, end: end() };
    table.measure(
        Workload::new("counter", "static", "ns per item")
            .floor(|| time(ITEMS, || sum(counter_by_hand())))
            .perhaps("nightly gen", others.nightly.runs("counter_gen", ITEMS))
            .perhaps("nightly coroutine", others.nightly.runs("counter_coroutine", ITEMS))
            .peer("genawaiter", || {
                let_gen_using!(counter, |co| producer(co, end()));
                time(ITEMS, || sum(counter.into_iter()))
            })
            .peer("async-stream", || time(ITEMS, || sum(Items(pin!(counting_stream(end()))))))
            .peer("corosensei", || time(ITEMS, || sum(stackful(end()))))
            .perhaps("Python", others.python.runs("counter", ITEMS / 100))
            .ours(|| time(ITEMS, || sum(counter(end())))),
    );
    let boxed = |items: Box<dyn Iterator<Item = u64>>| time(ITEMS, || sum(black_box(items)));
    table.measure(
        Workload::new("counter", "boxed", "ns per item")
            .floor(|| boxed(Box::new(counter_by_hand())))
            .perhaps("nightly gen", others.nightly.runs("counter_gen_boxed", ITEMS))
            .ours(|| boxed(Box::new(counter(end())))),
    );
}
