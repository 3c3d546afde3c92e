//! Which constructs programs have reached.

use std::{
    collections::BTreeMap,
    fmt::{self, Display},
};

/// How many programs have each construct.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    programs: usize,
    reached: BTreeMap<String, usize>,
}

impl Coverage {
    /// One program has the construct.
    pub(crate) fn reach(&mut self, construct: impl Display) {
        self.programs = 1;
        self.reached.insert(construct.to_string(), 1);
    }

    /// Adds the programs of `other`.
    pub fn add(&mut self, other: &Coverage) {
        self.programs += other.programs;
        for (construct, programs) in &other.reached {
            *self.reached.entry(construct.clone()).or_default() += programs;
        }
    }

    /// How many different constructs there are.
    pub fn constructs(&self) -> usize {
        self.reached.len()
    }
}

impl Display for Coverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (construct, programs) in &self.reached {
            let percent = 100.0 * *programs as f64 / self.programs as f64;
            writeln!(f, "{percent:6.2} %  {construct}")?;
        }
        Ok(())
    }
}
