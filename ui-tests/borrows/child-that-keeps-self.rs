// The same with a method: `&mut self` is a reference into the parent.
use multitask::{task, yield_};

struct Counter(u32);

impl Counter {
    #[task]
    fn count(&mut self) {
        yield_!();
        self.0 += 1;
    }
}

#[task]
fn parent() -> u32 {
    let mut counter = Counter(0);
    yield_!(counter.count());
    counter.0
}

fn main() {}
