// FIXME: this must be refused: E0381, `n` is possibly uninitialized.
use multitask::{task, yield_};

#[task]
fn number(known: bool) -> u32 {
    let n: u32;
    if known {
        n = 1;
    }
    yield_!();
    n
}

fn main() {
    assert_eq!(multitask::block_on(number(true)), 1);
    // It panics, with words that are meant for a move.
    assert!(std::panic::catch_unwind(|| multitask::block_on(number(false))).is_err());
}
