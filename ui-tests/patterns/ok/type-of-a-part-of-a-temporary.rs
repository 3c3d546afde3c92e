use multitask::{block_on, task, yield_};

#[task]
fn pair(n: u8) -> (Option<String>, u8) {
    yield_!();
    (Some(String::from("name")), n)
}

#[task]
fn name() -> String {
    let pair = yield_!(pair(3));
    let Some(name): Option<String> = pair.0 else { return String::new() };
    name
}

fn main() {
    assert_eq!(block_on(name()), "name");
}
