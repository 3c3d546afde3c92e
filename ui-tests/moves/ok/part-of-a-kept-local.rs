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
fn taken_apart(job: Job) -> String {
    let Job { name, plan: _plan } = job;
    yield_!();
    name
}

#[task]
fn dropped_at_once(job: Job) {
    let _plan = { job }.plan;
    yield_!();
}

/// Of a `String` an empty one is left.
#[task]
fn name_alone(job: Job) -> String {
    let name = job.name;
    yield_!();
    name
}

fn main() {
    let job = || Job { name: String::from("job"), plan: Plan };
    assert_eq!(multitask::block_on(taken_apart(job())), "job");
    assert_eq!(multitask::block_on(name_alone(job())), "job");
    multitask::block_on(dropped_at_once(job()));
}
