//! The instructions of the hot paths, which no noise of the machine reaches, against what they may cost.
//!
//!     cargo bench --profile budgets --bench budgets
//!
//! It needs `valgrind`. Each workload is run as a process of its own under callgrind, once so many times and once twice
//! as many: the difference is what the turns cost, without the start. See `budget.toml`.

mod file;
mod workloads;

use std::{
    env, io,
    process::{Command, ExitCode},
};

use file::{Budget, Budgets};

const TURNS: u32 = 1000;

/// Set for the process that does the work, of the name that it is given, so many times.
const TURNS_OF_WORKLOAD: &str = "MULTITASK_BUDGET_TURNS";

/// How many instructions a process takes that does a workload so many times.
fn instructions(name: &str, turns: u32) -> io::Result<u64> {
    let mut valgrind = Command::new("valgrind");
    valgrind.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]).arg(env::current_exe()?).arg(name);
    let output = valgrind.env(TURNS_OF_WORKLOAD, turns.to_string()).output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    let collected = said.lines().find_map(|line| line.split_once("Collected : "));
    let count = collected.filter(|_| output.status.success()).and_then(|(_, count)| count.trim().parse().ok());
    count.ok_or_else(|| io::Error::other(format!("{name} was not measured: {said}")))
}

/// How many instructions one turn of a workload takes.
fn measure(name: &str) -> io::Result<f64> {
    let [once, twice] = [instructions(name, TURNS)?, instructions(name, 2 * TURNS)?];
    Ok((twice as f64 - once as f64) / f64::from(TURNS))
}

/// What the compiler calls itself.
fn compiler() -> io::Result<String> {
    let output = Command::new(env::var_os("RUSTC").unwrap_or("rustc".into())).arg("--version").output()?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// How a figure compares with what was expected.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Verdict {
    AsExpected,
    Less,
    More,
    New,
}

fn judge(measured: f64, budget: Option<&Budget>, tolerance: f64) -> Verdict {
    let Some(budget) = budget else { return Verdict::New };
    // A single instruction is more than the tolerance where there are few.
    let allowed = (budget.instructions * tolerance / 100.0).max(1.0);
    match measured - budget.instructions {
        more if more > allowed => Verdict::More,
        less if less < -allowed => Verdict::Less,
        _ => Verdict::AsExpected,
    }
}

fn print(name: &str, measured: f64, budget: Option<&Budget>, verdict: Verdict) {
    let expected = budget.map_or(f64::NAN, |budget| budget.instructions);
    let words = match verdict {
        Verdict::AsExpected => String::new(),
        Verdict::Less => format!("{:+.1} %: fewer than the budget", 100.0 * (measured / expected - 1.0)),
        Verdict::More => format!("{:+.1} %: TOO MANY", 100.0 * (measured / expected - 1.0)),
        Verdict::New => "has no budget".to_owned(),
    };
    println!("{name:<26} {expected:>10.1} {measured:>10.1}   {words}");
}

/// Measures all, prints how they compare, and takes them over if there is a reason to; whether none is too much.
fn compare(budgets: &mut Budgets, reason: Option<&str>) -> io::Result<bool> {
    println!("{:<26} {:>10} {:>10}   instructions a turn", "", "budget", "measured");
    let mut all = Vec::new();
    let mut kept = true;
    for (name, _) in workloads::ALL {
        let (measured, budget) = (measure(name)?, budgets.of(name));
        let verdict = judge(measured, budget, budgets.tolerance);
        print(name, measured, budget, verdict);
        kept &= !matches!(verdict, Verdict::More | Verdict::New);
        let new =
            reason.map(|reason| Budget { name: name.to_owned(), instructions: measured, reason: reason.to_owned() });
        all.extend(if verdict == Verdict::AsExpected { budget.cloned() } else { new });
    }
    if reason.is_some() {
        budgets.all = all;
        budgets.compiler = compiler()?;
        budgets.write()?;
        println!("written to budget.toml");
    }
    Ok(kept || reason.is_some())
}

fn main() -> io::Result<ExitCode> {
    // `cargo bench` adds an argument of its own.
    let arguments: Vec<String> = env::args().skip(1).filter(|argument| argument != "--bench").collect();
    if let Ok(turns) = env::var(TURNS_OF_WORKLOAD) {
        let (_, run) = workloads::ALL.iter().find(|(name, _)| *name == arguments[0]).expect("there is such a workload");
        run(turns.parse().map_err(io::Error::other)?);
        return Ok(ExitCode::SUCCESS);
    }
    if Command::new("valgrind").arg("--version").output().is_err() {
        println!("no valgrind: no instructions were counted");
        return Ok(ExitCode::SUCCESS);
    }
    let reason = match &arguments[..] {
        [update, reason] if update == "--update" => Some(reason.as_str()),
        _ => None,
    };
    let mut budgets = Budgets::read()?;
    let compiler = compiler()?;
    let same = compiler == budgets.compiler;
    if !same {
        println!("the budgets are those of {}, and this is {compiler}: it decides nothing", budgets.compiler);
    }
    let kept = compare(&mut budgets, reason)?;
    Ok(if kept || !same { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
