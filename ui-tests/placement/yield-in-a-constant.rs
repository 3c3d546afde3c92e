// A constant is computed before the program runs. The way out: a local.
use multitask::{task, yield_};

#[task]
fn wait() {
    const {
        yield_!();
    }
}

fn main() {}
