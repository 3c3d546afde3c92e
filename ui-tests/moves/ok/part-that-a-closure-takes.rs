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
    let count = move || {
        let job = &job;
        job.plan.count()
    };
    yield_!();
    count()
}

fn main() {
    assert_eq!(multitask::block_on(count(Job { _name: String::new(), plan: Plan(1) })), 1);
}
