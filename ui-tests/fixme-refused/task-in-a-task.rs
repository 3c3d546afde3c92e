// FIXME: this must be accepted: the items of a block are written out more than once, and each has its own opaque type.
use multitask::{task, yield_};

#[task]
fn outer() {
    #[task]
    fn inner() {
        yield_!();
    }
    yield_!(inner());
}

fn main() {
    multitask::block_on(outer());
}
