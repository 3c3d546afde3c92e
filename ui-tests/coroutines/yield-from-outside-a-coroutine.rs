// `yield_from!` stands in the body of a `#[task(yields = ..)]`; elsewhere an iterator is looped over.
use multitask::yield_from;

fn total(list: Vec<u32>) -> u32 {
    yield_from!(list);
    0
}

fn main() {
    total(vec![1]);
}
