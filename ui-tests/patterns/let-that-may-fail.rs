// The way out: `let .. else`.
use multitask::{task, yield_};

#[task]
fn maybe() -> Option<u32> {
    yield_!();
    None
}

#[task]
fn number() -> u32 {
    let Some(n) = yield_!(maybe());
    n
}

fn main() {}
