// What is left of an array is dropped in an order that depends on whether a part of an element is `Copy`. The way out: a
// name for each part.
use multitask::{task, yield_};

#[task]
fn pairs() -> [(u8, String); 2] {
    [(1, String::new()), (2, String::new())]
}

#[task]
fn first() -> u8 {
    match yield_!(pairs()) {
        [(first, _), (_, _)] => {
            yield_!();
            first
        }
    }
}

fn main() {}
