// FIXME: this must be refused: E0596, twice, for `words` and for `more`.
use multitask::{task, yield_};

#[task]
fn words(more: Vec<u32>) -> usize {
    let words = Vec::new();
    yield_!();
    words.push(0);
    more.push(0);
    words.len() + more.len()
}

fn main() {
    assert_eq!(multitask::block_on(words(Vec::new())), 2);
}
