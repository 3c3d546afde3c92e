//! Peers that are other programs.

use std::{cell::RefCell, fs, path::PathBuf, process::Command};

use peers::{External, Missing, Sample};

use crate::directory;

/// A program that takes part in several workloads.
pub(crate) struct Program(Result<RefCell<External>, Missing>);

impl Program {
    /// One in Python, from its source.
    pub(crate) fn python(source: &str) -> Program {
        Program(External::start(Command::new("python3").arg("-c").arg(source)).map(RefCell::new))
    }

    /// One that needs the nightly compiler: a file of `tables/`.
    pub(crate) fn nightly(file: &str) -> Program {
        Program(compiled(file).and_then(|path| External::start(&mut Command::new(path))).map(RefCell::new))
    }

    /// What it takes to run a workload of it.
    pub(crate) fn runs(&self, workload: &'static str, items: u64) -> Result<impl FnMut() -> Sample, Missing> {
        match &self.0 {
            Ok(program) => Ok(move || program.borrow_mut().run(workload, items)),
            Err(missing) => Err(missing.clone()),
        }
    }
}

/// Compiles a file by the nightly compiler as Cargo compiles a bench.
fn compiled(file: &str) -> Result<PathBuf, Missing> {
    let source = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tables").join(file);
    let program = directory().join("nightly");
    fs::create_dir_all(directory()).map_err(|error| Missing::new(error.to_string()))?;
    let mut compiler = Command::new("rustup");
    compiler.args([
        "run",
        "nightly",
        "rustc",
        "--edition=2024",
        "-Copt-level=3",
        "-Clto=fat",
        "-Ccodegen-units=1",
        "-o",
    ]);
    let output = compiler.arg(&program).arg(source).output().map_err(|_| Missing::new("rustup is not installed"))?;
    if output.status.success() {
        return Ok(program);
    }
    Err(Missing::new(format!("the nightly compiler says {}", String::from_utf8_lossy(&output.stderr).trim())))
}
