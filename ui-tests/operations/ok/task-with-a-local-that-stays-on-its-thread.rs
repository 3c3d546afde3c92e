use multitask::{task, yield_};
use std::rc::Rc;

#[task]
fn count() -> usize {
    let shared = Rc::new(1);
    yield_!();
    Rc::strong_count(&shared)
}

#[task]
fn double(n: usize) -> usize {
    // Gone before the wait.
    let doubled = { *Rc::new(2 * n) };
    yield_!();
    doubled
}

fn main() {
    std::thread::spawn(|| assert_eq!(multitask::block_on(count()), 1)).join().unwrap();
    let task = double(2);
    std::thread::spawn(move || assert_eq!(multitask::block_on(task), 4)).join().unwrap();
}
