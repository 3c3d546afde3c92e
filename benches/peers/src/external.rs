//! Peers that are other programs: in Python, in Go, or compiled by the nightly compiler.

use std::{
    error::Error,
    fmt,
    io::{self, BufRead, BufReader, Write},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    time::Duration,
};

use crate::Sample;

/// Why a peer is not there.
#[derive(Clone, Debug)]
pub struct Missing(String);

impl Missing {
    pub fn new(why: impl Into<String>) -> Missing {
        Missing(why.into())
    }
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for Missing {}

/// A program that reads lines, each the name of a workload and its size, and answers with nanoseconds and a sum.
pub struct External {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl External {
    pub fn start(command: &mut Command) -> Result<External, Missing> {
        let name = command.get_program().to_string_lossy().into_owned();
        let started = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut child = started.map_err(|error| Missing(format!("{name} does not start: {error}")))?;
        let input = child.stdin.take();
        let output = BufReader::new(child.stdout.take().expect("it is piped"));
        Ok(External { child, input, output })
    }

    /// Has the program do the work.
    ///
    /// # Panics
    ///
    /// If the program fails.
    pub fn run(&mut self, workload: &str, items: u64) -> Sample {
        self.ask(workload, items).unwrap_or_else(|error| panic!("{workload} of another program: {error}"))
    }

    fn ask(&mut self, workload: &str, items: u64) -> io::Result<Sample> {
        let input = self.input.as_mut().expect("it is open until the program is dropped");
        writeln!(input, "{workload} {items}")?;
        let mut line = String::new();
        self.output.read_line(&mut line)?;
        answer(&line, items).ok_or_else(|| io::Error::other(format!("the answer is {line:?}")))
    }
}

fn answer(line: &str, items: u64) -> Option<Sample> {
    let (nanoseconds, sum) = line.trim().split_once(' ')?;
    let took = Duration::from_nanos(nanoseconds.parse().ok()?);
    Some(Sample::per_item(took, items, sum.parse().ok()?))
}

impl Drop for External {
    fn drop(&mut self) {
        // The end of its input is the program's end.
        drop(self.input.take());
        // If it did not end well, the figures have been read all the same.
        let _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_has_nanoseconds_and_a_sum() {
        assert_eq!(answer("3000 7\n", 10), Some(Sample { value: 300.0, items: 10, sum: 7 }));
        assert_eq!(answer("3000\n", 10), None);
        assert_eq!(answer("fast 7\n", 10), None);
        assert_eq!(answer("", 10), None);
    }

    #[test]
    fn a_program_that_is_not_there_is_missing() {
        let missing = External::start(&mut Command::new("there-is-no-such-program")).err().expect("it is not there");
        assert!(missing.to_string().contains("there-is-no-such-program"), "{missing}");
    }
}
