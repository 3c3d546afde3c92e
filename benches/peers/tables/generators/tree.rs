//! A walk through a binary tree, by recursion. By hand one keeps a stack of nodes.

use std::{
    hint::black_box,
    pin::{Pin, pin},
};

use async_stream::stream;
use futures::{Stream, StreamExt};
use genawaiter::stack::{Co, let_gen_using};
use multitask::{task, yield_, yield_from};
use peers::{Sample, Table, Workload, time};

use super::{
    Items, Others,
    inputs::{LEVELS, Node, sum},
    stackful::{self, Stackful},
};

const VALUES: u64 = values(LEVELS as u64);

const fn values(levels: u64) -> u64 {
    (1 << levels) - 1
}

/// What one writes for trees and nothing else: the nodes whose left side has been begun.
struct InOrder(Vec<Node>);

impl InOrder {
    fn new(root: Node) -> Self {
        let mut walk = InOrder(Vec::with_capacity(LEVELS as usize));
        walk.descend(Some(root));
        walk
    }

    fn descend(&mut self, mut next: Option<Node>) {
        while let Some(node) = next {
            self.0.push(node);
            next = node.left();
        }
    }
}

impl Iterator for InOrder {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        let node = self.0.pop()?;
        self.descend(node.right());
        Some(node.value)
    }
}

/// A stack of frames, as one writes it for any recursive function: where each call is.
struct Frames(Vec<(Node, At)>);

#[derive(Clone, Copy)]
enum At {
    Start,
    Left,
    Value,
}

impl Iterator for Frames {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        loop {
            let (node, at) = self.0.last_mut()?;
            let node = *node;
            let child = match at {
                At::Start => {
                    *at = At::Left;
                    node.left()
                }
                At::Left => {
                    *at = At::Value;
                    return Some(node.value);
                }
                At::Value => {
                    self.0.pop();
                    node.right()
                }
            };
            if let Some(child) = child {
                self.0.push((child, At::Start));
            }
        }
    }
}

#[task(yields = u64)]
fn in_order(node: Node) {
    if let Some(left) = node.left() {
        yield_from!(in_order(left));
    }
    yield_!(node.value);
    if let Some(right) = node.right() {
        yield_from!(in_order(right));
    }
}

fn in_order_stream(node: Node) -> Pin<Box<dyn Stream<Item = u64>>> {
    Box::pin(stream! {
        if let Some(left) = node.left() {
            let mut left = in_order_stream(left);
            while let Some(value) = left.next().await {
                yield value;
            }
        }
        yield node.value;
        if let Some(right) = node.right() {
            let mut right = in_order_stream(right);
            while let Some(value) = right.next().await {
                yield value;
            }
        }
    })
}

/// It has one place for an item, so that nothing is handed from level to level but the resume.
async fn in_order_producer(co: &Co<'_, u64>, node: Node) {
    if let Some(left) = node.left() {
        Box::pin(in_order_producer(co, left)).await;
    }
    co.yield_(node.value).await;
    if let Some(right) = node.right() {
        Box::pin(in_order_producer(co, right)).await;
    }
}

fn in_order_stackful(node: Node, items: &stackful::Items<u64>) {
    if let Some(left) = node.left() {
        in_order_stackful(left, items);
    }
    items.suspend(node.value);
    if let Some(right) = node.right() {
        in_order_stackful(right, items);
    }
}

pub(super) fn measure(table: &mut Table, others: &Others) {
    let walk = |work: fn(Node) -> u64| time(VALUES, || work(black_box(Node::root(LEVELS))));
    table.measure(
        Workload::new("tree walk", "static", "ns per item")
            .floor(|| walk(|root| sum(InOrder::new(root))))
            .shown("hand, frames", || walk(|root| sum(Frames(vec![(root, At::Start)]))))
            .perhaps("nightly gen", others.nightly.runs("tree_gen", VALUES))
            .perhaps("nightly coroutine", others.nightly.runs("tree_coroutine", VALUES))
            .peer("genawaiter", || {
                walk(|root| {
                    let_gen_using!(values, |co| async move { in_order_producer(&co, root).await });
                    sum(values.into_iter())
                })
            })
            .peer("async-stream", || walk(|root| sum(Items(pin!(in_order_stream(root))))))
            .peer("corosensei", || walk(|root| sum(Stackful::new(move |items| in_order_stackful(root, items)))))
            .perhaps("Python", others.python.runs("tree", 13).map(per_value))
            .ours(|| walk(|root| sum(in_order(root)))),
    );
}

/// Python's tree is smaller; it is told how many levels it has.
fn per_value(mut run: impl FnMut() -> Sample) -> impl FnMut() -> Sample {
    move || {
        let Sample { value, items: levels, sum } = run();
        let items = values(levels);
        Sample { value: value * levels as f64 / items as f64, items, sum }
    }
}
