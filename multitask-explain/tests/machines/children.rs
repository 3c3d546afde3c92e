//! A child lies in the state of its parent. The value of the first is kept while the second runs.

use multitask::{task, yield_};

struct Tree {
    size: u64,
    left: Option<Box<Tree>>,
    right: Option<Box<Tree>>,
}

#[task]
fn size_below(tree: Option<&Tree>) -> u64 {
    match tree {
        Some(tree) => yield_!(size(tree)),
        None => 0,
    }
}

#[task]
fn size(tree: &Tree) -> u64 {
    tree.size + yield_!(size_below(tree.left.as_deref())) + yield_!(size_below(tree.right.as_deref()))
}
