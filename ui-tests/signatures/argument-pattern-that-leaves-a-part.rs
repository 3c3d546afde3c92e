// The part that is left out lives as long as the task. The way out: a name, and `let` in the body.
use multitask::{task, yield_};

#[task]
fn first((first, _): (String, String)) -> String {
    yield_!();
    first
}

fn main() {}
