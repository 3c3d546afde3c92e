use multitask::{task, yield_};

#[task]
fn wait(word: String) {
    let _drop_it = move || drop(word);
    let _future = async {};
    yield_!();
}

fn main() {
    multitask::block_on(wait(String::new()));
}
