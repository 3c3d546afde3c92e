use multitask::{task, yield_};

#[task]
fn pair() -> (String, String) {
    (String::new(), String::new())
}

#[task]
fn first() -> usize {
    match yield_!(pair()) {
        (first, _second) => {
            yield_!();
            first.len()
        }
    }
}

fn main() {
    assert_eq!(multitask::block_on(first()), 0);
}
