use multitask::{task, yield_};

#[task(stack = 4096)]
fn wait() {
    yield_!();
}

fn main() {
    multitask::block_on(wait());
}
