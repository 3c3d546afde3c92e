// The iterator borrows the local across the wait. The way out: a `for` loop, which can start it again, or indices.
use multitask::{task, yield_};

#[task]
fn total(numbers: Vec<u32>) -> u32 {
    let mut total = 0;
    let mut rest = numbers.iter();
    while let Some(n) = rest.next() {
        yield_!();
        total += n;
    }
    total
}

fn main() {}
