// `first` is used after the change: as in any function, although the borrow is taken again after the wait.
use multitask::{task, yield_};

#[task]
fn first(mut words: Vec<String>) -> usize {
    let first = &words[0];
    words = vec![String::from("another")];
    yield_!();
    first.len()
}

fn main() {}
