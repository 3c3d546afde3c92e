//! One piece of work, and those that do it.

use std::collections::HashMap;

use crate::{Missing, Sample, Spread};

/// What an implementation is compared as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Written by hand for this job alone.
    Floor,
    Peer,
    Ours,
    /// Shown, but not compared with: another floor, or another way to write ours.
    Shown,
}

struct Entry<'a> {
    name: String,
    role: Role,
    run: Box<dyn FnMut() -> Sample + 'a>,
}

/// One piece of work, and those that do it.
pub struct Workload<'a> {
    name: String,
    variant: String,
    unit: &'static str,
    entries: Vec<Entry<'a>>,
    missing: Vec<String>,
}

/// What was measured of one implementation.
#[derive(Clone, Debug)]
pub struct Row {
    pub workload: String,
    pub variant: String,
    pub peer: String,
    pub role: Role,
    pub spread: Spread,
    pub unit: &'static str,
}

impl<'a> Workload<'a> {
    pub fn new(name: impl Into<String>, variant: impl Into<String>, unit: &'static str) -> Self {
        Workload { name: name.into(), variant: variant.into(), unit, entries: Vec::new(), missing: Vec::new() }
    }

    fn entry(mut self, name: impl Into<String>, role: Role, run: impl FnMut() -> Sample + 'a) -> Self {
        self.entries.push(Entry { name: name.into(), role, run: Box::new(run) });
        self
    }

    /// What one writes by hand for this job alone.
    pub fn floor(self, run: impl FnMut() -> Sample + 'a) -> Self {
        self.entry("hand", Role::Floor, run)
    }

    pub fn ours(self, run: impl FnMut() -> Sample + 'a) -> Self {
        self.entry("multitask", Role::Ours, run)
    }

    pub fn peer(self, name: impl Into<String>, run: impl FnMut() -> Sample + 'a) -> Self {
        self.entry(name, Role::Peer, run)
    }

    /// One that is measured with the others, but that ours is not compared with.
    pub fn shown(self, name: impl Into<String>, run: impl FnMut() -> Sample + 'a) -> Self {
        self.entry(name, Role::Shown, run)
    }

    /// One that this machine may not have.
    pub fn perhaps<R: FnMut() -> Sample + 'a>(mut self, name: impl Into<String>, run: Result<R, Missing>) -> Self {
        let name = name.into();
        match run {
            Ok(run) => self.entry(name, Role::Peer, run),
            Err(missing) => {
                self.missing.push(format!("{name}: left out, {missing}"));
                self
            }
        }
    }

    /// What is left out, and why.
    pub fn missing(&self) -> &[String] {
        &self.missing
    }

    /// Runs all in turns, so many times each after a first round that does not count.
    ///
    /// # Panics
    ///
    /// If two did different things, by their sums.
    pub fn measure(mut self, rounds: usize) -> Vec<Row> {
        let mut values = vec![Vec::new(); self.entries.len()];
        let mut sums = HashMap::new();
        for round in 0..=rounds {
            for turn in 0..self.entries.len() {
                // Nobody always comes after the same one.
                let index = if round % 2 == 0 { turn } else { self.entries.len() - 1 - turn };
                let entry = &mut self.entries[index];
                let sample = (entry.run)();
                let (sum, first) = sums.entry(sample.items).or_insert((sample.sum, entry.name.clone()));
                let of = format!("{} {}", self.name, self.variant);
                assert_eq!(sample.sum, *sum, "{of}: {} and {first} do different things", entry.name);
                if round > 0 {
                    values[index].push(sample.value);
                }
            }
        }
        self.entries
            .into_iter()
            .zip(values)
            .map(|(entry, values)| Row {
                workload: self.name.clone(),
                variant: self.variant.clone(),
                peer: entry.name,
                role: entry.role,
                spread: Spread::of(values),
                unit: self.unit,
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(value: f64, sum: u64) -> Sample {
        Sample { value, items: 1, sum }
    }

    #[test]
    fn the_first_round_does_not_count() {
        let mut value = 100.0;
        let rows = Workload::new("work", "", "ns")
            .ours(|| {
                value /= 10.0;
                sample(value, 0)
            })
            .measure(1);
        assert_eq!(rows[0].spread, Spread::of(vec![1.0]));
    }

    #[test]
    #[should_panic(expected = "tokio and hand do different things")]
    fn different_sums_are_noticed() {
        Workload::new("work", "", "ns").floor(|| sample(1.0, 1)).peer("tokio", || sample(1.0, 2)).measure(1);
    }

    #[test]
    fn runs_of_different_lengths_may_have_different_sums() {
        let longer = Sample { value: 1.0, items: 2, sum: 2 };
        let rows = Workload::new("work", "", "ns").floor(|| sample(1.0, 1)).peer("tokio", || longer).measure(3);
        assert_eq!(rows.len(), 2);
    }

    #[test]
    fn what_is_missing_is_said() {
        let missing: Result<fn() -> Sample, _> = Err(Missing::new("there is no snake here"));
        let workload = Workload::new("work", "", "ns").perhaps("Python", missing);
        assert_eq!(workload.missing(), ["Python: left out, there is no snake here"]);
    }
}
