use multitask::{task, yield_};

#[task]
fn wait(word: String) -> usize {
    let limit = 1;
    let more = |n: usize| n > limit;
    let take = move || word.len();
    yield_!();
    take() + usize::from(more(2))
}

fn main() {
    assert_eq!(multitask::block_on(wait(String::new())), 1);
}
