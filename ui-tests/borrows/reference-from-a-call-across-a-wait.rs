// What a call returns cannot be taken again after the wait. The way out: keep an index, or an owned value.
use multitask::{task, yield_};

#[task]
fn longest(words: Vec<String>) -> usize {
    let longest = words.iter().reduce(|a, b| if b.len() > a.len() { b } else { a }).unwrap();
    yield_!();
    longest.len()
}

fn main() {}
