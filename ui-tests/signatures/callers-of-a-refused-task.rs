// A task that is refused still has its signature: the functions that use it, and use it well, are not blamed.
use multitask::{Task, task, yield_};

#[task]
fn refused(words: &[String]) -> usize {
    words.iter().map(|_| yield_!()).count()
}

#[task]
fn parent() -> usize {
    let count = yield_!(refused(&[]));
    count + 1
}

fn as_a_task() -> impl Task<Output = usize> {
    refused(&[])
}

fn main() {
    let count: usize = multitask::block_on(parent());
    println!("{count} {}", multitask::block_on(as_a_task()));
}
