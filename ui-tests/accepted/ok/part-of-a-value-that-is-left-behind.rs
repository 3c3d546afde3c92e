// Of a `String` that is moved an empty one is left, so that the rest can be kept with it.
use multitask::{task, yield_};

#[task]
fn first(pair: (String, String)) -> String {
    let (first, _) = pair;
    yield_!();
    first
}

fn main() {
    assert_eq!(multitask::block_on(first((String::new(), String::new()))), "");
}
