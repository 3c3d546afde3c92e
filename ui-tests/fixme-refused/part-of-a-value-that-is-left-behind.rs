// FIXME: this must be accepted: it is what the refusal of `(first, _)` as an argument says one should write.
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
