// What a task is, other languages cannot know. The way out: remove `extern`.
use multitask::{task, yield_};

#[task]
extern "C" fn wait() {
    yield_!();
}

fn main() {}
