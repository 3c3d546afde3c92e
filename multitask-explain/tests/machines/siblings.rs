//! Locals of blocks beside each other are never kept at the same time.

use multitask::{task, yield_};

#[task]
fn stages(seed: u64) -> u64 {
    let first = {
        let table = [seed; 64];
        yield_!();
        table.iter().sum::<u64>()
    };
    let second = {
        let table = [first; 64];
        {
            let scaled = table.map(|value| value + 1);
            yield_!();
            scaled[0]
        }
    };
    yield_!();
    first + second
}
