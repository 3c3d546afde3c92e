// The iterator borrows the local across the wait. The way out: indices.
use multitask::{task, yield_};

#[task]
fn total(numbers: Vec<u32>) -> u32 {
    let mut total = 0;
    for n in numbers.iter() {
        yield_!();
        total += n;
    }
    total
}

fn main() {}
