//! Rings of machines, and nothing else.

use std::{collections::VecDeque, hint::black_box};

use peers::{Sample, time};

use super::{Load, work};

/// The state of a task.
enum Machine {
    Start { turns: u64 },
    Waiting { turn: u64, turns: u64, sum: u64 },
}

impl Machine {
    /// What it came to, when it has ended.
    fn resume(&mut self) -> Option<u64> {
        let (turn, turns, sum) = match *self {
            Machine::Start { turns } => (0, turns, 0),
            Machine::Waiting { turn, turns, sum } => (turn + 1, turns, work(sum, turn)),
        };
        if turn == turns {
            return Some(sum);
        }
        *self = Machine::Waiting { turn, turns, sum };
        None
    }
}

/// Resumes the machines in turns until all have ended.
fn turns<M>(mut ring: VecDeque<M>, mut resume: impl FnMut(&mut M) -> Option<u64>) -> u64 {
    let mut total = 0u64;
    while let Some(mut machine) = ring.pop_front() {
        match resume(&mut machine) {
            Some(sum) => total = total.wrapping_add(sum),
            None => ring.push_back(machine),
        }
    }
    total
}

/// What one writes if there is one kind of task.
pub(super) fn enums(load: Load) -> Sample {
    let ring = (0..load.tasks).map(|_| Machine::Start { turns: black_box(load.turns) }).collect();
    time(load.resumes(), || turns(ring, Machine::resume))
}

/// What one writes if there are several.
pub(super) fn closures(load: Load) -> Sample {
    let closure = |_| -> Box<dyn FnMut() -> Option<u64>> {
        let mut machine = Machine::Start { turns: black_box(load.turns) };
        Box::new(move || machine.resume())
    };
    let ring = (0..load.tasks).map(closure).collect();
    time(load.resumes(), || turns(ring, |closure: &mut Box<dyn FnMut() -> Option<u64>>| closure()))
}
