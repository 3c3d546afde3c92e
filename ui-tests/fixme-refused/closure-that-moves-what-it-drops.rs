// FIXME: this must be accepted: that the closure moves `word` is seen by its use, without `move`.
use multitask::{task, yield_};

#[task]
fn wait(word: String) {
    let _drop_it = || drop(word);
    yield_!();
}

fn main() {
    multitask::block_on(wait(String::new()));
}
