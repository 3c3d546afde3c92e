// What the pattern leaves lives to the end of the statement, across the wait. The way out: name every part.
use multitask::{task, yield_};

fn pair() -> Option<(String, String)> {
    None
}

#[task]
fn number(n: usize) -> usize {
    yield_!();
    n
}

#[task]
fn length() -> usize {
    yield_!(number(match pair() {
        Some((name, ..)) => name.len(),
        None => yield_!(number(3)),
    }))
}

fn main() {
    multitask::block_on(length());
}
