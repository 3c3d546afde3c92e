// The reference would be that of the last resume. The way out: hand out where it is.
use multitask::{task, yield_};

#[task(yields = &str, lend)]
fn words(text: &String) {
    for word in text.split(' ') {
        yield_!(word);
    }
}

fn main() {}
