// The same with a struct.
use multitask::{task, yield_};

struct Person {
    name: String,
    _town: String,
}

#[task]
fn person() -> Person {
    Person { name: String::new(), _town: String::new() }
}

#[task]
fn name() -> usize {
    if let Person { name, .. } = yield_!(person()) {
        yield_!();
        return name.len();
    }
    0
}

fn main() {}
