// The pattern in the closure takes a part of `pair`, and so does the closure. The way out: `let pair = pair;` before it.
use multitask::{task, yield_};

#[task]
fn first(pair: (String, String)) -> String {
    let first = move || {
        let (first, _) = pair;
        first
    };
    yield_!();
    first()
}

fn main() {}
