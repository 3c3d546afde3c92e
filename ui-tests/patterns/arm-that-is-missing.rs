use multitask::{task, yield_};

#[task]
fn describe(n: Option<u32>) -> u32 {
    match n {
        Some(n) => {
            yield_!();
            n
        }
    }
}

fn main() {}
