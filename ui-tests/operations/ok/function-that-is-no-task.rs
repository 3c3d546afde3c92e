use multitask::{task, yield_};

#[task]
fn double(n: u32) -> u32 {
    2 * n
}

#[task]
fn quadruple(n: u32) -> u32 {
    yield_!(double(yield_!(double(n))))
}

fn main() {
    assert_eq!(multitask::block_on(quadruple(1)), 4);
}
