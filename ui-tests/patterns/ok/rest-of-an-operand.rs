use multitask::{block_on, task, yield_};

fn pair() -> Option<(String, String)> {
    Some((String::from("name"), String::from("value")))
}

#[task]
fn number(n: usize) -> usize {
    yield_!();
    n
}

#[task]
fn length() -> usize {
    let list = [(1, String::from("one"))];
    let n = yield_!(number(match pair() {
        Some((name, _value)) => name.len(),
        None => yield_!(number(3)),
    }));
    // What is behind a reference belongs to another.
    n + yield_!(number(match list.first() {
        Some((n, ..)) => *n,
        None => yield_!(number(3)),
    }))
}

fn main() {
    assert_eq!(block_on(length()), 5);
}
