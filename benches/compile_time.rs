//! What tasks cost to compile, against the same bodies as `async fn`: read the ratios, which hold within one run.
//!
//!     cargo bench --bench compile_time [-- ROUNDS [FUNCTIONS]]
//!
//! Writes two programs of 200 functions, of 30 lines and four suspension points each, that differ only in what their
//! functions are; each function is boxed as a `dyn` once, so that its code is generated. In each round the two are
//! checked, built, built again after an edit, and built with optimisation. The library is compiled beforehand.
//!
//! What a check consisted of when it was looked into, in instructions of the compiler, where all of the `async fn` is 1:
//! the machine, 2.6, of which type checking 1.2 (half of that works through pending obligations) and borrow checking
//! 0.75; what finds out what is kept of an operation's arguments is 0.4 of the 2.6. The body's second check, 0.4, which
//! is what a plain function costs. To this came the macro, a quarter of the time: Cargo compiles it without optimisation.
//!
//! The table has the medians, in seconds; the ratio is the median of the rounds' ratios.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

/// `FUNCTION` is what stands before `fn`, `INDEX` the number of the function, `wait!` the wait.
const BODY: &str = r#"
FUNCTION job_INDEX(start: u64, limit: u64) -> Result<u64, String> {
    let mut total = start;
    let mut seen = Vec::new();
    let name = format!("job {}", INDEX);
    let first = wait!(tick(start + INDEX));
    if first > limit {
        return Err(format!("{name}: {first} is too large"));
    }
    seen.push(first);
    for step in 0..3 {
        let value = wait!(tick(total + step));
        if value % 5 == 0 {
            continue;
        }
        total += value;
        seen.push(value);
    }
    let text = match total % 3 {
        0 => String::from("none"),
        1 => {
            let more = wait!(tick(total));
            total += more;
            format!("one {more}")
        }
        _ => name.clone(),
    };
    let last = wait!(tick(seen.len() as u64));
    if seen.iter().any(|value| *value == last) {
        total ^= last;
    }
    let sum: u64 = seen.iter().sum();
    Ok(total + sum + last + text.len() as u64)
}
"#;

const TICK: &str = r"
pub struct Tick(u64, bool);

pub fn tick(n: u64) -> Tick {
    Tick(n, false)
}

impl Tick {
    fn attempt(&mut self) -> std::task::Poll<u64> {
        if std::mem::replace(&mut self.1, true) { std::task::Poll::Ready(self.0) } else { std::task::Poll::Pending }
    }
}
";

/// One of the two programs.
struct Flavour {
    name: &'static str,
    /// Before the functions: how a `Tick` is waited for, and `run`, which takes a boxed function.
    prelude: &'static str,
    function: &'static str,
    /// Around the operation that is waited for.
    wait: [&'static str; 2],
    boxed: &'static str,
}

const FUTURES: Flavour = Flavour {
    name: "futures",
    prelude: r"
use std::{pin::Pin, task::{Context, Poll, Waker}};

impl Future for Tick {
    type Output = u64;
    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<u64> {
        self.attempt()
    }
}

fn run(mut job: Pin<Box<dyn Future<Output = Result<u64, String>>>>) -> u64 {
    let mut cx = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(result) = job.as_mut().poll(&mut cx) {
            return result.unwrap_or(1);
        }
    }
}
",
    function: "pub async fn",
    wait: ["", ".await"],
    boxed: "Box::pin",
};

const TASKS: Flavour = Flavour {
    name: "tasks",
    prelude: r"
use std::task::Poll;
use multitask::{Context, Operation, Task, task, yield_};

impl Operation for Tick {
    type Output = u64;
    type Wait = Self;
    fn begin(self) -> Self {
        self
    }
    fn poll(wait: &mut Self, _: impl FnOnce() -> Self, _: &mut Context<'_>) -> Poll<u64> {
        wait.attempt()
    }
}

fn run(mut job: Box<dyn Task<Output = Result<u64, String>>>) -> u64 {
    let mut cx = Context::detached();
    loop {
        if let Poll::Ready(result) = job.resume(&mut cx) {
            return result.unwrap_or(1);
        }
    }
}
",
    function: "#[task] pub fn",
    wait: ["yield_!(", ")"],
    boxed: "Box::new",
};

