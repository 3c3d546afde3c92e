//! Two tasks that give way to each other.
//!
//!     cargo run --example printer
//!
//! prints `hello` and `goodbye` in turn until its output is closed; try `cargo run --example printer | head -6`.

use std::io::{self, Write};

use multitask::{task, yield_};

#[task]
fn printer(message: &'static str) -> io::Result<()> {
    loop {
        writeln!(io::stdout(), "{message}")?;
        yield_!();
    }
}

fn main() -> io::Result<()> {
    multitask::add(printer("hello"));
    multitask::add(printer("goodbye"));
    multitask::run()
}
