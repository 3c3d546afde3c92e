mod reexported {
    pub use multitask::*;
}

use multitask::{task, yield_};

#[task(crate = crate::reexported)]
fn wait() {
    yield_!();
}

fn main() {
    multitask::block_on(wait());
}
