//! `cargo run -p oracle-fuzz --release -- --programs 20000 --seed 7`

use std::{
    io,
    process::ExitCode,
    time::{SystemTime, UNIX_EPOCH},
};

use oracle_fuzz::{batch::Source, campaign::Campaign, generate, shrink};

const USAGE: &str = "\
oracle-fuzz: random programs, as tasks and as futures
  --programs N    how many programs (500)
  --seed S        what they follow from (the time)
  --shrinks N     how many findings are made smaller (3)
  --edition E     2021 or 2024 (2024)
  --strict        a refusal in other words than ours is a finding
  --show P        shows the program P, and does nothing else";

fn main() -> io::Result<ExitCode> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let value = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name)?;
        arguments.get(at + 1).cloned()
    };
    let number = |name: &str| value(name).and_then(|value| value.parse::<u64>().ok());
    if arguments.iter().any(|argument| argument == "--help") {
        println!("{USAGE}");
        return Ok(ExitCode::SUCCESS);
    }
    if let Some(seed) = number("--show") {
        println!("{}", shrink::formatted(&Source::from(&generate::program(seed))));
        return Ok(ExitCode::SUCCESS);
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("it is later than 1970");
    let campaign = Campaign {
        programs: number("--programs").unwrap_or(500),
        seed: number("--seed").unwrap_or(now.as_nanos() as u64),
        shrinks: number("--shrinks").unwrap_or(3) as usize,
        strict: arguments.iter().any(|argument| argument == "--strict"),
        edition: if number("--edition") == Some(2021) { "2021" } else { "2024" },
    };
    println!("seed {}", campaign.seed);
    let outcome = campaign.run(&mut |text| println!("{text}"))?;
    println!("{outcome}");
    println!("{} findings", outcome.findings());
    Ok(if outcome.findings() == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
