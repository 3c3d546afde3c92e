//! What an expression has evaluated before a yield in it is kept as a value.

use multitask::{task, yield_};

#[task]
fn read(register: u32) -> u32 {
    yield_!();
    register + 1
}

#[task]
fn combine(base: String) -> String {
    let line = format!("{}{}-{}", base.to_uppercase(), yield_!(read(1)), yield_!(read(2)));
    if yield_!(read(3)) > 3 && yield_!(read(4)) > 4 { line } else { base }
}
