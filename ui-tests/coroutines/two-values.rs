// Several values are one tuple.
use multitask::{task, yield_, yield_from};

#[task(yields = u32)]
fn numbers() {
    yield_!(1, 2);
}

#[task(yields = u32)]
fn others() {
    yield_from!(vec![1], vec![2]);
    yield_from!();
}

fn main() {
    numbers();
    others();
}
