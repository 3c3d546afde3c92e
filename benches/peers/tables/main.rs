//! What tasks cost beside the same work on other runtimes, and written by hand: read the ratios, which hold within one
//! run.
//!
//!     cargo bench -p peers -- [--rounds N] [TABLE]..
//!
//! Times are those of the processor, in all threads of the process. Each table prints what it measured, and writes it to `target/peers/<table>.json`. In each round all that do the same
//! work take turns. Without a table, all are measured but those that take minutes. Python and the nightly compiler take
//! part when they are there.

mod calls;
mod compile;
mod depth;
mod echo;
mod generators;
mod memory;
mod programs;
mod queues;
mod sizes;
mod spawn;
mod switch;
mod timers;

use std::{env, path::Path, process::ExitCode};

use peers::Table;

/// A table, and whether it takes minutes.
type Entry = (&'static str, fn(&mut Table), bool);

const TABLES: [Entry; 11] = [
    ("generators", generators::measure, false),
    ("switch", switch::measure, false),
    ("depth", depth::measure, false),
    ("calls", calls::measure, false),
    ("spawn", spawn::measure, false),
    ("memory", memory::measure, false),
    ("timers", timers::measure, true),
    ("compile", compile::measure, true),
    ("sizes", sizes::measure, false),
    ("echo", echo::measure, true),
    ("queues", queues::measure, false),
];

const ROUNDS: usize = 11;

/// What is asked for: how many rounds, of which tables.
fn asked(arguments: Vec<String>) -> Result<(usize, Vec<String>), String> {
    let (mut rounds, mut names) = (ROUNDS, Vec::new());
    let mut arguments = arguments.into_iter();
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            // Cargo says so to a bench.
            "--bench" => {}
            "--rounds" => {
                let number = arguments.next().and_then(|number| number.parse().ok()).filter(|number| *number > 0);
                rounds = number.ok_or("--rounds needs a number")?;
            }
            name if TABLES.iter().any(|table| table.0 == name) => names.push(argument),
            other => {
                let known = TABLES.map(|table| table.0).join(", ");
                return Err(format!("there is no table {other}; there are {known}"));
            }
        }
    }
    Ok((rounds, names))
}

/// Beside what Cargo compiles, where it is told to put it.
fn directory() -> &'static Path {
    Path::new(env!("CARGO_TARGET_TMPDIR"))
}

fn main() -> ExitCode {
    let arguments: Vec<_> = env::args().skip(1).collect();
    // What a table starts as a process of its own.
    match arguments.split_first() {
        Some((first, rest)) if first == memory::PROBE => return memory::probe(rest),
        Some((first, rest)) if first == echo::SERVE => return echo::serve(rest),
        _ => {}
    }
    let (rounds, names) = match asked(arguments) {
        Ok(asked) => asked,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    };
    let results = directory().with_file_name("peers");
    for (name, measure, long) in TABLES {
        let asked = if names.is_empty() { !long } else { names.iter().any(|asked| asked == name) };
        if !asked {
            continue;
        }
        let mut table = Table::new(name, rounds);
        measure(&mut table);
        if let Err(error) = table.write(&results) {
            eprintln!("{}: {error}", results.display());
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}
