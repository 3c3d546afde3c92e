//! A closure is kept like any value, with what it has captured.

use multitask::{task, yield_};

#[task]
fn apply(factor: u32, values: Vec<u32>) -> u32 {
    let scale = move |value: u32| value * factor;
    let mut total = 0;
    for value in values {
        yield_!();
        total += scale(value);
    }
    total
}
