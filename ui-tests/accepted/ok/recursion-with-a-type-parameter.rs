use multitask::{task, yield_};

#[task]
fn repeat<T: Clone>(value: T, times: u32) -> Vec<T> {
    if times == 0 {
        return Vec::new();
    }
    let mut values = yield_!(repeat(value.clone(), times - 1));
    values.push(value);
    values
}

fn main() {
    assert_eq!(multitask::block_on(repeat("x", 2)), ["x", "x"]);
}
