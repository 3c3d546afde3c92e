// After the wait the part would be borrowed again, by another call of `get`. What that does, only the type knows.
use multitask::{task, yield_};

struct Names(Vec<String>);

impl Names {
    fn get(&self, index: usize) -> Option<&String> {
        self.0.get(index)
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
