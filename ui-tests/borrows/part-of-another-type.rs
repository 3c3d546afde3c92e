// After the wait the part would be had again, by another call of `get`. What that does, only the type knows; and what it
// evaluated to cannot be kept in the place of a borrow. The way out: a block around the call.
use multitask::{task, yield_};

struct Names(Vec<String>);

impl Names {
    fn get(&self, index: usize) -> Option<String> {
        self.0.get(index).cloned()
    }
}

#[task]
fn length(names: Names) -> usize {
    if let Some(name) = names.get(0) {
        yield_!();
        return name.len();
    }
    0
}

fn main() {}
