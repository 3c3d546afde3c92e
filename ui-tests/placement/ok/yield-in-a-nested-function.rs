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
