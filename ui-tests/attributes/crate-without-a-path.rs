// The way out: `#[task(crate = path::of::the_library)]`, or nothing.
use multitask::{task, yield_};

#[task(crate)]
fn wait() {
    yield_!();
}

fn main() {}
