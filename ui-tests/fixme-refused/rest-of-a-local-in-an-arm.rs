// FIXME: this must be accepted: it is what the refusal of `..` in an arm says one should write.
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
