// As in any function: `first` is used after the change.
use multitask::{task, yield_};

#[task]
fn first(mut words: Vec<String>) -> usize {
    let first = &words[0];
    words = Vec::new();
    yield_!();
    first.len()
}

fn main() {}
