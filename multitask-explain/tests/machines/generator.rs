//! A generator, one that hands on what others yield, and a coroutine that is resumed with values.

use multitask::{task, yield_, yield_from};

#[task(yields = u32)]
fn count(end: u32) {
    for value in 0..end {
        yield_!(value);
    }
}

#[task(yields = u32)]
fn twice(end: u32) {
    yield_from!(count(end));
    yield_from!(count(end));
}

#[task(yields = usize, resumes = &'static str)]
fn average(mut lengths: Vec<usize>) -> usize {
    loop {
        let word = yield_!(lengths.iter().sum::<usize>() / lengths.len().max(1));
        if word.is_empty() {
            return lengths.len();
        }
        lengths.push(word.len());
    }
}
