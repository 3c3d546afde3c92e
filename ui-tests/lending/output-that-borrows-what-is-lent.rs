// The reference would be that of the last resume. The way out: return where it is.
use multitask::{task, yield_};

#[task(lend)]
fn first_word(text: &String) -> &str {
    yield_!();
    text.split(' ').next().unwrap_or("")
}

fn main() {}
