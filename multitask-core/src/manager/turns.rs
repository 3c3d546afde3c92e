//! The loop: turns, and those that run inside of others.

use core::{mem, time::Duration};
use std::{io, rc::Rc};

use super::{
    pace::Pace,
    shared::{Shared, drop_quietly},
};
use crate::{
    Context,
    handle::Resumed,
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

    /// One turn: runs what is runnable; then looks at I/O and timers if it is time to, or waits for them.
    pub(super) fn turn(&mut self, root: &mut Option<Root<'_>>) -> io::Result<Turn> {
        if self.run_batch(root) {
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

    /// Resumes the tasks that are in the queue now, once each; true as soon as the root has finished.
    pub(super) fn run_batch(&mut self, root: &mut Option<Root<'_>>) -> bool {
        let batch = self.shared.tasks.borrow().queue_len();
        self.pace.count(batch);
        for _ in 0..batch {
            // Not in the head of the `match`: the borrow would last while the task runs.
            let next = self.shared.tasks.borrow_mut().next();
            match (next, &mut *root) {
                (Next::Run(key, Body::Added(task)), _) => match task.resume(&mut Context::of(&self.shared, key)) {
                    Resumed::Waiting => {}
                    Resumed::Running => self.deferred.push(key),
                    Resumed::Finished => {
                        self.shared.forget(key);
                        drop_quietly(task);
                        if root.is_none() && self.shared.has_pending_failure() {
                            break;
                        }
                    }
                },
                (Next::Run(key, Body::OnStack), Some(root)) if root.key == key => {
                    if (root.resume)(&mut Context::of(&self.shared, key)) {
                        return true;
                    }
                }
                (Next::Run(key, Body::OnStack), _) => self.deferred.push(key),
                (Next::Gone, _) => {}
                // A loop inside one of the tasks has run the rest.
                (Next::Empty, _) => break,
            }
        }
        false
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
