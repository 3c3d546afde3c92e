use multitask::{task, yield_};

#[task]
fn twice(word: String) -> usize {
    drop(word);
    yield_!();
    word.len()
}

fn main() {}
