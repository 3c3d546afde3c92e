// FIXME: this must be accepted: what the argument refers to is not in the frame; an `async fn` may do it.
use multitask::{task, yield_};

#[task]
fn increment(numbers: &mut [u32]) {
    for n in numbers.iter_mut() {
        yield_!();
        *n += 1;
    }
}

fn main() {
    let mut numbers = [1, 2];
    multitask::block_on(increment(&mut numbers));
    assert_eq!(numbers, [2, 3]);
}
