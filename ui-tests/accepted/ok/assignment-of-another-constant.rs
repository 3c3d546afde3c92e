use multitask::{task, yield_};

#[task]
fn speak() -> &'static str {
    let mut word = "one";
    yield_!();
    word = "another";
    word
}

fn main() {
    assert_eq!(multitask::block_on(speak()), "another");
}
