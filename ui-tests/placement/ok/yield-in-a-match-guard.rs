use multitask::{task, yield_};

#[task]
fn is_even(n: u32) -> bool {
    yield_!();
    n % 2 == 0
}

#[task]
fn describe(n: u32) -> &'static str {
    let even = yield_!(is_even(n));
    match n {
        0 => "none",
        _ if even => "even",
        _ => "odd",
    }
}

fn main() {
    assert_eq!(multitask::block_on(describe(2)), "even");
}
