// Whether a method takes its receiver by value is asked of the compiler, in words that are ambiguous where it is a
// method of a trait: call it as a function, which says that the local is moved.
use multitask::{task, yield_};

struct Job(String);

trait Finish {
    fn finish(self) -> String;
}

impl Finish for Job {
    fn finish(self) -> String {
        self.0
    }
}

#[task]
fn work(job: Job) -> String {
    let name = job.finish();
    yield_!();
    name
}

fn main() {
    multitask::block_on(work(Job("a".to_owned())));
}
