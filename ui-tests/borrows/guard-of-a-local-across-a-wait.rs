// The guard borrows the cell across the wait, where others would find it locked. The way out: a block around it.
use multitask::{task, yield_};
use std::{cell::RefCell, rc::Rc};

#[task]
fn append(words: Rc<RefCell<Vec<String>>>) {
    let mut guard = words.borrow_mut();
    yield_!();
    guard.push(String::from("hello"));
}

fn main() {}
