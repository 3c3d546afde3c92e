use multitask::{task, yield_};

#[task(lend)]
fn first_word(text: &String) -> std::ops::Range<usize> {
    yield_!();
    0..text.find(' ').unwrap_or(text.len())
}

fn main() {
    let text = String::from("hello world");
    assert_eq!(&text[multitask::block_on(first_word(&text))], "hello");
}
