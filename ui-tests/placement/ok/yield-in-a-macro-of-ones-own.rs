use multitask::{task, yield_};

macro_rules! larger {
    ($left:expr => $right:expr) => {
        if $left > $right { $left } else { $right }
    };
}

#[task]
fn one() -> u32 {
    yield_!();
    1
}

#[task]
fn larger_of_two() -> u32 {
    let one = yield_!(one());
    larger!(one => 2)
}

fn main() {
    assert_eq!(multitask::block_on(larger_of_two()), 2);
}
