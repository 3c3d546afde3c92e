//! A local that may be moved while others wait is kept as an `Option`; so is one that gets its value later.

use multitask::{task, yield_};

#[task]
fn choose(name: String, archive: bool) -> String {
    let mut kept = Vec::new();
    let label;
    if archive {
        kept.push(name);
        yield_!();
        label = "archived";
    } else {
        yield_!();
        label = "dropped";
    }
    yield_!();
    format!("{label}: {}", kept.len())
}
