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
    let name = Finish::finish(job);
    yield_!();
    name
}

fn main() {
    multitask::block_on(work(Job("a".to_owned())));
}
