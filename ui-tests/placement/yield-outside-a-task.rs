// Only a function that is marked `#[task]` can wait. The way out: mark it.
use multitask::yield_;

fn printer() {
    yield_!();
}

fn main() {}
