use multitask::{task, yield_};

#[task]
fn count(#[lend] words: &Vec<String>) -> usize {
    yield_!();
    words.len()
}

fn main() {
    assert_eq!(multitask::block_on(count(&vec![String::from("hello")])), 1);
}
