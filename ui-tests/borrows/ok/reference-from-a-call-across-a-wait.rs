use multitask::{task, yield_};

#[task]
fn longest(words: Vec<String>) -> usize {
    let longest = words.iter().map(String::len).max().unwrap();
    yield_!();
    longest
}

#[task]
fn second(words: Vec<String>) -> usize {
    // The borrow of a place is taken again.
    let second = &words[1];
    yield_!();
    second.len()
}

fn main() {
    let words = || vec![String::from("a"), String::from("bc")];
    assert_eq!(multitask::block_on(longest(words())), 2);
    assert_eq!(multitask::block_on(second(words())), 2);
}
