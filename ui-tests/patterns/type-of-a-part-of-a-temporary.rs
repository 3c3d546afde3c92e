// What is left of the value lives to the end of the statement. The way out: bind the whole before.
use multitask::{task, yield_};

#[task]
fn pair(n: u8) -> (Option<String>, u8) {
    yield_!();
    (None, n)
}

#[task]
fn name() -> String {
    let Some(name): Option<String> = yield_!(pair(3)).0 else { return String::new() };
    name
}

fn main() {}
