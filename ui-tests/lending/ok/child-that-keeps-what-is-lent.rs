use multitask::{task, yield_};

#[task(lend)]
fn count(words: &[String]) -> usize {
    yield_!();
    words.len()
}

#[task(lend)]
fn twice(words: &[String]) -> usize {
    yield_!(count(words)) * 2
}

fn main() {
    assert_eq!(multitask::block_on(twice(&[String::from("hello")])), 2);
}
