//! Machines in a vector, and what knows who waits.

use std::{collections::VecDeque, hint::black_box};

use super::{Measure, TASKS, Wait};

/// What each kind of task keeps.
enum Machine {
    Pending(u64),
}

pub(super) fn machines(wait: Wait, measure: Measure<'_>) {
    let machines: Vec<_> = (0..TASKS).map(Machine::Pending).collect();
    // A timer is its tick and the number of its machine; a waiter the number alone.
    let mut timers: Vec<Vec<(u64, u32)>> = vec![Vec::new(); 64];
    let mut waiters: VecDeque<u32> = VecDeque::new();
    for (number, Machine::Pending(count)) in machines.iter().enumerate() {
        match wait {
            Wait::Nothing => {}
            Wait::Timer => timers[number % 64].push((*count, number as u32)),
            Wait::Queue => waiters.push_back(number as u32),
        }
    }
    measure();
    black_box((machines, timers, waiters));
}
