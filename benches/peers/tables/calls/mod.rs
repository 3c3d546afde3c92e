//! What it costs to call a child: one that returns at once, one that is suspended once, and one that calls itself.

mod futures;
mod hand;
mod ours;

use peers::{Sample, Table, Workload};

const CALLS: u64 = 1_000_000;

/// The number whose Fibonacci number is computed by recursion, and how many calls that takes.
const FIBONACCI: u64 = 25;
const FIBONACCI_CALLS: u64 = 242_785;

/// A parent that makes so many calls.
#[derive(Clone, Copy)]
struct Load {
    calls: u64,
    /// Each child is suspended once.
    suspended: bool,
}

/// What a child returns.
#[inline]
fn answer(number: u64) -> u64 {
    number ^ 1
}

/// What the parent makes of it.
#[inline]
fn work(sum: u64, answer: u64) -> u64 {
    sum.wrapping_mul(3).wrapping_add(answer)
}

/// Resumes what makes so many calls until it has ended.
fn time(calls: u64, mut resume: impl FnMut() -> Option<u64>) -> Sample {
    peers::time(calls, || {
        loop {
            if let Some(sum) = resume() {
                return sum;
            }
        }
    })
}

pub(crate) fn measure(table: &mut Table) {
    for (name, suspended) in [("child call", false), ("child call that yields once", true)] {
        let load = Load { calls: CALLS, suspended };
        let workload = Workload::new("calls", name, "ns per call")
            .floor(|| hand::parent(load))
            .peer("static await", || futures::parent(load))
            .peer("boxed await", || futures::boxing_parent(load))
            .peer("static await on tokio", || futures::parent_on_tokio(load))
            .shown("multitask, on a manager", || ours::managed(load))
            .ours(|| ours::parent(load));
        table.measure(workload);
    }
    let workload = Workload::new("calls", "recursive call", "ns per call")
        .floor(hand::fibonacci)
        .peer("boxed await", futures::fibonacci)
        .ours(ours::fibonacci);
    table.measure(workload);
}
