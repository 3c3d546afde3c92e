// A closure is called by somebody who cannot wait. The way out: a loop.
use multitask::{task, yield_};

#[task]
fn total(numbers: Vec<u32>) -> u32 {
    numbers.iter().map(|n| yield_!(double(*n))).sum()
}

#[task]
fn double(n: u32) -> u32 {
    2 * n
}

fn main() {}
