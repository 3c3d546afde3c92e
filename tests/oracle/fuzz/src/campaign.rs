//! Many programs of one seed, and what came of them.

use std::{
    collections::BTreeMap,
    fmt::{self, Display},
    io,
    time::{Duration, Instant},
};

use crate::{
    batch::{Source, Verdict, Workshop},
    coverage::Coverage,
    generate::{Program, program},
    random::Random,
    shrink::{formatted, shrink},
};

/// How many programs are compiled at once.
const ROUND: u64 = 500;

/// What is to be done.
#[derive(Clone, Copy, Debug)]
pub struct Campaign {
    /// How many programs.
    pub programs: u64,
    /// What the programs follow from.
    pub seed: u64,
    /// How many findings are made smaller; it takes minutes each.
    pub shrinks: usize,
    /// Whether a program that is refused, but not in our words, is a finding.
    pub strict: bool,
    /// The edition of the programs.
    pub edition: &'static str,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Outcome {
    counts: BTreeMap<&'static str, usize>,
    /// Of the programs that do the same.
    coverage: Coverage,
    findings: usize,
    took: Duration,
}

impl Campaign {
    /// Makes the programs, compares their readings, and hands each finding, and how far it has come, to `report`.
    ///
    /// # Errors
    ///
    /// If cargo cannot be run, or files cannot be written.
    pub fn run(&self, report: &mut dyn FnMut(&str)) -> io::Result<Outcome> {
        let begun = Instant::now();
        let workshop = Workshop::new(&format!("programs-{}", std::process::id()), self.edition)?;
        let (mut outcome, mut seeds, mut shrinks) = (Outcome::default(), Random::new(self.seed), self.shrinks);
        let mut left = self.programs;
        while left > 0 {
            let programs: Vec<Program> = (0..left.min(ROUND)).map(|_| program(seeds.number())).collect();
            left -= programs.len() as u64;
            let sources: Vec<Source> = programs.iter().map(Source::from).collect();
            for (program, verdict) in programs.iter().zip(workshop.judge(&sources)?) {
                *outcome.counts.entry(verdict.name()).or_default() += 1;
                if let Verdict::Same = verdict {
                    outcome.coverage.add(&program.coverage);
                }
                if self.is_finding(&verdict) {
                    outcome.findings += 1;
                    report(&describe("found", program.seed, &Source::from(program), &verdict));
                    if shrinks > 0 {
                        shrinks -= 1;
                        let (source, verdict) = shrink(&workshop, Source::from(program), verdict)?;
                        report(&describe("made smaller", program.seed, &source, &verdict));
                    }
                }
            }
            report(&format!("{} of {} programs, {} findings", self.programs - left, self.programs, outcome.findings));
        }
        outcome.took = begun.elapsed();
        Ok(outcome)
    }

    fn is_finding(&self, verdict: &Verdict) -> bool {
        match verdict {
            Verdict::Differs(_) | Verdict::Crashed => true,
            Verdict::Unreadable(_) => self.strict,
            Verdict::Same | Verdict::Refused(_) | Verdict::Invalid(_) => false,
        }
    }
}

fn describe(how: &str, seed: u64, source: &Source, verdict: &Verdict) -> String {
    let text = match verdict {
        Verdict::Differs(text) | Verdict::Unreadable(text) => text,
        _ => "",
    };
    format!("---- {how}: {}, program {seed}\n{}\n{text}", verdict.name(), formatted(source))
}

impl Outcome {
    /// How many programs are to be mended.
    pub fn findings(&self) -> usize {
        self.findings
    }

    /// How many programs do the same in both readings.
    pub fn same(&self) -> usize {
        self.counts.get(Verdict::Same.name()).copied().unwrap_or_default()
    }
}

impl Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "constructs, and how many of the programs have them:\n{}", self.coverage)?;
        for (name, count) in &self.counts {
            writeln!(f, "{count:7} {name}")?;
        }
        let programs: usize = self.counts.values().sum();
        let seconds = self.took.as_secs_f64();
        write!(f, "{programs} programs in {seconds:.0} s: {:.1} a second", programs as f64 / seconds)
    }
}
