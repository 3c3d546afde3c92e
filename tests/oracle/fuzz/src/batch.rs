//! Compiles programs, many in a crate, and has the oracle compare their two readings.
//!
//! A program is two files: its items as tasks, and as `async` functions. An error of the compiler stands in a file, so it
//! is known whose it is: that program is left out, and the others are compiled again. The crate lies in the target
//! directory, and depends on the oracle by its path, so what the workspace has built is not built again.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde_json::Value;

use crate::generate::Program;

/// A program, ready to be written.
#[derive(Clone, Debug)]
pub struct Source {
    /// Items, among them `#[task] fn body`.
    pub items: String,
    /// The call of `body`.
    pub call: String,
}

impl From<&Program> for Source {
    fn from(program: &Program) -> Self {
        Source { items: program.items.clone(), call: program.call.clone() }
    }
}

/// What came of a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Both readings do the same.
    Same,
    /// They do not: the first schedule, and both traces.
    Differs(String),
    /// `#[task]` refuses it, in its own words.
    Refused(String),
    /// The compiler refuses what `#[task]` made of it, in words that are not about the program.
    Unreadable(String),
    /// It is no program: the compiler refuses it as an `async` function, too.
    Invalid(String),
    /// It ended the process that ran it, or did not come to an end.
    Crashed,
}

impl Verdict {
    /// In a word.
    pub fn name(&self) -> &'static str {
        match self {
            Verdict::Same => "same",
            Verdict::Differs(_) => "different",
            Verdict::Refused(_) => "refused",
            Verdict::Unreadable(_) => "refused in other words",
            Verdict::Invalid(_) => "no program",
            Verdict::Crashed => "crashed",
        }
    }
}

/// How many programs one crate has.
const CRATE: usize = 40;

/// Which readings of a program are compiled.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Readings {
    Both,
    /// To tell whether it is a program at all.
    Future,
}

/// Compiles programs in a folder of its own.
#[derive(Debug)]
pub struct Workshop {
    folder: PathBuf,
}

