// Only what takes nothing and evaluates to nothing is an iterator: here the output would be lost.
use multitask::{task, yield_};

#[task(yields = u32)]
fn counted() -> usize {
    yield_!(1);
    1
}

fn main() {
    for number in counted() {
        println!("{number}");
    }
}
