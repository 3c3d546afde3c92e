use multitask::{task, yield_};

#[task]
fn total(numbers: Vec<u32>) -> u32 {
    let mut total = 0;
    for index in 0..numbers.len() {
        yield_!();
        total += numbers[index];
    }
    // Or, where they are not needed any more, by value.
    for n in numbers {
        yield_!();
        total += n;
    }
    total
}

fn main() {
    assert_eq!(multitask::block_on(total(vec![1, 2])), 6);
}
