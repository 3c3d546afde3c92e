// The way out: a slice, or a `Vec`.
use multitask::{task, yield_};

#[task]
unsafe fn wait(first: u32, ...) {
    yield_!();
}

fn main() {}
