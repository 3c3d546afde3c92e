use multitask::{task, yield_};

#[task]
fn count(words: &[String]) -> usize {
    yield_!();
    words.len()
}

fn main() {
    let words = vec![String::from("hello")];
    assert_eq!(multitask::block_on(count(&words)), 1);
}
