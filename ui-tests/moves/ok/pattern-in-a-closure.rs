use multitask::{task, yield_};

#[task]
fn first(pair: (String, String)) -> String {
    let first = move || {
        let pair = pair;
        let (first, _) = pair;
        first
    };
    yield_!();
    first()
}

fn main() {
    assert_eq!(multitask::block_on(first((String::from("a"), String::new()))), "a");
}
