use multitask::{task, yield_};

#[task]
fn printer() {
    yield_!();
}

fn main() {
    multitask::block_on(printer());
}
