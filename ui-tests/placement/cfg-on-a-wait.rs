// The way out: the attribute on a block, with the statement in it.
use multitask::{task, yield_};

#[task]
fn wait() {
    #[cfg(unix)]
    yield_!();
}

fn main() {}
