//! A loop over a list that it owns keeps the iterator; one over a borrowed local keeps how far it has come.

use multitask::{task, yield_};

#[task]
fn visit(owned: Vec<String>, mut borrowed: Vec<u32>) -> usize {
    let mut seen = 0;
    for name in owned {
        yield_!();
        seen += name.len();
    }
    for (index, value) in borrowed.iter_mut().enumerate() {
        yield_!();
        *value += index as u32;
    }
    while let Some(value) = borrowed.pop() {
        yield_!();
        seen += value as usize;
    }
    seen
}
