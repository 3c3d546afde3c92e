//! The loop: turns, and those that run inside of others.

use core::{mem, time::Duration};
use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    rc::Rc,
};

use super::{
    Shared,
    pace::{Pace, is_reached},
};
use crate::{
    Context,
    handle::{Added, Chunk, Resumed},
    local::Entered,
    ready::{Next, Progress},
    slab::Key,
    store::Home,
};

/// So many tasks are woken by timers at a look, of which as many follow as are needed: what was fetched of a task is then
/// still in the processor's cache when it runs. It is no less than the resumes between two looks, so that timers are not
/// late for it.
const TIMERS_AT_ONCE: u32 = Pace::MOST_BETWEEN;

/// The task of a `block_on`.
pub(super) struct Root<'r> {
    pub(super) key: Key,
    /// True when the task has finished.
    pub(super) resume: &'r mut dyn FnMut(&mut Context<'_>) -> bool,
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

/// Turns that follow one another. Positions are those of the queue's [`Progress`].
#[derive(Clone, Copy)]
struct Turns {
    /// How many will have been taken out of the queue when the turn that is under way is over.
    end: u32,
    /// When so many have been taken out, it is not just the next turn that follows.
    due: u32,
    /// Whether other turns may follow.
    several: bool,
    has_root: bool,
}

/// A loop of a manager. There are several when tasks call loops themselves.
pub(super) struct Loop {
    shared: Rc<Shared>,
    pace: Pace,
    /// Tasks that were woken, but are for a loop further out to resume: they are running there, or roots of it.
    deferred: Vec<Key>,
    _entered: Entered,
}

impl Loop {
    pub(super) fn new(shared: &Rc<Shared>) -> Self {
        let pace = Pace::new(shared.tasks().progress().taken, shared.clock.now());
        Loop { shared: shared.clone(), pace, deferred: Vec::new(), _entered: Entered::new(shared) }
    }

    /// Turns, each of which runs what is runnable, until it is time to look at I/O and timers, or to wait for them. A
    /// `run` that is to return comes back after one.
    pub(super) fn turn(&mut self, root: &mut Option<Root<'_>>) -> io::Result<Turn> {
        if self.run_turns(true, root) {
            return Ok(Turn::RootFinished);
        }
        if self.shared.has_runnable() {
            if self.pace.is_due(self.resumes()) && self.shared.is_worth_a_look() {
                let now = self.shared.look(None, TIMERS_AT_ONCE)?;
                self.pace.looked(self.resumes(), now);
            }
        } else if self.shared.is_waited_for() {
            // A `run` that is to return does not wait; a root goes on.
            let limit = (root.is_none() && self.shared.is_interrupted()).then_some(Duration::ZERO);
            let now = self.shared.look(limit, TIMERS_AT_ONCE)?;
            self.pace.restart(self.resumes(), now);
        } else {
            // What another thread has asked for until now is done.
            self.shared.read_letters();
            return Ok(if self.shared.has_runnable() { Turn::More } else { Turn::Idle });
        }
        Ok(Turn::More)
    }

    /// How many have been taken out of the queue until now.
    fn resumes(&self) -> u32 {
        self.shared.tasks().progress().taken
    }

    /// Resumes the tasks that are in the queue now, once each.
    pub(super) fn run_batch(&mut self) {
        self.run_turns(false, &mut None);
    }

    /// A turn, and others after it if there may be `several`. True as soon as the root has finished.
    fn run_turns(&mut self, several: bool, root: &mut Option<Root<'_>>) -> bool {
        let shared = self.shared.clone();
        let Progress { put, taken } = shared.tasks().progress();
        let due = if several { self.pace.due() } else { taken };
        let mut turns = Turns { end: put, due, several, has_root: root.is_some() };
        let mut cx = Context::of(&shared, Key::ABSENT);
        loop {
            // Around many resumes, since it costs as much as a small one.
            let caught = catch_unwind(AssertUnwindSafe(|| self.resume_tasks(&mut turns, root, &mut cx)));
            let payload = match caught {
                Ok(root_has_finished) => return root_has_finished,
                Err(payload) => payload,
            };
            let (_, running) = cx.running();
            let added = shared.tasks().get(running);
            // The panic of the root goes through.
            let Some(added) = added else { resume_unwind(payload) };
            added.panicked(payload);
            self.ended(running, &added, &mut turns);
        }
    }

