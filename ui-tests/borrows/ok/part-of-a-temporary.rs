use multitask::{block_on, task, yield_};

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
    let (name, _) = pair();
    // What is `Copy` needs no statement of its own, nor does an element of a tuple that is written there.
    let n = (pair().1.len(), yield_!(length(3))).0;
    ((name, String::from("left")).0, n + yield_!(length(3)))
}

fn main() {
    assert_eq!(block_on(join()), (String::from("name"), 6));
}
