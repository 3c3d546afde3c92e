// In which order the closure drops what it takes of `job` only the compiler knows. The way out: it takes all of it.
use multitask::{task, yield_};

struct Loud;

impl Drop for Loud {
    fn drop(&mut self) {}
}

struct Job {
    first: Option<Loud>,
    second: Option<Loud>,
    _third: Loud,
}

#[task]
fn are_there(job: Job) -> bool {
    let are_there = move || job.first.is_some() && job.second.is_some();
    yield_!();
    are_there()
}

fn main() {
    multitask::block_on(are_there(Job { first: None, second: None, _third: Loud }));
}
