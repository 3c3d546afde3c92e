// If the pattern does not match, the value ends before the `else`. The way out: a local of its own for it.
use multitask::{task, yield_};

#[task]
fn slot() -> Option<String> {
    None
}

#[task]
fn length() -> usize {
    let Some(ref text) = yield_!(slot()) else { return 0 };
    yield_!();
    text.len()
}

fn main() {}
