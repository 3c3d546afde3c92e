use multitask::{task, yield_};

#[task]
fn wait() {
    if cfg!(unix) {
        yield_!();
    }
}

fn main() {
    multitask::block_on(wait());
}
