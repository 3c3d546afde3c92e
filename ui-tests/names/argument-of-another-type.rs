use multitask::{sleep, task, yield_};

#[task]
fn pause() {
    yield_!(sleep(5));
}

fn main() {}
