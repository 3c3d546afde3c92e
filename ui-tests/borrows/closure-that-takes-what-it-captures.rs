// A closure without `move` borrows, and is made again where it is used; this one takes `word`. The way out: `move`.
use multitask::{task, yield_};

#[task]
fn wait(word: String) {
    let take = || drop(word);
    yield_!();
    take();
}

fn main() {
    multitask::block_on(wait(String::new()));
}
