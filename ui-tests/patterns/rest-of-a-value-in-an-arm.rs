// The value lives to the end of the `match`, and what `..` leaves of it as well. The way out: `let` before.
use multitask::{task, yield_};

#[task]
fn pair() -> (String, String) {
    (String::new(), String::new())
}

#[task]
fn first() -> usize {
    match yield_!(pair()) {
        (first, ..) => {
            yield_!();
            first.len()
        }
    }
}

fn main() {}
