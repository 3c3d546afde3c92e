//! What a switch costs: tasks that give way to one another, so many times altogether.

mod executors;
mod hand;
mod ours;
mod stackful;

use peers::{Table, Workload, grouped};

use crate::programs::Program;

/// Of all tasks together, or more if that is not [`TURNS`] for each.
const RESUMES: u64 = 1_000_000;

/// So many turns a task has at least: with fewer, what is measured would be how it is begun and ended.
const TURNS: u64 = 100;

/// So many tasks, which give way so many times each.
#[derive(Clone, Copy)]
struct Load {
    tasks: u64,
    turns: u64,
}

impl Load {
    fn of(tasks: u64) -> Self {
        Load { tasks, turns: (RESUMES / tasks).max(TURNS) }
    }

    fn resumes(self) -> u64 {
        self.tasks * self.turns
    }
}

/// What a task does in each of its turns.
#[inline]
fn work(sum: u64, turn: u64) -> u64 {
    sum.wrapping_mul(3).wrapping_add(turn)
}

pub(crate) fn measure(table: &mut Table) {
    let go = Program::go();
    for tasks in [1, 2, 1_000, 100_000] {
        let load = Load::of(tasks);
        let variant = format!("{} {}", grouped(tasks), if tasks == 1 { "task" } else { "tasks" });
        let mut workload = Workload::new("switch", variant, "ns per resume")
            .floor(|| hand::enums(load))
            .shown("hand, boxed closures", || hand::closures(load))
            // It cannot wait for anything.
            .shown("boxed futures, no waker", || executors::ring(load))
            .peer("tokio", || executors::tokio(load))
            .peer("tokio, waking itself", || executors::tokio_waking(load))
            .peer("async-executor", || executors::async_executor(load))
            .peer("futures LocalPool", || executors::local_pool(load))
            .peer("monoio", || executors::monoio(load))
            .perhaps("Go", go.runs(format!("switch-{tasks}"), load.resumes()));
        // A stack for each of more tasks is more than the system gives.
        if tasks <= 1_000 {
            workload = workload.peer("corosensei", || stackful::corosensei(load)).peer("may", || stackful::may(load));
        }
        table.measure(workload.shown("multitask, Task by hand", || ours::by_hand(load)).ours(|| ours::tasks(load)));
    }
}
