//! Fault injection: the poller and the sockets of a system in memory, in which everything goes wrong that may.
//!
//! A server and its clients run on it, a great many times, each time with other faults at other places. Every byte must
//! come back, nobody must be stuck, and nothing must be left. The seed of a run says all about it:
//!
//!     MULTITASK_FAULT_RUNS=10000 cargo test -p multitask-core --lib simulated
//!     MULTITASK_FAULT_SEED=1234 cargo test -p multitask-core --lib simulated
//!
//! In place of the real system there is this one below [`Io`](crate::io::registered::Io), so all that is above it is what
//! every program uses.

mod kernel;
mod poller;
mod program;
mod random;
mod sockets;

use core::{cell::RefCell, time::Duration};
use std::{
    env,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    rc::Rc,
};

use mio::Token;

use self::{
    kernel::{FAULTS, Kernel},
    sockets::System,
};
use crate::{TaskManager, io::source::Noticed};

const RUNS: u64 = 300;

/// What stands for the system's poller.
pub(crate) struct Simulated(System);

impl Simulated {
    pub(crate) fn wait(&self, limit: Option<Duration>) -> Vec<(Token, Noticed)> {
        self.0.borrow_mut().wait(limit)
    }
}

/// One run of the program: how often each fault happened.
fn run(seed: u64) -> [usize; FAULTS] {
    let system: System = Rc::new(RefCell::new(Kernel::new(seed)));
    // Time passes when nothing can be done at once.
    let manager = TaskManager::with_virtual_clock();
    manager.shared().poller.borrow_mut().simulate(Simulated(system.clone()));
    program::run(&manager, &system);
    assert!(!manager.has_io_waits(), "a wait is left");
    assert!(!manager.has_timeouts(), "a timer is left");
    drop(manager);
    let kernel = system.borrow();
    assert_eq!(kernel.open_descriptors(), 0, "a descriptor is left open");
    kernel.counts
}

fn number(variable: &str) -> Option<u64> {
    env::var(variable).ok().map(|value| value.parse().unwrap_or_else(|_| panic!("{variable} is a number")))
}

#[test]
#[cfg_attr(miri, ignore = "Miri has no poller")]
fn every_byte_comes_back_whatever_goes_wrong() {
    let only = number("MULTITASK_FAULT_SEED");
    let runs = number("MULTITASK_FAULT_RUNS").unwrap_or(RUNS);
    let mut counts = [0; FAULTS];
    for seed in only.map_or(0..runs, |seed| seed..seed + 1) {
        match catch_unwind(AssertUnwindSafe(|| run(seed))) {
            Ok(of_run) => counts.iter_mut().zip(of_run).for_each(|(all, of_run)| *all += of_run),
            Err(payload) => {
                eprintln!("MULTITASK_FAULT_SEED={seed} makes it fail");
                resume_unwind(payload)
            }
        }
    }
    println!("{counts:?}");
    assert!(only.is_some() || runs < RUNS || counts.iter().all(|count| *count > 0), "not every fault: {counts:?}");
}

#[test]
#[cfg_attr(miri, ignore = "Miri has no poller")]
fn a_run_is_the_same_each_time() {
    assert_eq!(run(7), run(7));
}
