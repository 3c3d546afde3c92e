// A function in a task is not a part of it. The way out: mark it, too, and yield what it returns.
use multitask::{task, yield_};

#[task]
fn outer() {
    fn inner() {
        yield_!();
    }
    inner();
}

fn main() {}
