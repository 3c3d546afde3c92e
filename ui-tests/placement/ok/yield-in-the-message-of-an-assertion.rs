use multitask::{task, yield_};

#[task]
fn reason() -> String {
    yield_!();
    "no reason".to_owned()
}

#[task]
fn check(n: u32) {
    let reason = yield_!(reason());
    assert!(n > 0, "{}", reason);
}

fn main() {
    multitask::block_on(check(1));
}
