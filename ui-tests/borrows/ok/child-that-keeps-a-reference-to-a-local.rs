use multitask::{task, yield_};

#[task]
fn filled(mut words: Vec<String>) -> Vec<String> {
    words.push(String::from("hello"));
    yield_!();
    words
}

#[task]
fn parent() -> usize {
    let words = yield_!(filled(Vec::new()));
    words.len()
}

fn main() {
    assert_eq!(multitask::block_on(parent()), 1);
}
