// As in any function: the local dies with the task.
use multitask::{task, yield_};

#[task]
fn hello<'a>() -> &'a str {
    let word = String::from("hello");
    yield_!();
    &word
}

fn main() {}
