use multitask::{task, yield_};

#[task]
fn one() -> u32 {
    yield_!();
    1
}

fn place() -> usize {
    0
}

#[task]
fn count(mut counts: [u32; 1]) -> u32 {
    let place = place();
    counts[place] += yield_!(one());
    counts[0]
}

fn main() {
    assert_eq!(multitask::block_on(count([1])), 2);
}
