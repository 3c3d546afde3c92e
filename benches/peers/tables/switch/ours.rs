//! Tasks of the manager.

use std::{cell::Cell, hint::black_box, rc::Rc, task::Poll};

use multitask::{Context, Task, TaskManager, task, yield_};
use peers::{Sample, time};

use super::{Load, work};

type Total = Rc<Cell<u64>>;

fn add(total: &Total, sum: u64) {
    total.set(total.get().wrapping_add(sum));
}

#[task]
fn spinner(turns: u64, total: Total) {
    let mut sum = 0;
    for turn in 0..turns {
        yield_!();
        sum = work(sum, turn);
    }
    add(&total, sum);
}

/// The same, as one writes it without the macro.
struct Spinner {
    /// None, before the first resume.
    turn: Option<u64>,
    turns: u64,
    sum: u64,
    total: Total,
}

impl Task for Spinner {
    type Output = ();

    fn resume(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let next = match self.turn {
            None => 0,
            Some(turn) => {
                self.sum = work(self.sum, turn);
                turn + 1
            }
        };
        if next == self.turns {
            add(&self.total, self.sum);
            return Poll::Ready(());
        }
        self.turn = Some(next);
        cx.give_way();
        Poll::Pending
    }
}

fn run<T: Task<Output = ()> + 'static>(load: Load, make: impl Fn(u64, Total) -> T) -> Sample {
    let (manager, total) = (TaskManager::new(), Total::default());
    for _ in 0..load.tasks {
        manager.add(make(black_box(load.turns), total.clone()));
    }
    time(load.resumes(), || {
        manager.run().expect("no descriptor is waited for");
        total.get()
    })
}

pub(super) fn tasks(load: Load) -> Sample {
    run(load, spinner)
}

pub(super) fn by_hand(load: Load) -> Sample {
    run(load, |turns, total| Spinner { turn: None, turns, sum: 0, total })
}
