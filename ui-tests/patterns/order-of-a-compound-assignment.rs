// `+=` of numbers evaluates the right side first, that of other types the left one. The way out: `let` before.
use multitask::{task, yield_};

#[task]
fn word() -> &'static str {
    yield_!();
    "word"
}

fn place() -> usize {
    0
}

#[task]
fn append(mut lines: [String; 1]) -> [String; 1] {
    lines[place()] += yield_!(word());
    lines
}

fn main() {}
