// When the guard is dropped depends on the edition. The way out: `let` before.
use multitask::{task, yield_};
use std::{cell::RefCell, rc::Rc};

#[task]
fn first(words: Rc<RefCell<Vec<u32>>>) -> u32 {
    if let Some(first) = words.borrow().first().copied() {
        yield_!();
        return first;
    }
    0
}

fn main() {
    multitask::block_on(first(Rc::default()));
}
