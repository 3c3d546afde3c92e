use multitask::{task, yield_};

#[task]
fn pair() -> (String, String) {
    (String::new(), String::new())
}

#[task]
fn first() -> usize {
    let pair = yield_!(pair());
    match pair {
        (first, ..) => {
            yield_!();
            first.len()
        }
    }
}

fn main() {
    assert_eq!(multitask::block_on(first()), 0);
}
