//! Calls on a stack of their own.

use std::hint::black_box;

use corosensei::{Coroutine, CoroutineResult, Yielder, stack::DefaultStack};
use peers::Sample;

use super::{Load, time, time_in_ring, work};

/// A call needs less. The system hands out what is touched.
const BYTES_PER_CALL: u64 = 256;

fn deep(yielder: &Yielder<(), ()>, depth: u64, turns: u64) -> u64 {
    if depth > 0 {
        // Otherwise it would be a jump.
        return black_box(deep(yielder, depth - 1, turns));
    }
    let mut sum = 0;
    for turn in 0..turns {
        yielder.suspend(());
        sum = work(sum, turn);
    }
    sum
}

type Call = Coroutine<(), (), u64>;

fn called(load: Load) -> Call {
    let Load { depth, resumes } = black_box(load);
    let bytes = 64 * 1024 + depth * BYTES_PER_CALL;
    let stack = DefaultStack::new(bytes as usize).expect("the system has so much");
    Coroutine::with_stack(stack, move |yielder, ()| deep(yielder, depth, resumes + 1))
}

fn resume(call: &mut Call) -> Option<u64> {
    match call.resume(()) {
        CoroutineResult::Yield(()) => None,
        CoroutineResult::Return(sum) => Some(sum),
    }
}

pub(super) fn resumed(load: Load) -> Sample {
    let mut call = called(load);
    time(load, || resume(&mut call))
}

pub(super) fn scheduled(load: Load) -> Sample {
    time_in_ring(load, called(load), resume)
}
