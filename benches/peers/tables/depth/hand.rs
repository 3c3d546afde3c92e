//! A stack of frames: what one writes to resume the innermost call alone.

use std::hint::black_box;

use peers::Sample;

use super::{Load, time, time_in_ring, work};

enum Frame {
    /// Waits for what the frame above returns.
    Calling,
    Innermost {
        turn: u64,
        turns: u64,
        sum: u64,
    },
}

struct Stack(Vec<Frame>);

impl Stack {
    fn new(load: Load) -> Stack {
        let mut frames: Vec<_> = (0..load.depth).map(|_| Frame::Calling).collect();
        // The first resume is the first turn.
        frames.push(Frame::Innermost { turn: 0, turns: load.resumes + 1, sum: 0 });
        Stack(frames)
    }

    /// What the outermost call returns, when it does.
    fn resume(&mut self) -> Option<u64> {
        let Frame::Innermost { turn, turns, sum } = self.0.last_mut()? else { unreachable!("it is innermost") };
        if turn < turns {
            *sum = work(*sum, *turn);
            *turn += 1;
            return None;
        }
        let result = *sum;
        self.0.clear();
        Some(result)
    }
}

pub(super) fn resumed(load: Load) -> Sample {
    let mut stack = Stack::new(black_box(load));
    time(load, || stack.resume())
}

pub(super) fn scheduled(load: Load) -> Sample {
    time_in_ring(load, Stack::new(black_box(load)), Stack::resume)
}
