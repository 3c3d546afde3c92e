//! What an item costs that goes from task to task through a queue.

mod channels;
mod hand;
mod ours;
mod programs;

use peers::{Sample, Table, Workload};

use self::{
    channels::{AsyncChannel, Channel, Flume, Kanal, LocalChannel, TokioMpsc},
    programs::{LocalPool, Tokio},
};

/// Round trips, and items altogether.
const ITEMS: u64 = 400_000;
const PRODUCERS: u64 = 8;
const CAPACITY: usize = 64;

type Run = fn() -> Sample;

/// A workload on each channel with the executor where it is fastest, and on tokio.
fn workload(variant: &'static str, hand: Run, ours: Run, on_pool: [Run; 5], on_tokio: [Run; 5]) -> Workload<'static> {
    let names = [AsyncChannel::NAME, Flume::NAME, Kanal::NAME, TokioMpsc::NAME];
    let mut workload = Workload::new("queues", variant, "ns per item").floor(hand);
    for (runs, executor) in [(on_pool, "LocalPool"), (on_tokio, "tokio")] {
        for (run, name) in runs.into_iter().zip(names) {
            workload = workload.peer(format!("{name} on {executor}"), run);
        }
        // It has no capacity, so nobody waits to put.
        workload = workload.shown(format!("{} on {executor}", LocalChannel::NAME), runs[4]);
    }
    workload.ours(ours)
}

pub(crate) fn measure(table: &mut Table) {
    macro_rules! on_all_channels {
        ($program:ident, $executor:ident) => {
            [
                programs::$program::<AsyncChannel, $executor>,
                programs::$program::<Flume, $executor>,
                programs::$program::<Kanal, $executor>,
                programs::$program::<TokioMpsc, $executor>,
                programs::$program::<LocalChannel, $executor>,
            ]
        };
    }
    table.measure(workload(
        "ping-pong, capacity 1",
        hand::ping_pong,
        ours::ping_pong,
        on_all_channels!(ping_pong, LocalPool),
        on_all_channels!(ping_pong, Tokio),
    ));
    table.measure(workload(
        "8 producers, 1 consumer, capacity 64",
        hand::fan_in,
        ours::fan_in,
        on_all_channels!(fan_in, LocalPool),
        on_all_channels!(fan_in, Tokio),
    ));
}
