//! How much memory a task takes that waits: for nothing, for a timer, or for a queue.
//!
//! Each figure comes from a process of its own, this program with other arguments: it makes so many tasks, has them
//! begin to wait, and prints by how much its resident memory has grown for each.

mod hand;
mod ours;
mod runtimes;

use std::{
    env,
    process::{Command, ExitCode},
};

use peers::{Missing, Sample, Table, Workload, resident};

use crate::programs::go;

const TASKS: u64 = 1_000_000;

/// What the tasks wait for.
#[derive(Clone, Copy, Debug)]
enum Wait {
    Nothing,
    Timer,
    Queue,
}

/// Makes the tasks, and measures when all of them wait.
type Probe = fn(Wait, Measure<'_>);

/// To be called when all tasks wait.
type Measure<'a> = &'a mut dyn FnMut();

const WAITS: [(&str, Wait); 3] = [("pending", Wait::Nothing), ("in a sleep", Wait::Timer), ("on a queue", Wait::Queue)];

const PROBES: [(&str, Probe); 6] = [
    ("hand", hand::machines),
    ("tokio", runtimes::tokio),
    ("async-executor", runtimes::async_executor),
    ("monoio", runtimes::monoio),
    ("FuturesUnordered", runtimes::unordered),
    ("multitask", ours::tasks),
];

/// The argument that makes this program measure memory.
pub(crate) const PROBE: &str = "--probe-memory";

/// Measures what the arguments say, and prints the bytes for each task.
pub(crate) fn probe(arguments: &[String]) -> ExitCode {
    let [peer, wait] = arguments else { return ExitCode::FAILURE };
    let probe = PROBES.iter().find(|probe| probe.0 == peer);
    let wait = WAITS.iter().find(|known| known.0 == wait);
    let (Some((_, probe)), Some((_, wait))) = (probe, wait) else { return ExitCode::FAILURE };
    let before = resident("self");
    let mut measure = || match (before, resident("self")) {
        (Some(before), Some(after)) => println!("{}", after.saturating_sub(before)),
        _ => println!("unknown"),
    };
    probe(*wait, &mut measure);
    ExitCode::SUCCESS
}

/// What a process prints that was started for it.
fn measured(command: &mut Command, tasks: u64) -> Result<Sample, Missing> {
    let output = command.output().map_err(|error| Missing::new(error.to_string()))?;
    let answer = String::from_utf8_lossy(&output.stdout);
    let bytes: f64 =
        answer.trim().parse().map_err(|_| Missing::new("the system does not tell how much is resident"))?;
    Ok(Sample { value: bytes / tasks as f64, items: tasks, sum: 0 })
}

fn probed(peer: &str, wait: &str) -> Result<Sample, Missing> {
    let program = env::current_exe().map_err(|error| Missing::new(error.to_string()))?;
    measured(Command::new(program).args([PROBE, peer, wait]), TASKS)
}

/// Fewer, since each has a stack.
fn goroutines(wait: &str) -> Result<Sample, Missing> {
    let tasks = TASKS / 10;
    measured(go()?.args(["memory", wait, &tasks.to_string()]), tasks)
}

/// What measures again, if it can be measured at all.
fn repeated<'a>(run: impl Fn() -> Result<Sample, Missing> + 'a) -> Result<impl FnMut() -> Sample + 'a, Missing> {
    run()?;
    Ok(move || run().expect("it could be measured before"))
}

pub(crate) fn measure(table: &mut Table) {
    for (wait, _) in WAITS {
        let mut workload = Workload::new("memory", wait, "bytes per task");
        for (peer, _) in PROBES {
            workload = match (peer, repeated(move || probed(peer, wait))) {
                ("hand", Ok(run)) => workload.floor(run),
                ("multitask", Ok(run)) => workload.ours(run),
                (_, run) => workload.perhaps(peer, run),
            };
        }
        table.measure_less(workload.perhaps("Go", repeated(move || goroutines(wait))));
    }
}