impl Workshop {
    /// A workshop in the folder `name` of the target directory.
    ///
    /// # Errors
    ///
    /// If the folder cannot be written.
    pub fn new(name: &str, edition: &str) -> io::Result<Workshop> {
        let folder = target_folder().join("oracle-fuzz").join(name);
        fs::create_dir_all(&folder)?;
        let oracle = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("this crate lies in that of the oracle");
        let facade = oracle.ancestors().nth(2).expect("the oracle lies in the workspace");
        let lock = oracle.ancestors().map(|folder| folder.join("Cargo.lock")).find(|lock| lock.exists());
        if let Some(lock) = lock {
            fs::copy(lock, folder.join("Cargo.lock"))?;
        }
        // Without debug information it is compiled in less time; what it depends on is as the workspace has it.
        let manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"{edition}\"\n\n\
             [dependencies]\noracle = {{ path = {oracle:?} }}\nmultitask-rs = {{ path = {facade:?} }}\n\n\
             [profile.dev.package.{name}]\ndebug = 0\n\n[workspace]\n"
        );
        fs::write(folder.join("Cargo.toml"), manifest)?;
        Ok(Workshop { folder })
    }

    /// What comes of each of the programs.
    ///
    /// # Errors
    ///
    /// If a file cannot be written, or cargo cannot be run.
    pub fn judge(&self, sources: &[Source]) -> io::Result<Vec<Verdict>> {
        let mut verdicts: Vec<Option<Verdict>> = vec![None; sources.len()];
        let all: Vec<usize> = (0..sources.len()).collect();
        let built = self.build(sources, &all, Readings::Both)?;
        for executable in &built.executables {
            self.run(executable, &mut verdicts)?;
        }
        let suspects: Vec<usize> = built.errors.keys().copied().collect();
        let alone =
            if suspects.is_empty() { Built::default() } else { self.build(sources, &suspects, Readings::Future)? };
        for (program, errors) in built.errors {
            let verdict = match alone.errors.get(&program) {
                Some(errors) => Verdict::Invalid(errors.join("\n")),
                None if errors.iter().all(|error| is_own(error)) => Verdict::Refused(errors.join("\n")),
                None => Verdict::Unreadable(errors.join("\n")),
            };
            verdicts[program] = Some(verdict);
        }
        Ok(verdicts.into_iter().map(|verdict| verdict.unwrap_or(Verdict::Crashed)).collect())
    }

    /// Compiles the programs `which`, and leaves out those that do not compile.
    fn build(&self, sources: &[Source], which: &[usize], readings: Readings) -> io::Result<Built> {
        let mut crates: Vec<Vec<usize>> = which.chunks(CRATE).map(<[usize]>::to_vec).collect();
        let mut built = Built::default();
        loop {
            self.write(sources, &crates, readings)?;
            let messages = self.cargo(readings)?;
            let mut errors: BTreeMap<usize, Vec<String>> = BTreeMap::new();
            let mut finished = BTreeSet::new();
            for message in &messages {
                if message["reason"] == "compiler-artifact" && message["target"]["kind"][0] == "bin" {
                    let name = message["target"]["name"].as_str().unwrap_or_default();
                    finished.extend(name.strip_prefix("batch_").and_then(|index| index.parse::<usize>().ok()));
                    built.executables.extend(message["executable"].as_str().map(PathBuf::from));
                }
                if let Some((program, text)) = error_of(message) {
                    errors.entry(program).or_default().push(text);
                }
            }
            crates =
                crates.into_iter().enumerate().filter(|(index, _)| !finished.contains(index)).map(|(_, c)| c).collect();
            if crates.is_empty() {
                return Ok(built);
            }
            let mut remaining = Vec::new();
            for programs in crates {
                let (bad, good): (Vec<usize>, Vec<usize>) =
                    programs.iter().partition(|program| errors.contains_key(program));
                match (bad.is_empty(), good.len()) {
                    (true, 1) => {
                        errors.insert(good[0], vec!["an error in no file of the program".into()]);
                    }
                    // Nobody's error: it is in one half.
                    (true, _) => remaining.extend(good.chunks(good.len().div_ceil(2)).map(<[usize]>::to_vec)),
                    (false, 0) => {}
                    (false, _) => remaining.push(good),
                }
            }
            built.errors.append(&mut errors);
            // What has been built lies in files that are written anew.
            let kept = self.keep(&mut built.executables)?;
            built.executables = kept;
            crates = remaining;
            if crates.is_empty() {
                return Ok(built);
            }
        }
    }

    /// Moves executables to where the next build leaves them alone.
    fn keep(&self, executables: &mut Vec<PathBuf>) -> io::Result<Vec<PathBuf>> {
        let folder = self.folder.join("built");
        fs::create_dir_all(&folder)?;
        let mut kept = Vec::new();
        for (index, executable) in executables.drain(..).enumerate() {
            if executable.starts_with(&folder) {
                kept.push(executable);
                continue;
            }
            let mut to = folder.join(format!("kept_{index}"));
            while kept.contains(&to) {
                to.set_extension("again");
            }
            fs::rename(executable, &to)?;
            kept.push(to);
        }
        Ok(kept)
    }

    fn write(&self, sources: &[Source], crates: &[Vec<usize>], readings: Readings) -> io::Result<()> {
        let folder = self.folder.join("src/bin");
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        for (index, programs) in crates.iter().enumerate() {
            let folder = folder.join(format!("batch_{index}"));
            fs::create_dir_all(&folder)?;
            let mut main = String::from("#![allow(warnings)]\n");
            let mut list = String::new();
            for &program in programs {
                let Source { items, call } = &sources[program];
                main += &format!("mod future_{program};\n");
                let as_future = items.replace("#[task]", "async");
                let future = format!(
                    "use oracle::{{prelude::*, readings::as_future::*}};\n\
                     pub fn make() -> impl Future<Output: std::fmt::Debug> {{ {call} }}\n{as_future}\n"
                );
                fs::write(folder.join(format!("future_{program}.rs")), future)?;
                if readings == Readings::Both {
                    main += &format!("mod task_{program};\n");
                    list += &format!(
                        "({program}, || oracle::compare::difference(task_{program}::make, future_{program}::make)),\n"
                    );
                    let task = format!(
                        "use oracle::{{prelude::*, readings::as_task::*}};\n\
                         pub fn make() -> impl oracle::compare::Task<Output: std::fmt::Debug> {{ {call} }}\n{items}\n"
                    );
                    fs::write(folder.join(format!("task_{program}.rs")), task)?;
                }
            }
            main += &format!("fn main() {{ oracle::compare::compare_all(&[\n{list}]) }}\n");
            fs::write(folder.join("main.rs"), main)?;
        }
        Ok(())
    }

    /// The messages of cargo.
    fn cargo(&self, readings: Readings) -> io::Result<Vec<Value>> {
        let command = if readings == Readings::Both { "build" } else { "check" };
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let output = Command::new(cargo)
            .args([command, "--offline", "--quiet", "--keep-going", "--bins", "--message-format", "json"])
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", target_folder())
            // Nothing is compiled twice.
            .env("CARGO_INCREMENTAL", "0")
            .stderr(Stdio::piped())
            .output()?;
        let messages: Vec<Value> = String::from_utf8_lossy(&output.stdout)
            .lines()
            .filter_map(|line| serde_json::from_str(line).ok())
            .collect();
        if messages.is_empty() {
            return Err(io::Error::other(format!("cargo: {}", String::from_utf8_lossy(&output.stderr))));
        }
        Ok(messages)
    }

    /// Runs the programs of a crate; one that ends the process is skipped the next time.
    fn run(&self, executable: &Path, verdicts: &mut [Option<Verdict>]) -> io::Result<()> {
        let mut skipped = Vec::new();
        loop {
            let (text, ended) = run(Command::new(executable).args(&skipped))?;
            let mut running = None;
            for line in text.lines() {
                if let Some(program) = line.strip_prefix("start ") {
                    running = Some(program.to_owned());
                } else if let Some(difference) = line.strip_prefix("end ")
                    && let Some(program) = running.take()
                {
                    let index: usize = program.parse().map_err(io::Error::other)?;
                    verdicts[index] = Some(match difference {
                        "" => Verdict::Same,
                        difference => Verdict::Differs(difference.replace("\\n", "\n")),
                    });
                }
            }
            match running {
                Some(program) => {
                    // It is a crash unless there is another verdict.
                    skipped = verdicts
                        .iter()
                        .enumerate()
                        .filter(|(_, verdict)| verdict.is_some())
                        .map(|(i, _)| i.to_string())
                        .collect();
                    verdicts[program.parse::<usize>().map_err(io::Error::other)?] = Some(Verdict::Crashed);
                    skipped.push(program);
                }
                None if ended => return Ok(()),
                None => return Err(io::Error::other("a crate ended between two programs")),
            }
        }
    }
}

