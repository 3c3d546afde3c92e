use multitask::{task, yield_};

#[task]
fn limited(n: u32) -> u32 {
    const LIMIT: u32 = 10;
    if n > 0 {
        yield_!();
        return n.min(LIMIT);
    }
    n
}

fn main() {
    assert_eq!(multitask::block_on(limited(11)), 10);
}
