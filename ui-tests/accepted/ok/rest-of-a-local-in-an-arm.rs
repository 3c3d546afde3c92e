// Of a `String` that is moved an empty one is left, so that the rest can be kept with it.
use multitask::{task, yield_};

#[task]
fn first(pair: (String, String)) -> usize {
    match pair {
        (first, ..) => {
            yield_!();
            first.len()
        }
    }
}

fn main() {
    assert_eq!(multitask::block_on(first((String::new(), String::new()))), 0);
}
