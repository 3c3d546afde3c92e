//! Makes what was found smaller, while it is still found.
//!
//! In each turn all programs that are one edit (`edits`) smaller are tried, the smallest first and many at once: most do
//! not compile, but the compiler says so quickly. It ends where no edit leaves the finding as it is.

mod edits;

use std::{
    io,
    process::{Command, Stdio},
};

use crate::batch::{Source, Verdict, Workshop};

/// How many programs are tried at once.
const AT_ONCE: usize = 60;

/// The smallest program that could be found, and its verdict.
///
/// # Errors
///
/// Like [`Workshop::judge`].
pub fn shrink(workshop: &Workshop, source: Source, verdict: Verdict) -> io::Result<(Source, Verdict)> {
    let mut best = (source, verdict);
    'turn: loop {
        let candidates = edits::candidates(&best.0);
        for chunk in candidates.chunks(AT_ONCE) {
            let verdicts = workshop.judge(chunk)?;
            let found = chunk.iter().zip(verdicts).find(|(_, verdict)| is_same_finding(verdict, &best.1));
            if let Some((source, verdict)) = found {
                best = (source.clone(), verdict);
                continue 'turn;
            }
        }
        return Ok(best);
    }
}

/// Whether a smaller program shows what the larger one did.
fn is_same_finding(a: &Verdict, b: &Verdict) -> bool {
    match (a, b) {
        (Verdict::Unreadable(a), Verdict::Unreadable(b)) | (Verdict::Refused(a), Verdict::Refused(b)) => {
            a.lines().next().map(without_names) == b.lines().next().map(without_names)
        }
        _ => std::mem::discriminant(a) == std::mem::discriminant(b),
    }
}

/// The first line of an error, up to the names of locals.
fn without_names(line: &str) -> &str {
    line.split('`').next().unwrap_or(line)
}

/// The items of a program as a person writes them, if there is a rustfmt.
pub fn formatted(source: &Source) -> String {
    let run = || -> io::Result<String> {
        let mut child = Command::new("rustfmt")
            .args(["--edition", "2024", "--config", "max_width=110,use_small_heuristics=Max"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let mut stdin = child.stdin.take().expect("it is piped");
        io::Write::write_all(&mut stdin, source.items.as_bytes())?;
        drop(stdin);
        let output = child.wait_with_output()?;
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let text = run().ok().filter(|text| !text.is_empty()).unwrap_or_else(|| source.items.clone());
    format!("{text}\n// {}\n", source.call)
}
