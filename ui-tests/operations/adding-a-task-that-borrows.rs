// An added task may outlive the function that adds it. The way out: `block_on`, or a task that owns what it needs.
use multitask::{task, yield_};

#[task]
fn count(words: &[String]) -> usize {
    yield_!();
    words.len()
}

fn main() {
    let words = vec![String::from("hello")];
    multitask::add(count(&words));
    multitask::run().unwrap();
}