    /// The same until a task panics, of which the context is then.
    #[inline]
    fn resume_tasks(&mut self, turns: &mut Turns, root: &mut Option<Root<'_>>, cx: &mut Context<'_>) -> bool {
        let shared = self.shared.clone();
        // The chunk of the latest task that was added. While that waits, its number is that of no other chunk.
        let (mut number, mut latest) = (Home::NONE.number(), None::<Rc<Chunk>>);
        loop {
            let mut tasks = shared.tasks_at_once();
            let Progress { put, taken } = tasks.progress();
            // A loop inside one of its tasks may have run more than the rest of the turn.
            if is_reached(turns.end, taken) {
                let goes_on = !is_reached(turns.due, taken) && !shared.is_interrupted() || self.goes_on(turns, taken);
                if !goes_on || put == taken {
                    return false;
                }
                turns.end = put;
            }
            let Next::Run(key, home) = tasks.next() else { continue };
            if home.number() != number {
                (number, latest) = (home.number(), tasks.store.chunk(home));
            }
            // Nothing is borrowed while the task runs.
            drop(tasks);
            let Some(chunk) = &latest else {
                if self.resume_root(key, root, cx) {
                    return true;
                }
                continue;
            };
            cx.hand_to(key);
            let resumed = chunk.resume(home.place(), cx);
            if resumed != Resumed::Waiting
                && let Some(chunk) = latest.take()
            {
                number = Home::NONE.number();
                self.waits_not(resumed, key, Added { chunk, place: home.place() }, turns);
            }
        }
    }

    #[inline(never)]
    fn waits_not(&mut self, resumed: Resumed, key: Key, task: Added, turns: &mut Turns) {
        match resumed {
            Resumed::Waiting => {}
            Resumed::Finished => self.ended(key, &task, turns),
            Resumed::Running => self.deferred.push(key),
        }
    }

    /// Resumes the task of a `block_on`, if that is the one of this loop. True when it has finished.
    #[inline]
    fn resume_root(&mut self, key: Key, root: &mut Option<Root<'_>>, cx: &mut Context<'_>) -> bool {
        match root {
            Some(root) if root.key == key => {
                cx.hand_to(key);
                (root.resume)(cx)
            }
            _ => {
                self.deferred.push(key);
                false
            }
        }
    }

    /// Lets go of a task that has ended.
    #[inline]
    fn ended(&mut self, key: Key, task: &Added, turns: &mut Turns) {
        self.shared.forget_added(key, task);
        if !turns.has_root && self.shared.has_pending_failure() {
            // The others do not even finish their turn.
            let resumes = self.resumes();
            *turns = Turns { end: resumes, due: resumes, several: false, ..*turns };
        }
    }

    /// Whether a turn may follow another one at once, where that is not plain.
    #[inline(never)]
    fn goes_on(&mut self, turns: &mut Turns, resumes: u32) -> bool {
        if !turns.several || !turns.has_root && self.shared.is_interrupted() {
            return false;
        }
        if self.pace.is_due(resumes) {
            if self.shared.is_worth_a_look() {
                return false;
            }
            self.pace.postpone(resumes);
            turns.due = self.pace.due();
        }
        true
    }

    /// Looks at I/O and timers, and waits for them at most for `limit`; tasks of loops further out count as runnable.
    pub(super) fn look(&mut self, limit: Option<Duration>) -> io::Result<()> {
        self.give_back_deferred();
        if self.shared.is_worth_a_look() {
            // Without anything that could end a wait there is none.
            let limit = if self.shared.is_waited_for() { limit } else { Some(Duration::ZERO) };
            self.shared.look(limit, u32::MAX)?;
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
