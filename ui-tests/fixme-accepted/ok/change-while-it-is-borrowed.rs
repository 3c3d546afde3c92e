// FIXME: this must be refused: E0506, `words` is assigned to while it is borrowed.
use multitask::{task, yield_};

#[task]
fn first(mut words: Vec<String>) -> usize {
    let first = &words[0];
    words = vec![String::from("another")];
    yield_!();
    first.len()
}

fn main() {
    // `first` is taken again, from what the vector has become.
    assert_eq!(multitask::block_on(first(vec![String::from("one")])), "another".len());
}
