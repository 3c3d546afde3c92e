//! A program of many functions, which is written and compiled.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use peers::processor_time_of_children;

use super::flavours::Flavour;

pub(super) const STEPS: [&str; 4] = ["check", "debug", "debug after an edit", "release"];

const COMMANDS: [&[&str]; 3] = [&["check"], &["build"], &["build", "--release"]];

/// A program, and the time that each step of each round took.
pub(super) struct Program {
    directory: PathBuf,
    pub(super) flavour: Flavour,
    functions: usize,
    pub(super) rounds: Vec<[f64; STEPS.len()]>,
}

impl Program {
    /// Writes the program, and compiles what it depends on.
    pub(super) fn new(directory: &Path, flavour: Flavour, functions: usize) -> io::Result<Program> {
        let directory = directory.join(flavour.package);
        fs::create_dir_all(directory.join("src"))?;
        fs::write(directory.join("Cargo.toml"), manifest(&flavour))?;
        let program = Program { directory, flavour, functions, rounds: Vec::new() };
        program.write(0)?;
        for command in COMMANDS {
            program.cargo(command)?;
        }
        Ok(program)
    }

    fn write(&self, edit: usize) -> io::Result<()> {
        fs::write(self.directory.join("src/main.rs"), self.flavour.source(self.functions, edit))
    }

    /// The seconds that it takes.
    fn cargo(&self, arguments: &[&str]) -> io::Result<f64> {
        // The toolchain of this program is in the environment; `rustup` sets another one.
        let toolchain: &[&str] = if self.flavour.nightly { &["rustup", "run", "nightly", "cargo"] } else { &["cargo"] };
        let mut command = Command::new(toolchain[0]);
        command.args(&toolchain[1..]).args(arguments).arg("--quiet").current_dir(&self.directory);
        command.env("CARGO_TARGET_DIR", self.directory.join("target")).stderr(Stdio::piped());
        let start = processor_time_of_children();
        let output = command.output()?;
        if !output.status.success() {
            let error = String::from_utf8_lossy(&output.stderr);
            return Err(io::Error::other(format!("it is not compiled: {}", error.trim())));
        }
        Ok((processor_time_of_children() - start).as_secs_f64())
    }

    /// One round of all steps, from nothing but the libraries.
    pub(super) fn round(&mut self, number: usize) -> io::Result<()> {
        let mut times = [0.0; STEPS.len()];
        for (time, step) in times.iter_mut().zip(STEPS) {
            let command = match step {
                "check" => COMMANDS[0],
                "release" => COMMANDS[2],
                _ => COMMANDS[1],
            };
            if step == "debug after an edit" {
                self.write(number + 1)?;
            } else {
                let profile = if step == "release" { "release" } else { "dev" };
                self.cargo(&["clean", "--package", self.flavour.package, "--profile", profile])?;
            }
            *time = self.cargo(command)?;
        }
        self.rounds.push(times);
        Ok(())
    }

    /// In bytes.
    pub(super) fn binary_size(&self) -> u64 {
        let binary = self.directory.join("target/release").join(self.flavour.package);
        fs::metadata(binary).map_or(0, |metadata| metadata.len())
    }
}

fn manifest(flavour: &Flavour) -> String {
    let library = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let dependencies = flavour.dependencies.replace("LIBRARY", &format!("{:?}", library.display().to_string()));
    let package = flavour.package;
    format!("[package]\nname = {package:?}\nedition = \"2024\"\n[workspace]\n[dependencies]\n{dependencies}\n")
}
