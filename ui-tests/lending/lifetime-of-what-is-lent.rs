// What has a name could be kept. The way out: no name, or no `#[lend]`.
use multitask::{task, yield_};

#[task]
fn count<'a>(#[lend] words: &'a [&'a str]) -> usize {
    yield_!();
    words.len()
}

fn main() {}
