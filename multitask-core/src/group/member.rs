//! A task of a group, which tells the group when it is gone.

use core::task::Poll;
use std::rc::{Rc, Weak};

use super::{Members, Serial};
use crate::{Context, Report, Task, private::Nest};

/// A task, and what tells its group of its end. In this order: the task is gone by then.
pub(super) struct Member<K, T> {
    task: K,
    _ticket: Ticket<T>,
}

impl<K, T> Member<K, T> {
    pub(super) fn new(task: K, ticket: Ticket<T>) -> Self {
        Member { task, _ticket: ticket }
    }
}

impl<K: Task<Output = T>, T> Task for Member<K, T> {
    type Output = T;

    fn resume(&mut self, cx: &mut Context<'_>) -> Poll<T> {
        self.task.resume(cx)
    }

    fn step<'n>(&mut self, cx: &mut Context<'_>, nest: &mut Nest<'n>) -> Poll<T>
    where
        Self: 'n,
    {
        self.task.step(cx, nest)
    }

    fn describe(&mut self, report: &mut Report) {
        self.task.describe(report);
    }

    fn failure(&self, output: &T) -> Option<String> {
        self.task.failure(output)
    }

    fn what() -> &'static str {
        <K as Task>::what()
    }
}

/// Dropped when the task has ended in whatever way; its outcome is there when whoever waits looks.
pub(super) struct Ticket<T> {
    members: Weak<Members<T>>,
    serial: Serial,
}

impl<T> Ticket<T> {
    pub(super) fn new(members: &Rc<Members<T>>, serial: Serial) -> Self {
        Ticket { members: Rc::downgrade(members), serial }
    }
}

impl<T> Drop for Ticket<T> {
    fn drop(&mut self) {
        if let Some(members) = self.members.upgrade() {
            members.finished.borrow_mut().push_back(self.serial);
            members.wake_all();
        }
    }
}
