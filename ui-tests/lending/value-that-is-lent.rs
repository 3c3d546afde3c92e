// A value belongs to the task. The way out: a reference, or no `#[lend]`.
use multitask::{task, yield_};

#[task]
fn count(#[lend] words: Vec<String>) -> usize {
    yield_!();
    words.len()
}

fn main() {}
