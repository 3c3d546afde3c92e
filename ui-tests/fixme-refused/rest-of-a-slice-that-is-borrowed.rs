// FIXME: this must be accepted: a borrow of a place can be taken again.
use multitask::{task, yield_};

#[task]
fn first(words: Vec<String>) -> usize {
    if let [first, ..] = &words[..] {
        yield_!();
        return first.len();
    }
    0
}

fn main() {
    assert_eq!(multitask::block_on(first(vec![String::new()])), 0);
}
