// What the struct leaves of its base is kept across the wait. The way out: `..{ base }`, which drops it at once.
use multitask::{task, yield_};

struct Options {
    name: String,
    path: String,
    count: usize,
}

#[task]
fn renamed(base: Options) -> Options {
    let options = Options { name: String::from("new"), ..base };
    yield_!();
    options
}

fn main() {}
