//! Methods, also of traits: `self` is kept like any argument. One without a body has no machine.

use multitask::{task, yield_};

struct Counter {
    count: u32,
}

impl Counter {
    #[task]
    fn count_to(&mut self, end: u32) {
        while self.count < end {
            yield_!();
            self.count += 1;
        }
    }
}

trait Job {
    #[task]
    fn run(self, times: u32) -> u32;
}

impl Job for Counter {
    #[task]
    fn run(mut self, times: u32) -> u32 {
        for _ in 0..times {
            yield_!();
            self.count += 1;
        }
        self.count
    }
}
