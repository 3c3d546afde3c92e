// FIXME: this must be accepted: what `self` refers to is not in the frame; an `async fn` may do it.
use multitask::{task, yield_};

struct Numbers(Vec<u32>);

impl Numbers {
    #[task]
    fn increment(&mut self) {
        for n in &mut self.0 {
            yield_!();
            *n += 1;
        }
    }
}

fn main() {
    let mut numbers = Numbers(vec![1]);
    multitask::block_on(numbers.increment());
    assert_eq!(numbers.0, [2]);
}
