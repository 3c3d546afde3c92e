// In which order the elements of an array are dropped depends on whether a pattern moves some. The way out: move all of it
// before.
use multitask::{task, yield_};

#[task]
fn first(pair: [String; 2]) -> String {
    yield_!();
    let [first, _] = pair;
    yield_!();
    first
}

fn main() {}
