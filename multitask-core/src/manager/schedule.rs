//! Whose turn it is.

use std::rc::Rc;

use super::{Shared, pace::Pace};
use crate::{
    Context,
    ready::{Next, Progress},
    store::Home,
};

/// Turns that follow one another. Positions are those of the queue's [`Progress`].
pub(crate) struct Schedule {
    shared: Rc<Shared>,
    pub(super) pace: Pace,
    /// How many will have been taken out of the queue when the turn that is under way is over.
    end: u64,
    /// When so many have been taken out, it is not just the next turn that follows.
    due: u64,
    /// Whether other turns may follow.
    several: bool,
    /// Whether the turns are those of a `block_on`, which nothing but its own task interrupts.
    has_root: bool,
}

impl Schedule {
    pub(super) fn new(shared: &Rc<Shared>) -> Self {
        let taken = shared.tasks().progress().taken;
        let pace = Pace::new(taken, shared.clock.now());
        Schedule { shared: shared.clone(), pace, end: taken, due: taken, several: false, has_root: false }
    }

    /// Begins a turn with the tasks that are in the queue now; others follow if there may be `several`.
    pub(super) fn begin(&mut self, several: bool, has_root: bool) {
        let Progress { put, taken } = self.shared.tasks().progress();
        let due = if several { self.pace.due() } else { taken };
        (self.end, self.due, self.several, self.has_root) = (put, due, several, has_root);
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
        if let Some(index) = cx.who_gives_way() {
            let alone = tasks.give_way(index);
            // Then the turn is over, too, and the next one is its own.
            if alone {
                if tasks.progress().taken < self.due
                    && !self.shared.is_interrupted()
                    && let Some(home) = tasks.take_turn_alone(index)
                {
                    self.end = tasks.progress().put;
                    cx.hand_back();
                    return home;
                }
                tasks.wake_at(index);
            }
        }
        let Progress { put, taken } = tasks.progress();
        // A loop inside one of its tasks may have run more than the rest of the turn.
        let goes_on = taken < self.end || {
            let another = put != taken && taken < self.due && !self.shared.is_interrupted();
            if another {
                self.end = put;
            }
            another
        };
        if goes_on && let Next::Run(key, home) = tasks.next() {
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
        cx.hand_to_nobody();
        let Progress { put, taken } = self.shared.tasks().progress();
        if taken >= self.end {
            if put == taken || !self.goes_on(taken) {
                return Home::NOWHERE;
            }
            self.end = put;
        }
        self.next(cx)
    }

    /// Whether another turn may follow at once.
    fn goes_on(&mut self, taken: u64) -> bool {
        if !self.several || !self.has_root && self.shared.is_interrupted() {
            return false;
        }
        if self.pace.is_due(taken) {
            if self.shared.is_worth_a_look() {
                return false;
            }
            self.pace.postpone(taken);
            self.due = self.pace.due();
        }
        true
    }

    /// Has no other task run, if a failure is to stop the manager: they do not even finish their turn.
    pub(super) fn stop_at_failure(&mut self) {
        if !self.has_root && self.shared.has_pending_failure() {
            let taken = self.shared.tasks().progress().taken;
            (self.end, self.due, self.several) = (taken, taken, false);
        }
    }
}
