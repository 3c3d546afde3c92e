// The child would keep what its parent has for one resume. The way out: lend it on.
use multitask::{task, yield_};

#[task]
fn count(words: &[String]) -> usize {
    yield_!();
    words.len()
}

#[task(lend)]
fn twice(words: &[String]) -> usize {
    yield_!(count(words)) * 2
}

fn main() {}
