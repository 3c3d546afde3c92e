use multitask::{task, yield_};

#[task]
fn total(numbers: Vec<u32>) -> u32 {
    let mut total = 0;
    for n in numbers {
        total += yield_!(double(n));
    }
    total
}

#[task]
fn double(n: u32) -> u32 {
    2 * n
}

fn main() {
    assert_eq!(multitask::block_on(total(vec![1, 2])), 6);
}
