use multitask::{task, yield_};
use std::{cell::RefCell, rc::Rc};

#[task]
fn append(words: Rc<RefCell<Vec<String>>>) {
    words.borrow_mut().push(String::from("hello"));
    yield_!();
    words.borrow_mut().push(String::from("again"));
}

fn main() {
    let words = Rc::default();
    multitask::block_on(append(Rc::clone(&words)));
    assert_eq!(words.borrow().len(), 2);
}
