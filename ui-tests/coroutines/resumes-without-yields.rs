// A coroutine that hands out nothing has `yields = ()`.
use multitask::{task, yield_};

#[task(resumes = u32)]
fn sum() -> u32 {
    yield_!() + yield_!()
}

fn main() {
    sum();
}
