//! A machine in a machine, and a stack of frames.

use std::hint::black_box;

use peers::Sample;

use super::{CALLS, FIBONACCI, FIBONACCI_CALLS, Load, answer, time, work};

enum Child {
    Start(u64),
    Waiting(u64),
}

impl Child {
    fn resume(&mut self, suspended: bool) -> Option<u64> {
        match *self {
            Child::Start(number) if suspended => {
                *self = Child::Waiting(number);
                None
            }
            Child::Start(number) | Child::Waiting(number) => Some(answer(number)),
        }
    }
}

struct Parent {
    load: Load,
    call: u64,
    sum: u64,
    child: Option<Child>,
}

impl Parent {
    fn resume(&mut self) -> Option<u64> {
        while self.call < self.load.calls {
            let call = self.call;
            let child = self.child.get_or_insert_with(|| Child::Start(black_box(call)));
            let answer = child.resume(black_box(self.load.suspended))?;
            self.child = None;
            self.sum = work(self.sum, answer);
            self.call += 1;
        }
        Some(self.sum)
    }
}

pub(super) fn parent(load: Load) -> Sample {
    let mut parent = Parent { load: black_box(load), call: 0, sum: 0, child: None };
    time(CALLS, || parent.resume())
}

/// A call of `fibonacci` that waits for another one.
enum Frame {
    First { n: u64 },
    Second { first: u64 },
}

/// Its calls are frames on one stack, as one writes it where any of them may be suspended.
fn frames(mut n: u64, stack: &mut Vec<Frame>) -> u64 {
    loop {
        while n >= 2 {
            stack.push(Frame::First { n });
            n -= 1;
        }
        let mut result = black_box(n);
        loop {
            match stack.pop() {
                None => return result,
                Some(Frame::First { n: caller }) => {
                    stack.push(Frame::Second { first: result });
                    n = caller - 2;
                    break;
                }
                Some(Frame::Second { first }) => result += first,
            }
        }
    }
}

pub(super) fn fibonacci() -> Sample {
    let mut stack = Vec::new();
    peers::time(FIBONACCI_CALLS, || frames(black_box(FIBONACCI), &mut stack))
}
