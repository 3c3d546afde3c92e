//! The file of the budgets, and its few forms of lines: comments, `[name]` and `key = value`.

use std::{fmt::Write as _, fs, io, path::PathBuf};

/// What a hot path may cost, and why it is that much.
#[derive(Clone)]
pub(crate) struct Budget {
    pub(crate) name: String,
    pub(crate) instructions: f64,
    pub(crate) reason: String,
}

pub(crate) struct Budgets {
    /// By which compiler they were measured: another one makes other instructions.
    pub(crate) compiler: String,
    /// How far a figure may be off, in percent.
    pub(crate) tolerance: f64,
    pub(crate) all: Vec<Budget>,
}

const HEAD: &str = "\
# How many instructions one turn of each hot path may take, as callgrind counts them.
#
#     cargo bench --profile budgets --bench budgets
#
# measures them, and fails if one takes more. After a change that is meant to cost more, or that costs less,
#
#     cargo bench --profile budgets --bench budgets -- --update \"why\"
#
# writes down here those that have changed, with the reason.
";

fn path() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "benches", "budgets", "budget.toml"].iter().collect()
}

impl Budgets {
    pub(crate) fn read() -> io::Result<Budgets> {
        let text = fs::read_to_string(path())?;
        let mut budgets = Budgets { compiler: String::new(), tolerance: 0.0, all: Vec::new() };
        for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            budgets.take(line).ok_or_else(|| io::Error::other(format!("budget.toml has a line {line:?}")))?;
        }
        Ok(budgets)
    }

    fn take(&mut self, line: &str) -> Option<()> {
        if let Some(name) = line.strip_prefix('[') {
            let name = name.strip_suffix(']')?.to_owned();
            self.all.push(Budget { name, instructions: 0.0, reason: String::new() });
            return Some(());
        }
        let (key, value) = line.split_once(" = ")?;
        match (key, self.all.last_mut()) {
            ("compiler", None) => self.compiler = value.trim_matches('"').to_owned(),
            ("tolerance", None) => self.tolerance = value.parse().ok()?,
            ("instructions", Some(budget)) => budget.instructions = value.parse().ok()?,
            ("reason", Some(budget)) => budget.reason = value.trim_matches('"').to_owned(),
            _ => return None,
        }
        Some(())
    }

    pub(crate) fn write(&self) -> io::Result<()> {
        let Budgets { compiler, tolerance, all } = self;
        let mut text = format!("{HEAD}\ncompiler = \"{compiler}\"\ntolerance = {tolerance}\n");
        for Budget { name, instructions, reason } in all {
            let entry = write!(text, "\n[{name}]\ninstructions = {instructions:.1}\nreason = \"{reason}\"\n");
            entry.expect("a string can be written to");
        }
        fs::write(path(), text)
    }

    pub(crate) fn of(&self, name: &str) -> Option<&Budget> {
        self.all.iter().find(|budget| budget.name == name)
    }
}
