// The rest of what is made lives to the end of the statement, and so across the wait. The way out: take it apart before.
use multitask::{task, yield_};

fn pair() -> (String, Vec<u8>) {
    (String::from("name"), vec![1, 2, 3])
}

#[task]
fn length(offset: usize) -> usize {
    yield_!();
    offset
}

#[task]
fn join() -> (String, usize) {
    (pair().0, yield_!(length(3)))
}

fn main() {}
