use multitask::{task, yield_};

#[task]
fn first(pair: [String; 2]) -> String {
    yield_!();
    let [first, _] = { pair };
    yield_!();
    first
}

fn main() {
    assert_eq!(multitask::block_on(first([String::from("a"), String::new()])), "a");
}
