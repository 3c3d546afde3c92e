// The way out: `#[task]` on `double` as well, or a call without `yield_!`.
use multitask::{task, yield_};

fn double(n: u32) -> u32 {
    2 * n
}

#[task]
fn quadruple(n: u32) -> u32 {
    yield_!(double(yield_!(double(n))))
}

fn main() {}
