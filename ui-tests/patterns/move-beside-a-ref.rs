// While the arm waits, the value stays where it is, for `second` to be borrowed again: nothing can be moved out of it.
use multitask::{task, yield_};

#[task]
fn lengths(first: String, second: String) -> usize {
    match (first, second) {
        (first, ref second) => {
            yield_!();
            first.len() + second.len()
        }
    }
}

fn main() {}
