// What is left of `job` is kept across the wait, and nothing can take the place of what is moved. The way out: take the
// local apart whole, or let what is left be dropped at once.
use multitask::{task, yield_};

struct Plan;

impl Drop for Plan {
    fn drop(&mut self) {}
}

struct Job {
    name: String,
    plan: Plan,
}

#[task]
fn by_name(job: Job) -> String {
    let _plan = job.plan;
    yield_!();
    job.name
}

#[task]
fn by_a_pattern(job: Job) {
    let Job { plan: _plan, .. } = job;
    yield_!();
}

fn main() {}
