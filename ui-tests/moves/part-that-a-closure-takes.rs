// The closure takes `job.plan` alone, and what is left is kept across the wait. The way out: the closure takes all of it.
use multitask::{task, yield_};

struct Plan(u8);

impl Plan {
    fn count(&self) -> u8 {
        self.0
    }
}

impl Drop for Plan {
    fn drop(&mut self) {}
}

struct Job {
    _name: String,
    plan: Plan,
}

#[task]
fn count(job: Job) -> u8 {
    let count = move || job.plan.count();
    yield_!();
    count()
}

fn main() {}
