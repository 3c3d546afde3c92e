//! What tasks cost beside the same work on other runtimes, and written by hand: read the ratios, which hold within one
//! run.
//!
//!     cargo bench -p peers -- [--rounds N] [TABLE]..
//!
//! Times are those of the processor, in all threads of the process; in each round all that do the same work take turns.
//! Each table prints what it measured, and writes it to `target/peers/<table>.json`. Without a table, all are measured
//! but those that take minutes. Python, Go and the nightly compiler take part when they are there.

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

use std::{env, io, path::Path, process::ExitCode};

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

/// Measures the tables with these names, or all that take no minutes.
fn measure(rounds: usize, names: &[String]) -> io::Result<()> {
    for (name, measure, long) in TABLES {
        if names.is_empty() && long {
            println!("\n{name} takes minutes: cargo bench -p peers -- {name}");
        } else if names.is_empty() || names.iter().any(|asked| asked == name) {
            let mut table = Table::new(name, rounds);
            measure(&mut table);
            table.write(&directory().with_file_name("peers"))?;
        }
    }
    Ok(())
}

fn main() -> ExitCode {
    let arguments: Vec<_> = env::args().skip(1).collect();
    // What a table starts as a process of its own.
    match arguments.split_first() {
        Some((first, rest)) if first == memory::PROBE => return memory::probe(rest),
        Some((first, rest)) if first == echo::SERVE => return echo::serve(rest),
        _ => {}
    }
    let measured =
        asked(arguments).and_then(|(rounds, names)| measure(rounds, &names).map_err(|error| error.to_string()));
    match measured {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