impl Drop for Workshop {
    fn drop(&mut self) {
        // What is left of it would only be in the way.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// What has been built, and what has not.
#[derive(Default)]
struct Built {
    executables: Vec<PathBuf>,
    errors: BTreeMap<usize, Vec<String>>,
}

/// The target directory of the workspace: that of this very program.
fn target_folder() -> PathBuf {
    let program = std::env::current_exe().expect("a program has a path");
    let tagged = program.ancestors().find(|folder| folder.join("CACHEDIR.TAG").exists());
    tagged.expect("cargo runs this program from its target directory").to_owned()
}

/// The program that an error of the compiler is in, and the error.
fn error_of(message: &Value) -> Option<(usize, String)> {
    let message = &message["message"];
    if message["level"] != "error" {
        return None;
    }
    let program = files(message).into_iter().find_map(|file| {
        let stem = Path::new(&file).file_stem()?.to_str()?.to_owned();
        let index = stem.strip_prefix("task_").or_else(|| stem.strip_prefix("future_"))?;
        index.parse().ok()
    })?;
    let code = message["code"]["code"].as_str().unwrap_or("own");
    let rendered = message["rendered"].as_str().unwrap_or_default();
    Some((program, format!("[{code}] {rendered}")))
}

/// The files that a message speaks of.
fn files(message: &Value) -> Vec<String> {
    let mut files = Vec::new();
    for span in message["spans"].as_array().into_iter().flatten() {
        let mut span = span;
        while !span.is_null() {
            files.extend(span["file_name"].as_str().map(str::to_owned));
            span = &span["expansion"]["span"];
        }
    }
    for child in message["children"].as_array().into_iter().flatten() {
        files.extend(self::files(child));
    }
    files
}

/// Texts of refusals that go by way of a trait, whose errors have a number.
const OWN_WORDS: [&str; 5] = [
    "a task cannot wait for",
    "is not a task",
    "a loop over this borrowed value cannot be suspended",
    "this argument of a borrowing operation cannot be evaluated again",
    "a part of a temporary cannot be moved out of it where a wait follows",
];

/// Whether an error is in the words of `#[task]`.
fn is_own(error: &str) -> bool {
    error.starts_with("[own]") || OWN_WORDS.iter().any(|words| error.contains(words))
}

/// What a command has printed, and whether it has come to its end.
fn run(command: &mut Command) -> io::Result<(String, bool)> {
    let output = command.stderr(Stdio::null()).output()?;
    Ok((String::from_utf8_lossy(&output.stdout).into_owned(), output.status.success()))
}
