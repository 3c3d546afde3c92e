// The way out: make the task on the thread that runs it, or `Arc` in place of `Rc`.
use multitask::{task, yield_};
use std::rc::Rc;

#[task]
fn count() -> usize {
    let shared = Rc::new(1);
    yield_!();
    Rc::strong_count(&shared)
}

fn main() {
    let task = count();
    std::thread::spawn(move || multitask::block_on(task));
}
