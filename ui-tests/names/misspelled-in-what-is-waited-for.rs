// Each mistake is told once, and nothing of the expansion.
use std::time::Duration;

use multitask::{sleep, task, yield_};

#[task]
fn count(words: Vec<String>, from: usize) -> usize {
    yield_!();
    words.len() + from
}

#[task]
fn count_all() -> usize {
    let words = vec![String::from("one")];
    let few = yield_!(count(words, 3.plus(1)));
    yield_!(sleep(Duration::from_sec(1)));
    few + yield_!(cuont(vec![], 2))
}

fn main() {}
