use multitask::{sleep, task, yield_};

#[task]
fn pause() {
    yield_!(sleep(std::time::Duration::ZERO));
}

fn main() {
    multitask::block_on(pause());
}
