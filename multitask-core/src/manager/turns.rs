//! The loop: turns, and those that run inside of others.

use core::{mem, time::Duration};
use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    rc::Rc,
};

use super::{
    pace::Pace,
    shared::{Shared, let_go},
};
use crate::{
    Context,
    handle::{AnyTask, Resumed},
    local::Entered,
    ready::{Body, Next},
    slab::Key,
};

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
        OnStack { shared, key: shared.tasks.borrow_mut().insert(Body::OnStack) }
    }
}

impl Drop for OnStack<'_> {
    fn drop(&mut self) {
        let _on_stack = self.shared.tasks.borrow_mut().remove(self.key);
    }
}

/// What a turn has come to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Turn {
    More,
    Idle,
    RootFinished,
}

/// Turns that follow one another, and what is left of the one that is under way.
#[derive(Clone, Copy)]
struct Turns {
    left: usize,
    /// Set before the first one.
    fresh: bool,
    /// Whether others may follow it.
    several: bool,
    has_root: bool,
}

impl Turns {
    fn one() -> Self {
        Turns { left: 0, fresh: true, several: false, has_root: false }
    }

    fn several(has_root: bool) -> Self {
        Turns { several: true, has_root, ..Turns::one() }
    }
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
        let pace = Pace::new(shared.clock.now());
        Loop { shared: shared.clone(), pace, deferred: Vec::new(), _entered: Entered::new(shared) }
    }

    /// Turns, each of which runs what is runnable, until it is time to look at I/O and timers, or to wait for them. A
    /// `run` that is to return comes back after one.
    pub(super) fn turn(&mut self, root: &mut Option<Root<'_>>) -> io::Result<Turn> {
        if self.run_turns(Turns::several(root.is_some()), root) {
            return Ok(Turn::RootFinished);
        }
        if self.shared.has_runnable() {
            if self.pace.is_due() && self.shared.is_worth_a_look() {
                self.pace.looked(self.shared.look(None)?);
            }
        } else if self.shared.is_waited_for() {
            // A `run` that is to return does not wait; a root goes on.
            let limit = (root.is_none() && self.shared.is_interrupted()).then_some(Duration::ZERO);
            self.pace.restart(self.shared.look(limit)?);
        } else {
            // What another thread has asked for until now is done.
            self.shared.read_letters();
            return Ok(if self.shared.has_runnable() { Turn::More } else { Turn::Idle });
        }
        Ok(Turn::More)
    }

    /// Resumes the tasks that are in the queue now, once each.
    pub(super) fn run_batch(&mut self) {
        self.run_turns(Turns::one(), &mut None);
    }

    /// True as soon as the root has finished.
    fn run_turns(&mut self, mut turns: Turns, root: &mut Option<Root<'_>>) -> bool {
        loop {
            let mut running = None;
            // Around many resumes, since it costs as much as a small one.
            let caught = catch_unwind(AssertUnwindSafe(|| self.resume_tasks(&mut turns, root, &mut running)));
            match (caught, running) {
                (Ok(root_has_finished), _) => return root_has_finished,
                (Err(payload), Some((key, task))) => {
                    task.panicked(payload);
                    self.ended(key, task, &mut turns);
                }
                // The panic of the root goes through.
                (Err(payload), None) => resume_unwind(payload),
            }
        }
    }

    /// The same until an added task panics, which is `running` then.
    #[inline]
    fn resume_tasks(
        &mut self,
        turns: &mut Turns,
        root: &mut Option<Root<'_>>,
        running: &mut Option<(Key, Rc<dyn AnyTask>)>,
    ) -> bool {
        let shared = self.shared.clone();
        let mut cx = Context::of(&shared, Key::ABSENT);
        while turns.left > 0 || self.begins_turn(turns) {
            turns.left -= 1;
            // Not in the head of the `match`: the borrow would last while the task runs.
            let next = shared.tasks.borrow_mut().next();
            match next {
                Next::Run(key, Body::Added(task)) => {
                    let (key, task) = running.insert((key, task));
                    cx.hand_to(*key);
                    match task.resume(&mut cx) {
                        Resumed::Waiting => {}
                        Resumed::Running => self.deferred.push(*key),
                        Resumed::Finished => {
                            let (key, task) = running.take().expect("it has just been resumed");
                            self.ended(key, task, turns);
                        }
                    }
                }
                Next::Run(key, Body::OnStack) => match root {
                    Some(root) if root.key == key => {
                        *running = None;
                        cx.hand_to(key);
                        if (root.resume)(&mut cx) {
                            return true;
                        }
                    }
                    _ => self.deferred.push(key),
                },
                Next::Gone => {}
                // A loop inside one of the tasks has run the rest.
                Next::Empty => turns.left = 0,
            }
        }
        false
    }

    /// Lets go of a task that has ended.
    fn ended(&mut self, key: Key, task: Rc<dyn AnyTask>, turns: &mut Turns) {
        self.shared.forget(key);
        let_go(task);
        if !turns.has_root && self.shared.has_pending_failure() {
            // The others do not even finish their turn.
            *turns = Turns { left: 0, fresh: false, several: false, ..*turns };
        }
    }

    /// Begins the next turn, if there is to be one without a look, and anything to run.
    #[inline]
    fn begins_turn(&mut self, turns: &mut Turns) -> bool {
        let begins = mem::take(&mut turns.fresh) || turns.several && self.goes_on(turns.has_root);
        if !begins {
            return false;
        }
        turns.left = self.shared.tasks.borrow().queue_len();
        self.pace.count(turns.left);
        turns.left > 0
    }

    /// Whether a turn may follow another one at once.
    #[inline]
    fn goes_on(&mut self, has_root: bool) -> bool {
        if !has_root && self.shared.is_interrupted() {
            return false;
        }
        if self.pace.is_due() {
            if self.shared.is_worth_a_look() {
                return false;
            }
            self.pace.postpone();
        }
        true
    }

    /// Looks at I/O and timers, and waits for them at most for `limit`; tasks of loops further out count as runnable.
    pub(super) fn look(&mut self, limit: Option<Duration>) -> io::Result<()> {
        self.give_back_deferred();
        if self.shared.is_worth_a_look() {
            // Without anything that could end a wait there is none.
            let limit = if self.shared.is_waited_for() { limit } else { Some(Duration::ZERO) };
            self.shared.look(limit)?;
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
