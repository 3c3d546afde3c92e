// The value of a block is no borrow, and is kept.
use multitask::{task, yield_};

struct Names(Vec<String>);

impl Names {
    fn get(&self, index: usize) -> Option<String> {
        self.0.get(index).cloned()
    }
}

#[task]
fn length(names: Names) -> usize {
    if let Some(name) = { names.get(0) } {
        yield_!();
        return name.len();
    }
    0
}

fn main() {}
