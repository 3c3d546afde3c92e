//! The wait for what another thread does: counted, so that the manager does not return meanwhile.

use core::{fmt, task::Waker};
use std::{
    rc::{Rc, Weak},
    sync::Arc,
    task::Wake,
};

use super::{Inbox, Letter};
use crate::{
    Context,
    manager::Shared,
    slab::{Key, Slab},
    trace::waits,
};

/// The foreign waits of a manager: which task, and what it waits for.
pub(crate) type ForeignWaits = Slab<(Key, &'static str)>;

/// The wait of a task for something that another thread does: see [`Context::foreign`].
///
/// As long as it lives, the manager of the task does not return from `run`.
pub struct ForeignWait {
    manager: Weak<Shared>,
    task: Key,
    key: Key,
    waker: Waker,
}

impl ForeignWait {
    fn new(manager: &Rc<Shared>, task: Key, what: &'static str) -> Self {
        let waker = Waker::from(Arc::new(TaskWaker { inbox: manager.inbox().clone(), task }));
        waits::for_thread(what);
        let key = manager.foreign_waits.borrow_mut().insert((task, what));
        ForeignWait { manager: Rc::downgrade(manager), task, key, waker }
    }

    fn is_of(&self, manager: &Rc<Shared>, task: Key) -> bool {
        self.task == task && core::ptr::eq(self.manager.as_ptr(), Rc::as_ptr(manager))
    }
}

impl Drop for ForeignWait {
    fn drop(&mut self) {
        if let Some(manager) = self.manager.upgrade() {
            manager.foreign_waits.borrow_mut().remove(self.key);
        }
    }
}

impl fmt::Debug for ForeignWait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ForeignWait").field("task", &crate::TaskId(self.task)).finish_non_exhaustive()
    }
}

impl Context<'_> {
    /// Has the running task wait for something that another thread will do; evaluates to what wakes the task, from any
    /// thread.
    ///
    /// The wait is put into `wait`, unless it is there already, and lasts until it is dropped. As long as it does, the
    /// manager's [`run`](crate::TaskManager::run) does not return for want of anything to do. `what` says what is waited
    /// for, where the tasks are listed.
    ///
    /// An operation keeps `wait` beside its own state, looks whether what it waits for has happened, and else hands on
    /// the waker. [`completion`](crate::completion) is made of this, and does for most.
    ///
    /// # Panics
    ///
    /// In a [detached](Context::detached) context.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::{mem, sync::{Arc, OnceLock}, task::Poll, thread};
    /// use multitask_core::{Context, ForeignWait, Task, TaskManager};
    ///
    /// /// Computes in a thread of its own.
    /// #[derive(Default)]
    /// struct Computation {
    ///     started: bool,
    ///     sum: Arc<OnceLock<u64>>,
    ///     wait: Option<ForeignWait>,
    /// }
    ///
    /// impl Task for Computation {
    ///     type Output = u64;
    ///     fn resume(&mut self, cx: &mut Context<'_>) -> Poll<u64> {
    ///         if let Some(sum) = self.sum.get() {
    ///             return Poll::Ready(*sum);
    ///         }
    ///         let waker = cx.foreign(&mut self.wait, "a computation");
    ///         if !mem::replace(&mut self.started, true) {
    ///             let (waker, sum) = (waker.clone(), self.sum.clone());
    ///             thread::spawn(move || {
    ///                 sum.set((1..=100).sum()).unwrap();
    ///                 waker.wake();
    ///             });
    ///         }
    ///         Poll::Pending
    ///     }
    /// }
    ///
    /// let sum = TaskManager::new().block_on(Computation::default());
    /// assert_eq!(sum, 5050);
    /// ```
    pub fn foreign<'w>(&self, wait: &'w mut Option<ForeignWait>, what: &'static str) -> &'w Waker {
        let (manager, task) = self.running();
        if !wait.as_ref().is_some_and(|wait| wait.is_of(manager, task)) {
            *wait = Some(ForeignWait::new(manager, task, what));
        }
        &wait.as_ref().expect("it is there by now").waker
    }
}

/// Wakes a task from any thread.
struct TaskWaker {
    inbox: Arc<Inbox>,
    task: Key,
}

impl Wake for TaskWaker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        // If the manager is gone, so is the task.
        let _ = self.inbox.post(Letter::Wake(self.task));
    }
}
