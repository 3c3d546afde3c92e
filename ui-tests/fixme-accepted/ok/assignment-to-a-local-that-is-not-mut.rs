// FIXME: this must be refused: E0384, twice, for `n` and for `of`.
use multitask::{task, yield_};

#[task]
fn count(of: u32) -> u32 {
    let n = 0;
    yield_!();
    n += 1;
    of += n;
    of
}

fn main() {
    assert_eq!(multitask::block_on(count(1)), 2);
}
