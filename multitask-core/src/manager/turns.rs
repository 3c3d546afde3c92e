//! The loop: turns, and those that run inside of others.

use core::{mem, time::Duration};
use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    rc::Rc,
};

use super::{Schedule, Shared, pace::Pace, schedule::Kind};
use crate::{
    Context,
    handle::{Chunk, Resumed},
    local::Entered,
    slab::Key,
    store::Home,
};

/// So many tasks are woken by timers at a look, of which as many follow as are needed: what was fetched of a task is then
/// still in the processor's cache when it runs. It is no less than the resumes between two looks, so that timers are not
/// late for it.
const TIMERS_AT_ONCE: u64 = Pace::MOST_BETWEEN;

/// The task of a `block_on`.
pub(super) struct Root<'r> {
    pub(super) key: Key,
    /// Resumes it until another task is next: evaluates to where that is, or to none when the task has finished.
    pub(super) resume: &'r mut dyn FnMut(&mut Context<'_>, &mut Schedule) -> Option<Home>,
}

/// The place of a root among the tasks, given up when the `block_on` ends, also by a panic.
pub(super) struct OnStack<'a> {
    shared: &'a Shared,
    pub(super) key: Key,
}

impl<'a> OnStack<'a> {
    pub(super) fn new(shared: &'a Shared) -> Self {
        OnStack { shared, key: shared.tasks().insert(Home::NONE) }
    }
}

impl Drop for OnStack<'_> {
    fn drop(&mut self) {
        let _on_stack = self.shared.tasks().remove(self.key);
    }
}

/// What a turn has come to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Turn {
    More,
    Idle,
    RootFinished,
}

/// A loop of a manager. There are several when tasks call loops themselves.
pub(super) struct Loop {
    shared: Rc<Shared>,
    schedule: Schedule,
    /// Tasks that were woken, but are for a loop further out to resume: they are running there, or roots of it.
    deferred: Vec<Key>,
    _entered: Entered,
}

impl Loop {
    pub(super) fn new(shared: &Rc<Shared>) -> Self {
        let schedule = Schedule::new(shared);
        Loop { shared: shared.clone(), schedule, deferred: Vec::new(), _entered: Entered::new(shared) }
    }

    /// Turns, each of which runs what is runnable, until it is time to look at I/O and timers, or to wait for them. A
    /// `run` that is to return comes back after one.
    pub(super) fn turn(&mut self, root: &mut Option<Root<'_>>) -> io::Result<Turn> {
        if self.run_turns(true, root) {
            return Ok(Turn::RootFinished);
        }
        if self.shared.has_runnable() {
            if self.schedule.pace.is_due(self.resumes()) && self.shared.is_worth_a_look() {
                let now = self.shared.look(None, TIMERS_AT_ONCE)?;
                self.schedule.pace.looked(self.resumes(), now);
            }
        } else if self.shared.is_waited_for() {
            // A `run` that is to return does not wait; a root goes on.
            let limit = (root.is_none() && self.shared.is_interrupted()).then_some(Duration::ZERO);
            let now = self.shared.look(limit, TIMERS_AT_ONCE)?;
            self.schedule.pace.restart(self.resumes(), now);
        } else {
            // What another thread has asked for until now is done.
            self.shared.read_letters();
            return Ok(if self.shared.has_runnable() { Turn::More } else { Turn::Idle });
        }
        Ok(Turn::More)
    }

    /// How many have been taken out of the queue until now.
    fn resumes(&self) -> u64 {
        self.shared.tasks().turn.taken()
    }

    /// Resumes the tasks that are in the queue now, once each.
    pub(super) fn run_batch(&mut self) {
        self.run_turns(false, &mut None);
    }

    /// A turn, and others after it if there may be `several`. True as soon as the root has finished.
    fn run_turns(&mut self, several: bool, root: &mut Option<Root<'_>>) -> bool {
        let shared = self.shared.clone();
        self.schedule.begin(Kind { several, has_root: root.is_some() });
        let mut cx = Context::of(&shared, Key::ABSENT);
        loop {
            // Around many resumes, since it costs as much as a small one.
            let caught = catch_unwind(AssertUnwindSafe(|| self.resume_tasks(root, &mut cx)));
            let payload = match caught {
                Ok(root_has_finished) => return root_has_finished,
                Err(payload) => payload,
            };
            let (_, running) = cx.running();
            let added = shared.tasks().get(running);
            // The panic of the root goes through.
            let Some(added) = added else { resume_unwind(payload) };
            added.panicked(payload);
            self.ended(added.chunk, &mut cx);
        }
    }

    /// The same until a task panics, of which the context is then.
    #[inline]
    fn resume_tasks(&mut self, root: &mut Option<Root<'_>>, cx: &mut Context<'_>) -> bool {
        let mut home = self.schedule.next(cx);
        while home != Home::NOWHERE {
            // In a statement of its own, since nothing is borrowed while a task runs.
            let chunk = self.shared.tasks().store.chunk(home);
            let resumed = match &chunk {
                Some(chunk) => chunk.resume(home, cx, &mut self.schedule),
                None => match root {
                    Some(root) if cx.is_of(root.key) => match (root.resume)(cx, &mut self.schedule) {
                        Some(next) => Resumed::Waiting(next),
                        None => return true,
                    },
                    _ => Resumed::Running,
                },
            };
            home = match resumed {
                Resumed::Waiting(next) => next,
                Resumed::Finished => {
                    chunk.into_iter().for_each(|chunk| self.ended(chunk, cx));
                    self.schedule.next(cx)
                }
                Resumed::Running => {
                    self.deferred.push(cx.running().1);
                    self.schedule.next(cx)
                }
            };
        }
        false
    }

    /// Lets go of the task that has the context, which has ended; it lay in that chunk.
    #[inline(never)]
    fn ended(&mut self, chunk: Rc<Chunk>, cx: &mut Context<'_>) {
        let (_, key) = cx.running();
        cx.hand_to_nobody();
        self.shared.forget_in(chunk, key);
        self.schedule.stop_at_failure();
    }

    /// Looks at I/O and timers, and waits for them at most for `limit`; tasks of loops further out count as runnable.
    pub(super) fn look(&mut self, limit: Option<Duration>) -> io::Result<()> {
        self.give_back_deferred();
        if self.shared.is_worth_a_look() {
            // Without anything that could end a wait there is none.
            let limit = if self.shared.is_waited_for() { limit } else { Some(Duration::ZERO) };
            self.shared.look(limit, u64::MAX)?;
        }
        Ok(())
    }

    fn give_back_deferred(&mut self) {
        for key in mem::take(&mut self.deferred) {
            self.shared.wake(key);
        }
    }
}

impl Drop for Loop {
    fn drop(&mut self) {
        self.give_back_deferred();
    }
}
