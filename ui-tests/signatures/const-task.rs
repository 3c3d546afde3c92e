// The way out: remove `const`.
use multitask::{task, yield_};

#[task]
const fn wait() {
    yield_!();
}

fn main() {}
