use multitask::{task, yield_};

#[task]
fn first(pair: (String, String)) -> String {
    let (first, _second) = pair;
    yield_!();
    first
}

/// A pattern that takes every part will do.
#[task]
fn joined((left, right): (String, String)) -> String {
    yield_!();
    left + &right
}

fn main() {
    assert_eq!(multitask::block_on(first(("a".to_owned(), "b".to_owned()))), "a");
    assert_eq!(multitask::block_on(joined(("a".to_owned(), "b".to_owned()))), "ab");
}
