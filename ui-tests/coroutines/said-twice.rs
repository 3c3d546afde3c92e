// Each argument of the attribute is given once.
use multitask::{task, yield_};

#[task(yields = u32, yields = u64)]
fn numbers() {
    yield_!(1);
}

fn main() {
    numbers();
}
