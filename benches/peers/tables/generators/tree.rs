//! A walk through a binary tree, by recursion. By hand one keeps a stack of nodes.

use std::pin::{Pin, pin};

use async_stream::stream;
use futures::{Stream, StreamExt};
use genawaiter::stack::{Co, let_gen_using};
use multitask::{task, yield_, yield_from};
use peers::{Sample, Table, Workload, time};

use super::{
    Items, Others,
    inputs::{LEVELS, Tree, sum},
    stackful::{self, Stackful},
};

const VALUES: u64 = values(LEVELS as u64);

const fn values(levels: u64) -> u64 {
    (1 << levels) - 1
}

/// What one writes for trees and nothing else: the nodes whose left side has been begun.
struct InOrder<'a>(Vec<&'a Tree>);

impl<'a> InOrder<'a> {
    fn new(tree: &'a Tree) -> Self {
        let mut walk = InOrder(Vec::with_capacity(LEVELS as usize));
        walk.descend(Some(tree));
        walk
    }

    fn descend(&mut self, mut tree: Option<&'a Tree>) {
        while let Some(node) = tree {
            self.0.push(node);
            tree = node.left.as_deref();
        }
    }
}

impl Iterator for InOrder<'_> {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        let node = self.0.pop()?;
        self.descend(node.right.as_deref());
        Some(node.value)
    }
}

/// A stack of frames, as one writes it for any recursive function: where each call is.
struct Frames<'a>(Vec<(&'a Tree, At)>);

#[derive(Clone, Copy)]
enum At {
    Start,
    Left,
    Value,
}

impl Iterator for Frames<'_> {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        loop {
            let (node, at) = self.0.last_mut()?;
            let node = *node;
            let child = match at {
                At::Start => {
                    *at = At::Left;
                    &node.left
                }
                At::Left => {
                    *at = At::Value;
                    return Some(node.value);
                }
                At::Value => {
                    self.0.pop();
                    &node.right
                }
            };
            if let Some(child) = child {
                self.0.push((child, At::Start));
            }
        }
    }
}

#[task(yields = u64)]
fn in_order(tree: &Tree) {
    if let Some(left) = &tree.left {
        yield_from!(in_order(left));
    }
    yield_!(tree.value);
    if let Some(right) = &tree.right {
        yield_from!(in_order(right));
    }
}

fn in_order_stream(tree: &Tree) -> Pin<Box<dyn Stream<Item = u64> + '_>> {
    Box::pin(stream! {
        if let Some(left) = &tree.left {
            let mut left = in_order_stream(left);
            while let Some(value) = left.next().await {
                yield value;
            }
        }
        yield tree.value;
        if let Some(right) = &tree.right {
            let mut right = in_order_stream(right);
            while let Some(value) = right.next().await {
                yield value;
            }
        }
    })
}

/// It has one place for an item, so that nothing is handed from level to level but the resume.
async fn in_order_producer(co: &Co<'_, u64>, tree: &Tree) {
    if let Some(left) = &tree.left {
        Box::pin(in_order_producer(co, left)).await;
    }
    co.yield_(tree.value).await;
    if let Some(right) = &tree.right {
        Box::pin(in_order_producer(co, right)).await;
    }
}

fn in_order_stackful(tree: &Tree, items: &stackful::Items<u64>) {
    if let Some(left) = &tree.left {
        in_order_stackful(left, items);
    }
    items.suspend(tree.value);
    if let Some(right) = &tree.right {
        in_order_stackful(right, items);
    }
}

pub(super) fn measure(table: &mut Table, others: &Others) {
    // A stack of its own borrows nothing; the tree lasts as long as the program.
    let tree: &'static Tree = Box::leak(Box::new(Tree::complete(LEVELS)));
    let walk = |work: fn(&'static Tree) -> u64| -> Sample { time(VALUES, || work(tree)) };
    table.measure(
        Workload::new("tree walk", "static", "ns per item")
            .floor(|| walk(|tree| sum(InOrder::new(tree))))
            .shown("hand, frames", || walk(|tree| sum(Frames(vec![(tree, At::Start)]))))
            .perhaps("nightly gen", others.nightly.runs("tree_gen", VALUES))
            .perhaps("nightly coroutine", others.nightly.runs("tree_coroutine", VALUES))
            .peer("genawaiter", || {
                walk(|tree| {
                    let_gen_using!(values, |co| async move { in_order_producer(&co, tree).await });
                    sum(values.into_iter())
                })
            })
            .peer("async-stream", || walk(|tree| sum(Items(pin!(in_order_stream(tree))))))
            .peer("corosensei", || walk(|tree| sum(Stackful::new(|items| in_order_stackful(tree, items)))))
            .perhaps("Python", others.python.runs("tree", 13).map(per_value))
            .ours(|| walk(|tree| sum(in_order(tree)))),
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
