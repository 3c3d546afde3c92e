//! What it costs to spawn a task that has next to nothing to do, and to join it: one by one, or a million at once.

mod executors;
mod hand;
mod ours;

use peers::{Table, Workload, grouped};

use crate::programs::Program;

const TASKS: u64 = 1_000_000;

/// What a task does.
#[inline]
fn work(number: u64) -> u64 {
    number ^ 1
}

pub(crate) fn measure(table: &mut Table) {
    let go = Program::go();
    let python = Program::python(include_str!("spawn.py"));
    let workload = Workload::new("spawn + join", "one by one", "ns per task")
        .floor(hand::one_by_one)
        .shown("hand, boxed closures", hand::closures_one_by_one)
        .peer("tokio", executors::tokio_one_by_one)
        .peer("async-executor", executors::async_executor_one_by_one)
        .peer("monoio", executors::monoio_one_by_one)
        .perhaps("Go", go.runs("one_by_one", TASKS))
        .perhaps("Python asyncio", python.runs("one_by_one", TASKS / 100))
        .ours(ours::one_by_one);
    table.measure(workload);
    let workload = Workload::new("spawn, then join", grouped(TASKS), "ns per task")
        .floor(hand::together)
        .shown("hand, boxed closures", hand::closures_together)
        .peer("tokio", executors::tokio_together)
        .peer("async-executor", executors::async_executor_together)
        .peer("monoio", executors::monoio_together)
        .peer("FuturesUnordered", executors::unordered)
        .perhaps("Go", go.runs("together", TASKS))
        .perhaps("Python asyncio", python.runs("together", TASKS / 100))
        .ours(ours::together);
    table.measure(workload);
}
