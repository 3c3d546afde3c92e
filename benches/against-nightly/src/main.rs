//! What a resume of a generator costs, against the same body as a `gen` block of the nightly compiler.
//!
//!     cargo +nightly run --release --manifest-path benches/against-nightly/Cargo.toml
//!
//! Each body keeps a `[u8; 4096]` while it is suspended: a machine that moves its locals in and out of its state at each
//! resume is 45 times slower here. All are called through `Box<dyn Iterator>`. Each line has the medians of many rounds,
//! in which the variants take turns; the ratio is the median of the rounds' ratios.

#![feature(gen_blocks, yield_expr)]

use std::{hint::black_box, time::Instant};

const ROUNDS: usize = 101;
const ITEMS: usize = 200_000;
const SIZE: usize = 4096;

/// Makes modules of the same functions: in one they are generators of `#[task]`, in the other `gen` blocks.
macro_rules! both_ways {
    ($($(#[$doc:meta])* fn $name:ident() { $($body:tt)* })*) => {
        mod task {
            use multitask::{task, yield_};
            use super::SIZE;
            $($(#[$doc])* #[task(yields = u64)] pub fn $name() { $($body)* })*
        }
        mod nightly {
            use super::{SIZE, yield_in_gen as yield_};
            $($(#[$doc])* pub fn $name() -> impl Iterator<Item = u64> { gen { $($body)* } })*
        }
    };
}

macro_rules! yield_in_gen {
    ($value:expr) => {
        yield $value
    };
}
use yield_in_gen;

both_ways! {
    /// One yield in a loop.
    fn one_yield() {
        let mut table = [0u8; SIZE];
        let mut i = 0usize;
        loop {
            table[i % SIZE] = i as u8;
            yield_!(u64::from(table[(i * 7) % SIZE]));
            i += 1;
        }
    }

    /// Two yields in a loop, one of them in a branch.
    fn two_yields() {
        let mut table = [0u8; SIZE];
        let mut i = 0usize;
        loop {
            table[i % SIZE] = i as u8;
            yield_!(u64::from(table[(i * 7) % SIZE]));
            i += 1;
            if i & 1 == 1 {
                yield_!(i as u64);
            }
        }
    }

    /// A loop over a range in a loop.
    fn nested_loops() {
        let mut table = [0u8; SIZE];
        let mut round = 0u8;
        loop {
            for i in 0..SIZE {
                table[i] = table[(i * 7) % SIZE].wrapping_add(round);
                yield_!(u64::from(table[i]));
            }
            round = round.wrapping_add(1);
        }
    }
}

/// Nanoseconds for an item.
fn time(mut iterator: Box<dyn Iterator<Item = u64>>) -> f64 {
    let start = Instant::now();
    let sum = iterator.by_ref().take(ITEMS).fold(0, u64::wrapping_add);
    black_box(sum);
    start.elapsed().as_secs_f64() * 1e9 / ITEMS as f64
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

type Make = fn() -> Box<dyn Iterator<Item = u64>>;

fn main() {
    let bodies: [(&str, Make, Make); 3] = [
        ("one yield", || Box::new(nightly::one_yield()), || Box::new(task::one_yield())),
        ("two yields", || Box::new(nightly::two_yields()), || Box::new(task::two_yields())),
        ("nested loops", || Box::new(nightly::nested_loops()), || Box::new(task::nested_loops())),
    ];
    for (name, nightly, task) in bodies {
        assert!(nightly().zip(task()).take(100_000).all(|(a, b)| a == b), "{name} yields something else");
        let rounds: Vec<_> = (0..ROUNDS).map(|_| (time(black_box(nightly)()), time(black_box(task)()))).collect();
        let gens = median(rounds.iter().map(|(gens, _)| *gens).collect());
        let tasks = median(rounds.iter().map(|(_, tasks)| *tasks).collect());
        let ratio = median(rounds.iter().map(|(gens, tasks)| tasks / gens).collect());
        println!("{name:<14} gen {gens:5.2} ns   #[task] {tasks:5.2} ns   {ratio:.2}");
    }
}
