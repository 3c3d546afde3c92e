//! What a timer costs beside how many others: read the ratios, which hold within one run.
//!
//!     cargo bench --bench timers
//!
//! So many sleeps are begun by one task, with deadlines at random, and given up in random order; the median of several
//! rounds, in which the amounts take turns. A million timers are set in each round, whatever the amount.

use std::{
    task::Poll,
    time::{Duration, Instant},
};

use multitask::{Context, Operation, Sleep, Task, TaskManager, sleep};

const AMOUNTS: [usize; 4] = [1_000, 10_000, 100_000, 1_000_000];
const TIMERS: usize = 1_000_000;
const ROUNDS: usize = 9;

/// Random numbers that are the same in each run (xorshift).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % limit
    }
}

/// Begins sleeps, and gives all of them up.
struct SetAndCancel {
    sleeps: Vec<Sleep>,
    order: Vec<u32>,
}

impl SetAndCancel {
    fn new(amount: usize) -> Self {
        let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
        let mut order: Vec<u32> = (0..amount as u32).collect();
        for index in (1..amount).rev() {
            order.swap(index, numbers.below(index as u64 + 1) as usize);
        }
        // Between ten minutes and a day.
        let sleeps = (0..amount).map(|_| sleep(Duration::from_millis(600_000 + numbers.below(86_400_000)))).collect();
        SetAndCancel { sleeps, order }
    }
}

impl Task for SetAndCancel {
    type Output = Duration;

    fn resume(&mut self, cx: &mut Context<'_>) -> Poll<Duration> {
        let mut waits: Vec<_> = self.sleeps.drain(..).map(Some).collect();
        let start = Instant::now();
        for wait in waits.iter_mut().flatten() {
            let poll = Sleep::poll(wait, || unreachable!("it is stored"), cx);
            assert!(poll.is_pending());
        }
        for index in &self.order {
            waits[*index as usize] = None;
        }
        Poll::Ready(start.elapsed())
    }
}

/// The time for each of so many timers.
fn round(amount: usize) -> f64 {
    let manager = TaskManager::new();
    let repetitions = TIMERS / amount;
    let total: Duration = (0..repetitions).map(|_| manager.block_on(SetAndCancel::new(amount))).sum();
    total.as_secs_f64() * 1e9 / TIMERS as f64
}

fn main() {
    let mut times = AMOUNTS.map(|_| Vec::new());
    for _ in 0..ROUNDS {
        for (times, amount) in times.iter_mut().zip(AMOUNTS) {
            times.push(round(amount));
        }
    }
    println!("set a timer and cancel it, in random order, each");
    let medians = times.map(|mut times| {
        times.sort_by(f64::total_cmp);
        times[ROUNDS / 2]
    });
    for (amount, median) in AMOUNTS.iter().zip(medians) {
        println!("  {amount:>9} timers               {median:8.2} ns   {:5.2}", median / medians[0]);
    }
}
