// The way out: `let mut`.
use multitask::{task, yield_};

#[task]
fn words(more: Vec<u32>) -> usize {
    let words = Vec::new();
    yield_!();
    words.push(0);
    more.push(0);
    words.len() + more.len()
}

fn main() {}
