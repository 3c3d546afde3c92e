// The message is evaluated if the assertion fails, and only then. The way out: `let` before.
use multitask::{task, yield_};

#[task]
fn reason() -> String {
    yield_!();
    "no reason".to_owned()
}

#[task]
fn check(n: u32) {
    assert!(n > 0, "{}", yield_!(reason()));
}

fn main() {}
