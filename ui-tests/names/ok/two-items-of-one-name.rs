use multitask::{task, yield_};

#[task]
fn limited(n: u32) -> u32 {
    if n > 0 {
        const HIGHEST: u32 = 10;
        yield_!();
        return n.min(HIGHEST);
    }
    const LIMIT: u32 = 20;
    yield_!();
    LIMIT
}

fn main() {
    assert_eq!(multitask::block_on(limited(11)), 10);
    assert_eq!(multitask::block_on(limited(0)), 20);
}
