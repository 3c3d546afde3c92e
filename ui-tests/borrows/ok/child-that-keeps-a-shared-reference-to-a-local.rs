use multitask::{task, yield_};
use std::rc::Rc;

#[task]
fn count(words: Rc<[String]>) -> usize {
    yield_!();
    words.len()
}

#[task]
fn parent() -> usize {
    let words: Rc<[String]> = Rc::new([String::from("hello")]);
    yield_!(count(words.clone()))
}

fn main() {
    assert_eq!(multitask::block_on(parent()), 1);
}
