// The future of an `async` block is resumed by somebody else than the task. The way out: a task.
use multitask::{task, yield_};

#[task]
fn wait() {
    let _future = async {
        yield_!();
    };
}

fn main() {}
