//! What a resume of the innermost of so many nested calls costs.

mod hand;
mod nested;
mod ours;
mod stackful;

use peers::{Sample, Table, Workload, grouped};

use crate::programs::Program;

/// The innermost of so many nested calls is resumed so many times.
#[derive(Clone, Copy)]
struct Load {
    depth: u64,
    resumes: u64,
}

/// What the innermost call does in each of its turns.
#[inline]
fn work(sum: u64, turn: u64) -> u64 {
    sum.wrapping_mul(3).wrapping_add(turn)
}

/// Times the resumes but for the first, which makes the calls, and the last, which returns from all of them.
fn time(load: Load, mut resume: impl FnMut() -> Option<u64>) -> Sample {
    let mut until_end = |resumes| (0..resumes).find_map(|_| resume());
    assert_eq!(until_end(1), None);
    let mut sample = peers::time(load.resumes, || u64::from(until_end(load.resumes).is_some()));
    assert_eq!(sample.sum, 0, "the last resume is still to come");
    sample.sum = until_end(1).expect("that was the last turn");
    sample
}

pub(crate) fn measure(table: &mut Table) {
    let python = Program::python(include_str!("depth.py"));
    for depth in [10, 100, 1_000, 10_000, 100_000, 1_000_000] {
        let flat = Load { depth, resumes: 1_000_000 };
        let mut workload = Workload::new("resume", format!("depth {}", grouped(depth)), "ns per resume")
            .floor(|| hand::frames(flat))
            .peer("corosensei", || stackful::corosensei(flat));
        // More takes more of the program's own stack than there is, and each resume as long.
        if depth <= 10_000 {
            let nested = Load { depth, resumes: 5_000_000 / depth };
            workload = workload
                .peer("boxed async fn", move || nested::futures(nested))
                .peer("boxed async fn on tokio", move || nested::tokio(nested));
        }
        if depth <= 1_000 {
            workload = workload
                .perhaps("Python yield from", python.runs("generators", depth))
                .perhaps("Python asyncio", python.runs("asyncio", depth));
        }
        table.measure(workload.shown("multitask, on a manager", || ours::managed(flat)).ours(|| ours::resumed(flat)));
    }
}
