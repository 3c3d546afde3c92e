use multitask::{task, yield_};

macro_rules! sum {
    ($($n:expr),*) => { 0 $(+ $n)* };
}

#[task]
fn wait() -> u32 {
    #[cfg(unix)]
    let one = yield_!(one());
    #[cfg(not(unix))]
    let one = 0;
    sum!(one, 2)
}

#[task]
fn one() -> u32 {
    1
}

fn main() {
    assert!(multitask::block_on(wait()) >= 2);
}
