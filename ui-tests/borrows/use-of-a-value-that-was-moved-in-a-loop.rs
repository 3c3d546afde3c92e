use multitask::{task, yield_};

#[task]
fn repeat(word: String) {
    loop {
        yield_!();
        drop(word);
    }
}

fn main() {}
