//! The generators of the nightly compiler: a program that is told what to run, and answers with its time and the sum.

#![feature(coroutine_trait, coroutines, gen_blocks, stmt_expr_attributes, yield_expr)]

mod inputs;

use std::{
    hint::black_box,
    io::{self, BufRead},
    ops::{Coroutine, CoroutineState},
    pin::Pin,
    sync::LazyLock,
};

use inputs::{BYTES, LEVELS, Token, Node, digest, sum, text, token};

/// The items of a coroutine that is not pinned.
struct Items<C>(C);

impl<C: Coroutine<Return = ()> + Unpin> Iterator for Items<C> {
    type Item = C::Yield;

    fn next(&mut self) -> Option<C::Yield> {
        match Pin::new(&mut self.0).resume(()) {
            CoroutineState::Yielded(item) => Some(item),
            CoroutineState::Complete(()) => None,
        }
    }
}

/// Makes two functions of one body: a `gen` block, and a coroutine.
macro_rules! both {
    ($block:ident, $coroutine:ident, ($($parameter:ident: $kind:ty),*) -> $item:ty $body:block) => {
        fn $block($($parameter: $kind),*) -> impl Iterator<Item = $item> {
            gen move $body
        }

        fn $coroutine($($parameter: $kind),*) -> impl Iterator<Item = $item> {
            Items(#[coroutine] move || $body)
        }
    };
}

both!(counter_gen, counter_coroutine, (end: u64) -> u64 {
    for n in 0..end {
        yield n;
    }
});

both!(fibonacci_gen, fibonacci_coroutine, (items: u64) -> u64 {
    let (mut a, mut b) = (0u64, 1u64);
    for _ in 0..items {
        yield a;
        (a, b) = (b, a.wrapping_add(b));
    }
});

both!(even_gen, even_coroutine, (numbers: impl Iterator<Item = u64>) -> u64 {
    for n in numbers {
        if n % 2 == 0 {
            yield n;
        }
    }
});

both!(tokens_gen, tokens_coroutine, (text: &'static str) -> Token<'static> {
    let mut at = 0;
    while at < text.len() {
        let (token, end) = token(text, at);
        at = end;
        if let Some(token) = token {
            yield token;
        }
    }
});

fn tree_gen(node: Node) -> Box<dyn Iterator<Item = u64>> {
    Box::new(gen move {
        if let Some(left) = node.left() {
            for value in tree_gen(left) {
                yield value;
            }
        }
        yield node.value;
        if let Some(right) = node.right() {
            for value in tree_gen(right) {
                yield value;
            }
        }
    })
}

fn tree_coroutine(node: Node) -> Box<dyn Coroutine<Yield = u64, Return = ()> + Unpin> {
    Box::new(#[coroutine] move || {
        if let Some(left) = node.left() {
            for value in Items(tree_coroutine(left)) {
                yield value;
            }
        }
        yield node.value;
        if let Some(right) = node.right() {
            for value in Items(tree_coroutine(right)) {
                yield value;
            }
        }
    })
}

fn boxed<T: 'static>(items: impl Iterator<Item = T> + 'static) -> Box<dyn Iterator<Item = T>> {
    black_box(Box::new(items))
}

unsafe extern "C" {
    fn clock_gettime(clock: i32, time: &mut [i64; 2]) -> i32;
}

/// The time for which processors have worked for this process, in nanoseconds.
fn processor_time() -> i64 {
    const PROCESS: i32 = 2;
    let mut time = [0; 2];
    // SAFETY: where this program runs, a time is two numbers of 64 bits, and the function fills them in.
    assert_eq!(unsafe { clock_gettime(PROCESS, &mut time) }, 0);
    time[0] * 1_000_000_000 + time[1]
}

/// Prints the time of some work, and what it came to.
fn answer(work: impl FnOnce() -> u64) {
    let start = processor_time();
    let sum = work();
    println!("{} {sum}", processor_time() - start);
}

static TEXT: LazyLock<String> = LazyLock::new(|| text(BYTES));

fn main() {
    for line in io::stdin().lock().lines() {
        let line = line.expect("the input is text");
        let (workload, size) = line.split_once(' ').expect("the line has a workload and a size");
        let size = black_box(size.parse().expect("the size is a number"));
        let (root, text): (Node, &'static str) = (black_box(Node::root(LEVELS)), &TEXT);
        match workload {
            "counter_gen" => answer(|| sum(counter_gen(size))),
            "counter_coroutine" => answer(|| sum(counter_coroutine(size))),
            "counter_gen_boxed" => answer(|| sum(boxed(counter_gen(size)))),
            "fibonacci_gen" => answer(|| sum(even_gen(fibonacci_gen(size)))),
            "fibonacci_coroutine" => answer(|| sum(even_coroutine(fibonacci_coroutine(size)))),
            "fibonacci_gen_boxed" => answer(|| sum(boxed(even_gen(fibonacci_gen(size))))),
            "tree_gen" => answer(|| sum(tree_gen(root))),
            "tree_coroutine" => answer(|| sum(Items(tree_coroutine(root)))),
            "tokens_gen" => answer(|| digest(tokens_gen(text))),
            "tokens_coroutine" => answer(|| digest(tokens_coroutine(text))),
            "tokens_gen_boxed" => answer(|| digest(boxed(tokens_gen(text)))),
            other => panic!("there is no workload {other}"),
        }
    }
}
