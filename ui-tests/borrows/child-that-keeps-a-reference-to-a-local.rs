// The child would keep a pointer into its parent, which may be moved. The way out: move the value there and back.
use multitask::{task, yield_};

#[task]
fn fill(words: &mut Vec<String>) {
    words.push(String::from("hello"));
    yield_!();
}

#[task]
fn parent() -> usize {
    let mut words = Vec::new();
    yield_!(fill(&mut words));
    words.len()
}

fn main() {}
