use multitask::{task, yield_};

#[task]
fn word() -> &'static str {
    yield_!();
    "word"
}

fn place() -> usize {
    0
}

#[task]
fn append(mut lines: [String; 1]) -> [String; 1] {
    let place = place();
    lines[place] += yield_!(word());
    lines
}

fn main() {
    assert_eq!(multitask::block_on(append([String::from("a ")])), ["a word"]);
}
