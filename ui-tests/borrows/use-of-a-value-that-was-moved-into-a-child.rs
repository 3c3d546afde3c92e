use multitask::{task, yield_};

#[task]
fn length(word: String) -> usize {
    yield_!();
    word.len()
}

#[task]
fn twice(word: String) -> usize {
    yield_!(length(word)) + yield_!(length(word))
}

fn main() {}
