use multitask::{task, yield_};
use std::{cell::RefCell, rc::Rc};

#[task]
fn first(words: Rc<RefCell<Vec<u32>>>) -> u32 {
    let first = words.borrow().first().copied();
    if let Some(first) = first {
        yield_!();
        return first;
    }
    0
}

fn main() {
    assert_eq!(multitask::block_on(first(Rc::default())), 0);
}
