use multitask::{task, yield_};
use std::ops::Range;

#[task(yields = Range<usize>, lend)]
fn words(text: &String) {
    let mut start = 0;
    while start < text.len() {
        let end = text[start..].find(' ').map_or(text.len(), |length| start + length);
        yield_!(start..end);
        start = end + 1;
    }
}

fn main() {
    let text = String::from("hello world");
    assert!(words(&text).map(|range| &text[range]).eq(["hello", "world"]));
}
