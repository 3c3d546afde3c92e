// The guard is kept across the wait, in the frame that it borrows from. The way out: a copy, by `let` before.
use multitask::{task, yield_};
use std::{cell::RefCell, rc::Rc};

#[task]
fn first(words: Rc<RefCell<Vec<u32>>>) -> u32 {
    if let Some(first) = words.borrow().first() {
        yield_!();
        return *first;
    }
    0
}

fn main() {}
