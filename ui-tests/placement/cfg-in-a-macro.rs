// What a macro does with an attribute is its own affair. The way out: `let` before.
use multitask::task;

macro_rules! sum {
    ($($n:expr),*) => { 0 $(+ $n)* };
}

#[task]
fn wait() -> u32 {
    sum!(#[cfg(unix)] multitask::yield_!(one()), 2)
}

#[task]
fn one() -> u32 {
    1
}

fn main() {
    println!("{}", sum!(1, 2));
}
