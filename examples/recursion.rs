//! Tasks that call themselves, without a `Box` and without a deep stack.
//!
//!     cargo run --release --example recursion
//!
//! prints the 30th Fibonacci number, and the sum of a tree that is 100,000 levels deep, counted on a thread with a
//! stack of 256 KiB.

use std::{rc::Rc, thread};

use multitask::{task, yield_};

#[task]
fn fib(n: u64) -> u64 {
    if n < 2 { n } else { yield_!(fib(n - 1)) + yield_!(fib(n - 2)) }
}

/// A tree whose left branches are leaves, and whose right ones go on.
struct Tree {
    value: u64,
    left: Option<Rc<Tree>>,
    right: Option<Rc<Tree>>,
}

impl Tree {
    fn leaf(value: u64) -> Rc<Tree> {
        Rc::new(Tree { value, left: None, right: None })
    }

    fn of_depth(depth: u64) -> Rc<Tree> {
        (1..=depth)
            .fold(Tree::leaf(0), |right, value| Rc::new(Tree { value, left: Some(Tree::leaf(1)), right: Some(right) }))
    }
}

impl Drop for Tree {
    /// A list of a hundred thousand nodes must not be dropped by recursion either.
    fn drop(&mut self) {
        let mut next = self.right.take();
        while let Some(mut tree) = next.and_then(Rc::into_inner) {
            next = tree.right.take();
        }
    }
}

#[task]
fn sum(tree: &Tree) -> u64 {
    let mut total = tree.value;
    if let Some(left) = &tree.left {
        total += yield_!(sum(left));
    }
    if let Some(right) = &tree.right {
        // The other tasks have their turn at each level.
        yield_!();
        total += yield_!(sum(right));
    }
    total
}

fn main() {
    println!("fib(30) = {}", multitask::block_on(fib(30)));
    let deep = thread::Builder::new().stack_size(256 * 1024).spawn(|| {
        let tree = Tree::of_depth(100_000);
        println!("sum of a tree of 100,000 levels = {}", multitask::block_on(sum(&tree)));
    });
    deep.expect("a thread can be started").join().expect("the walk does not overflow its stack");
}
