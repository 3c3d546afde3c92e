// A task waits for operations and for other tasks, not for values.
use multitask::{task, yield_};

#[task]
fn wait() {
    yield_!(5);
}

fn main() {}
