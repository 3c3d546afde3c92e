//! What a branch keeps is kept in that branch alone, and in none that does not wait.

use multitask::{task, yield_};

#[task]
fn count(lines: Vec<String>, words: bool) -> usize {
    let mut total = 0;
    if words {
        let words: Vec<_> = lines.iter().flat_map(|line| line.split(' ')).map(str::to_owned).collect();
        yield_!();
        total += words.len();
    } else if lines.is_empty() {
        total = 1;
    } else {
        let letters: String = lines.concat();
        yield_!();
        total += letters.len();
    }
    yield_!();
    total + lines.len()
}
