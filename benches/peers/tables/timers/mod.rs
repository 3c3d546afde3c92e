//! What a timer costs: set and cancelled in random order, or set and fired; and what a task that sleeps does.

mod cancelled;
mod fired;
mod heap;
mod sleepers;
mod wheel;

use peers::{Table, Workload, grouped};

use crate::programs::Program;

const TIMERS: u64 = 1_000_000;

/// Random numbers that are the same in each run (xorshift).
struct Numbers(u64);

impl Numbers {
    fn new() -> Numbers {
        Numbers(0x9e37_79b9_7f4a_7c15)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % limit
    }
}

/// A data structure with timers: what one writes by hand.
trait Timers {
    type Key: Copy;

    fn new() -> Self;

    fn insert(&mut self, tick: u64, value: u32) -> Self::Key;

    fn cancel(&mut self, key: Self::Key);

    /// Fires all that are due.
    fn advance(&mut self, now: u64, fire: impl FnMut(u32));
}

pub(crate) fn measure(table: &mut Table) {
    let go = Program::go();
    for together in [1_000, 100_000, TIMERS] {
        let load = cancelled::Load::new(together);
        let workload = Workload::new("insert + cancel", format!("{} together", grouped(together)), "ns per timer")
            .floor(|| cancelled::by_hand::<wheel::Wheel>(&load))
            .peer("BinaryHeap", || cancelled::by_hand::<heap::Heap>(&load))
            .peer("tokio sleep", || cancelled::tokio(&load))
            .peer("tokio DelayQueue", || cancelled::delay_queue(&load))
            .peer("async-io", || cancelled::async_io(&load))
            .perhaps("Go", go.runs(format!("cancelled-{together}"), TIMERS))
            .ours(|| cancelled::tasks(&load));
        table.measure(workload);
    }
    let load = fired::Load::new();
    let workload = Workload::new("insert + fire", format!("{} together", grouped(TIMERS)), "ns per timer")
        .floor(|| fired::by_hand::<wheel::Wheel>(&load))
        .peer("BinaryHeap", || fired::by_hand::<heap::Heap>(&load))
        .peer("tokio sleep", || fired::tokio(&load))
        .peer("tokio DelayQueue", || fired::delay_queue(&load))
        .peer("async-io", || fired::async_io(&load))
        .ours(|| fired::tasks(&load));
    table.measure_less(workload);
    let workload = Workload::new("sleeping tasks", grouped(TIMERS), "ns per task")
        .floor(|| sleepers::by_hand(&load))
        .peer("tokio", || sleepers::tokio(&load))
        .peer("monoio", || sleepers::monoio(&load))
        .peer("async-executor, async-io", || sleepers::smol(&load))
        .ours(|| sleepers::tasks(&load));
    table.measure_less(workload);
}
