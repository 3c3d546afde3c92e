//! Whose turn it is.

use std::rc::Rc;

use super::{Shared, pace::Pace};
use crate::{
    Context,
    ready::{Next, Rotated},
    store::Home,
};

/// Turns that follow one another.
pub(crate) struct Schedule {
    shared: Rc<Shared>,
    pub(super) pace: Pace,
    kind: Kind,
    /// Of the turn of a loop further out.
    interrupted: u64,
}

/// What there is to know of turns before they begin.
#[derive(Clone, Copy, Default)]
pub(super) struct Kind {
    /// Whether others may follow.
    pub(super) several: bool,
    /// Whether they are those of a `block_on`, which nothing but its own task interrupts.
    pub(super) has_root: bool,
}

impl Schedule {
    pub(super) fn new(shared: &Rc<Shared>) -> Self {
        let mut tasks = shared.tasks();
        tasks.unlink_running();
        let interrupted = tasks.turn.interrupt();
        let pace = Pace::new(tasks.turn.taken(), shared.clock.now());
        Schedule { shared: shared.clone(), pace, kind: Kind::default(), interrupted }
    }

    /// Begins a turn with the tasks that are in the queue now.
    pub(super) fn begin(&mut self, kind: Kind) {
        self.kind = kind;
        let mut tasks = self.shared.tasks();
        tasks.begin_turn();
        // Whether another one may follow is asked when this one is over.
        tasks.turn.look_up();
    }

    /// Takes the next task out of the queue, and makes the context that of it; evaluates to where it is, or to
    /// [`Home::NOWHERE`] when there is none that is to run. The task that had the context before goes to the end of the
    /// queue if it has given way.
    ///
    /// Once for all types of tasks, since each resumes its own. Nothing in it unwinds while the tasks are borrowed, and no
    /// call comes back: so it saves no registers.
    #[inline(never)]
    pub(crate) fn next(&mut self, cx: &mut Context<'_>) -> Home {
        let mut tasks = self.shared.tasks();
        if cx.gives_way() {
            match tasks.rotate() {
                Rotated::To(key, home) => {
                    cx.hand_to(key);
                    return home;
                }
                Rotated::Alone(home) => {
                    cx.hand_back();
                    return home;
                }
                Rotated::Not => {}
            }
        } else if tasks.goes_on()
            && let Next::Run(key, home) = tasks.next()
        {
            cx.hand_to(key);
            return home;
        }
        drop(tasks);
        self.next_after(cx)
    }

    /// The same as `next`, where the next task is gone, or where it is not plain that another turn follows.
    #[cold]
    #[inline(never)]
    fn next_after(&mut self, cx: &mut Context<'_>) -> Home {
        let gives_way = cx.gives_way();
        let mut tasks = self.shared.tasks();
        if tasks.turn.is_at_end() && (gives_way || tasks.queued() > 0) {
            let due = self.kind.goes_on(&self.shared, &mut self.pace, tasks.turn.taken());
            tasks.turn.follow_until(due.unwrap_or(0));
            if due.is_some() {
                drop(tasks);
                return self.next(cx);
            }
        }
        if gives_way {
            tasks.give_way(cx.place());
        }
        cx.hand_to_nobody();
        while tasks.goes_on() {
            match if gives_way { tasks.next_in_ring() } else { tasks.next() } {
                Next::Run(key, home) => {
                    cx.hand_to(key);
                    return home;
                }
                Next::Gone => {}
                Next::Empty => break,
            }
        }
        Home::NOWHERE
    }

    /// Has no other task run, if a failure is to stop the manager: they do not even finish their turn.
    pub(super) fn stop_at_failure(&mut self) {
        if !self.kind.has_root && self.shared.has_pending_failure() {
            self.shared.tasks().turn.stop();
            self.kind.several = false;
        }
    }
}

impl Drop for Schedule {
    fn drop(&mut self) {
        let mut tasks = self.shared.tasks();
        tasks.unlink_running();
        tasks.turn.resume(self.interrupted);
    }
}

impl Kind {
    /// When it is to be asked again whether another turn may follow at once, if one may now.
    fn goes_on(self, shared: &Shared, pace: &mut Pace, taken: u64) -> Option<u64> {
        if !self.several || !self.has_root && shared.is_interrupted() {
            return None;
        }
        if pace.is_due(taken) {
            if shared.is_worth_a_look() {
                return None;
            }
            pace.postpone(taken);
        }
        Some(pace.due())
    }
}
