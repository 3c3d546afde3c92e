use multitask::{task, yield_};

#[task]
fn number() -> u32 {
    yield_!();
    "one"
}

fn main() {}
