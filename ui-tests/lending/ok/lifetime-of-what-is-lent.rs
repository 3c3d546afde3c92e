use multitask::{task, yield_};

#[task]
fn count<'a>(#[lend] words: &[&'a str]) -> usize {
    yield_!();
    words.len()
}

fn main() {
    assert_eq!(multitask::block_on(count(&["hello"])), 1);
}
