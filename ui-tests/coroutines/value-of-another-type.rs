// What is yielded has the type that `yields` says.
use multitask::{task, yield_};

#[task(yields = u32)]
fn numbers() {
    yield_!("one");
}

fn main() {
    numbers();
}
