// `+=` of numbers evaluates the right side first, that of other types the left one. The way out: `let` before.
use multitask::{task, yield_};

#[task]
fn one() -> u32 {
    yield_!();
    1
}

fn place() -> usize {
    0
}

#[task]
fn count(mut counts: [u32; 1]) -> u32 {
    counts[place()] += yield_!(one());
    counts[0]
}

fn main() {}
