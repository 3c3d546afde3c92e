//! What functions cost to compile: 200 of them, of 30 lines and four suspension points each, in programs that differ only
//! in what their functions are.
//!
//! Each function is boxed as a `dyn` once, or handed to the runtime, so that its code is generated. In each round the
//! programs are checked, built, built again after an edit, and built with optimisation. Libraries are compiled
//! beforehand. Times are those of the processor.

mod flavours;
mod program;

use std::{fs, io};

use peers::{Row, Spread, Table};

use self::{
    flavours::FLAVOURS,
    program::{Program, STEPS},
};
use crate::directory;

const FUNCTIONS: usize = 200;

/// The programs that can be compiled here.
fn programs() -> io::Result<Vec<Program>> {
    let directory = directory().join("compile");
    fs::create_dir_all(&directory)?;
    let mut programs = Vec::new();
    for flavour in FLAVOURS {
        match Program::new(&directory, flavour, FUNCTIONS) {
            Ok(program) => programs.push(program),
            Err(error) => println!("  {}: left out, {error}", flavour.name),
        }
    }
    Ok(programs)
}

fn rows(programs: &[Program], variant: &str, unit: &'static str, values: impl Fn(&Program) -> Vec<f64>) -> Vec<Row> {
    let row = |program: &Program| Row {
        workload: "compile".into(),
        variant: variant.into(),
        peer: program.flavour.name.into(),
        role: program.flavour.role,
        spread: Spread::of(values(program)),
        unit,
    };
    programs.iter().map(row).collect()
}

fn compare(table: &mut Table) -> io::Result<()> {
    let mut programs = programs()?;
    for number in 0..table.few_rounds() {
        for program in &mut programs {
            program.round(number)?;
        }
    }
    for (index, step) in STEPS.into_iter().enumerate() {
        table.add(rows(&programs, step, "s", |program| program.rounds.iter().map(|times| times[index]).collect()));
    }
    table.add(rows(&programs, "release binary", "KiB", |program| vec![program.binary_size() as f64 / 1024.0]));
    Ok(())
}

pub(crate) fn measure(table: &mut Table) {
    if let Err(error) = compare(table) {
        println!("compile: left out, {error}");
    }
}