impl Flavour {
    /// The program; `edit` is in the first function.
    fn source(&self, functions: usize, edit: usize) -> String {
        let [before, after] = self.wait;
        let mut source = format!("{TICK}{}", self.prelude);
        for n in 0..functions {
            let body = BODY.replace("FUNCTION", self.function).replace("INDEX", &n.to_string());
            for line in body.lines() {
                let wait = line.split_once("wait!(").and_then(|(head, tail)| Some((head, tail.strip_suffix(");")?)));
                let line = match wait {
                    Some((head, operation)) => format!("{head}{before}{operation}{after};"),
                    None => line.to_owned(),
                };
                source.push_str(&line);
                source.push('\n');
            }
        }
        source.push_str("fn main() {\n    let mut sum = 0;\n");
        for n in 0..functions {
            source.push_str(&format!("    sum += run({}(job_{n}({n}, 1000)));\n", self.boxed));
        }
        source.push_str("    println!(\"{sum}\");\n}\n");
        source.replacen("let mut total = start;", &format!("let mut total = start + {edit};"), 1)
    }
}

/// A program, and the time that each step of each round took.
struct Program {
    directory: PathBuf,
    flavour: Flavour,
    functions: usize,
    rounds: Vec<[f64; STEPS.len()]>,
}

const STEPS: [&str; 4] = ["check", "debug", "debug after an edit", "release"];

impl Program {
    /// Writes the program, and compiles what it depends on.
    fn new(directory: &Path, flavour: Flavour, functions: usize) -> Program {
        let directory = directory.join(flavour.name);
        fs::create_dir_all(directory.join("src")).expect("the directory of the build can be written");
        let (name, library) = (flavour.name, env!("CARGO_MANIFEST_DIR"));
        let manifest = format!(
            "[package]\nname = {name:?}\nedition = \"2024\"\n[workspace]\n[dependencies]\nmultitask-rs = {{ path = {library:?} }}\n"
        );
        fs::write(directory.join("Cargo.toml"), manifest).expect("the directory of the build can be written");
        let program = Program { directory, flavour, functions, rounds: Vec::new() };
        program.write(0);
        for command in COMMANDS {
            program.cargo(command);
        }
        program
    }

    fn write(&self, edit: usize) {
        let source = self.flavour.source(self.functions, edit);
        fs::write(self.directory.join("src/main.rs"), source).expect("the directory of the build can be written");
    }

    fn cargo(&self, arguments: &[&str]) -> f64 {
        let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.args(arguments).arg("--quiet").current_dir(&self.directory);
        command.env("CARGO_TARGET_DIR", self.directory.join("target"));
        let start = Instant::now();
        let status = command.status().expect("cargo runs");
        assert!(status.success(), "{} are not compiled", self.flavour.name);
        start.elapsed().as_secs_f64()
    }

    /// One round of all steps, from nothing but the library.
    fn round(&mut self, number: usize) {
        let mut times = [0.0; STEPS.len()];
        for (time, step) in times.iter_mut().zip(STEPS) {
            let command = match step {
                "check" => COMMANDS[0],
                "release" => COMMANDS[2],
                _ => COMMANDS[1],
            };
            if step == "debug after an edit" {
                self.write(number + 1);
            } else {
                let profile = if step == "release" { "release" } else { "dev" };
                self.cargo(&["clean", "--package", self.flavour.name, "--profile", profile]);
            }
            *time = self.cargo(command);
        }
        self.rounds.push(times);
    }
}

const COMMANDS: [&[&str]; 3] = [&["check"], &["build"], &["build", "--release"]];

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<_> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn main() {
    // Cargo hands `--bench` to a bench.
    let mut numbers = env::args().skip(1).filter_map(|argument| argument.parse().ok());
    let rounds = numbers.next().unwrap_or(3);
    let functions = numbers.next().unwrap_or(200);
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("compile_time");
    let [mut futures, mut tasks] = [FUTURES, TASKS].map(|flavour| Program::new(&directory, flavour, functions));
    for number in 0..rounds {
        futures.round(number);
        tasks.round(number);
    }
    println!("{functions} functions         async fn    #[task]   ratio");
    for (index, step) in STEPS.iter().enumerate() {
        let of = |program: &Program| median(program.rounds.iter().map(|times| times[index]));
        let ratios = futures.rounds.iter().zip(&tasks.rounds).map(|(futures, tasks)| tasks[index] / futures[index]);
        println!("{step:<20} {:>10.2} {:>10.2} {:>7.2}", of(&futures), of(&tasks), median(ratios));
    }
}
