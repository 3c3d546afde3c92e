use multitask::{task, yield_};

#[task]
fn is_even(n: u32) -> bool {
    yield_!();
    n % 2 == 0
}

#[task]
fn describe(n: u32) -> &'static str {
    match n {
        0 => "none",
        n if yield_!(is_even(n)) => "even",
        _ => "odd",
    }
}

fn main() {
    assert_eq!(multitask::block_on(describe(4)), "even");
    assert_eq!(multitask::block_on(describe(5)), "odd");
}
