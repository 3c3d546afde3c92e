//! What an item costs that goes from task to task through a queue.

mod channels;
mod hand;
mod ours;
mod programs;
mod smart;

use peers::{Sample, Table, Workload};

use self::{
    channels::{AsyncChannel, Channel, Flume, Kanal, LocalChannel, TokioMpsc},
    programs::{LocalPool, Monoio, Tokio},
};
use crate::programs::Program;

/// Round trips, and items altogether.
const ITEMS: u64 = 400_000;
const PRODUCERS: u64 = 8;
const CAPACITY: usize = 64;

type Run = fn() -> Sample;

/// A workload on each channel, with several executors: most of its time is theirs.
fn workload(variant: &'static str, hand: Run, ours: Run, executors: [(&str, [Run; 5]); 3]) -> Workload<'static> {
    let names = [AsyncChannel::NAME, Flume::NAME, Kanal::NAME, TokioMpsc::NAME];
    let mut workload = Workload::new("queues", variant, "ns per item").floor(hand);
    for (executor, [bounded @ .., unbounded]) in executors {
        for (run, name) in bounded.into_iter().zip(names) {
            workload = workload.peer(format!("{name} on {executor}"), run);
        }
        // It has no capacity, so nobody waits to put.
        workload = workload.shown(format!("{} on {executor}", LocalChannel::NAME), unbounded);
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
    macro_rules! on_all_executors {
        ($program:ident) => {
            [
                ("LocalPool", on_all_channels!($program, LocalPool)),
                ("monoio", on_all_channels!($program, Monoio)),
                ("tokio", on_all_channels!($program, Tokio)),
            ]
        };
    }
    let go = Program::go();
    let python = Program::python(include_str!("queues.py"));
    let executors = on_all_executors!(ping_pong);
    let ping_pong = workload("ping-pong, capacity 1", hand::ping_pong, ours::ping_pong, executors);
    table.measure(
        ping_pong
            .perhaps("Go", go.runs("ping_pong", ITEMS))
            .perhaps("Python asyncio", python.runs("ping_pong", ITEMS / 40))
            .shown("multitask, SmartQueue", smart::ping_pong),
    );
    let executors = on_all_executors!(fan_in);
    let fan_in = workload("8 producers, 1 consumer, capacity 64", hand::fan_in, ours::fan_in, executors);
    table.measure(
        fan_in.perhaps("Go", go.runs("fan_in", ITEMS)).perhaps("Python asyncio", python.runs("fan_in", ITEMS / 40)),
    );
}
