// What a macro does with arguments that are no expressions, only the macro knows. The way out: `let` before.
use multitask::{task, yield_};

macro_rules! larger {
    ($left:expr => $right:expr) => {
        if $left > $right { $left } else { $right }
    };
}

#[task]
fn one() -> u32 {
    yield_!();
    1
}

#[task]
fn larger_of_two() -> u32 {
    larger!(yield_!(one()) => 2)
}

fn main() {}
