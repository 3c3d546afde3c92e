//! Peers that are other programs.

use std::{
    cell::RefCell,
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

use peers::{External, Missing, Sample};

use crate::directory;

/// A program that takes part in several workloads.
pub(crate) struct Program(Result<RefCell<External>, Missing>);

impl Program {
    /// One in Python, from its source.
    pub(crate) fn python(source: &str) -> Program {
        Program(External::start(Command::new("python3").arg("-c").arg(source)).map(RefCell::new))
    }

    /// Generators of the nightly compiler.
    pub(crate) fn nightly() -> Program {
        let mut compiler = Command::new("rustup");
        compiler.args(["run", "nightly", "rustc", "--edition=2024"]);
        compiler.args(["-Copt-level=3", "-Clto=fat", "-Ccodegen-units=1"]);
        let program = compiled(&mut compiler, "nightly", "generators/nightly.rs");
        Program(program.and_then(|path| External::start(&mut Command::new(path))).map(RefCell::new))
    }

    pub(crate) fn go() -> Program {
        Program(go().and_then(|mut command| External::start(&mut command)).map(RefCell::new))
    }

    /// What it takes to run a workload of it.
    pub(crate) fn runs(&self, workload: impl Into<String>, items: u64) -> Result<impl FnMut() -> Sample, Missing> {
        match &self.0 {
            Ok(program) => {
                let workload = workload.into();
                Ok(move || program.borrow_mut().run(&workload, items))
            }
            Err(missing) => Err(missing.clone()),
        }
    }
}

/// The program in Go.
pub(crate) fn go() -> Result<Command, Missing> {
    static PROGRAM: OnceLock<Result<PathBuf, Missing>> = OnceLock::new();
    let program = PROGRAM.get_or_init(|| compiled(Command::new("go").arg("build"), "go", "go/peers.go"));
    program.clone().map(Command::new)
}

/// Has a compiler compile a file of `tables/`.
fn compiled(compiler: &mut Command, name: &str, file: &str) -> Result<PathBuf, Missing> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tables").join(file);
    let program = directory().join(name);
    fs::create_dir_all(directory()).map_err(|error| Missing::new(error.to_string()))?;
    let command = compiler.arg("-o").arg(&program).arg(source);
    let output = command.output().map_err(|_| Missing::new("its compiler is not installed"))?;
    if output.status.success() {
        return Ok(program);
    }
    Err(Missing::new(format!("its compiler says {}", String::from_utf8_lossy(&output.stderr).trim())))
}
