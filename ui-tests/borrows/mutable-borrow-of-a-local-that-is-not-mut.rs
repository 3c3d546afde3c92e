// The way out: `let mut`.
use multitask::{task, yield_};

#[task]
fn words() -> Vec<String> {
    let words = Vec::new();
    yield_!();
    words.push(String::from("hello"));
    words
}

fn main() {}
