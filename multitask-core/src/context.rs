//! What a running task can ask of whatever resumes it.

#[cfg(not(feature = "std"))]
use core::marker::PhantomData;
#[cfg(feature = "std")]
use std::rc::{Rc, Weak};

#[cfg(feature = "std")]
use core::task::Poll;

use crate::{Place, Report};
#[cfg(feature = "std")]
use crate::{manager::Shared, slab::Key};

/// How many operations that are ready at once a task may run before it has to give way.
///
/// A socket whose peer is fast is always ready; this is what keeps the task that serves it from starving the others.
#[cfg(feature = "std")]
const OPERATIONS_PER_RESUME: u16 = 64;

/// Handed to a task at each resume, and by it to the operations it waits for.
///
/// It says who is running, and by it an operation arranges for the task to be resumed: [`give_way`](Context::give_way)
/// for its next turn, `waiter` for when something has happened.
pub struct Context<'a> {
    #[cfg(feature = "std")]
    manager: Option<&'a Rc<Shared>>,
    #[cfg(not(feature = "std"))]
    manager: PhantomData<&'a ()>,
    /// Which of the manager's tasks is running.
    #[cfg(feature = "std")]
    task: Key,
    #[cfg(feature = "std")]
    resume: Resume,
    describing: Option<Describing<'a>>,
}

/// What there is of a single resume. One value, so that it is one store to begin another.
#[cfg(feature = "std")]
#[derive(Clone, Copy)]
struct Resume {
    /// Without a manager it does not matter.
    operations_left: u16,
    /// Set while an operation is polled that is given up if it is not ready now.
    last_attempt: bool,
    /// Set when the task is to have its next turn although nobody wakes it.
    gives_way: bool,
}

#[cfg(feature = "std")]
impl Resume {
    const BEGINNING: Resume = Resume { operations_left: OPERATIONS_PER_RESUME, last_attempt: false, gives_way: false };
}

/// In place of a resume: a task goes to where it is suspended, and tells where that is.
struct Describing<'a> {
    report: &'a mut Report,
    /// Where in the report the task began to tell.
    since: usize,
}

#[cfg(feature = "std")]
impl Context<'_> {
    /// A context without a task manager, for a task that is resumed by hand.
    ///
    /// An operation that needs a manager in order to wait (`sleep`, a socket that would block, joining a task) panics
    /// when it is polled with this, and says so.
    ///
    /// ```
    /// use std::task::Poll;
    /// use multitask_core::{Context, GiveWay, Operation, give_way};
    ///
    /// let mut wait = give_way().begin();
    /// let mut cx = Context::detached();
    /// assert_eq!(GiveWay::poll(&mut wait, || unreachable!("it is stored"), &mut cx), Poll::Pending);
    /// assert_eq!(GiveWay::poll(&mut wait, || unreachable!("it is stored"), &mut cx), Poll::Ready(()));
    /// ```
    pub fn detached() -> Self {
        Context {
            manager: None,
            task: Key::ABSENT,
            resume: Resume { last_attempt: true, ..Resume::BEGINNING },
            describing: None,
        }
    }

    /// Asks for the running task to be resumed after the others had their turn: it is appended to the run queue when it
    /// has returned.
    ///
    /// Does nothing in a [detached](Context::detached) context.
    #[inline]
    pub fn give_way(&mut self) {
        self.resume.gives_way = true;
    }

    /// The place of the running task.
    #[inline]
    pub(crate) fn place(&self) -> u32 {
        self.task.index
    }

    /// Whether the running task has given way.
    #[inline]
    pub(crate) fn gives_way(&self) -> bool {
        self.resume.gives_way
    }

    /// What makes the running task runnable again: for an operation of your own to keep where the event will be seen.
    ///
    /// # Panics
    ///
    /// In a [detached](Context::detached) context.
    ///
    /// # Examples
    ///
    /// An event that any number of tasks wait for:
    ///
    /// ```
    /// use std::{cell::{Cell, RefCell}, rc::Rc, task::Poll};
    /// use multitask_core::{Context, Operation, TaskManager, Waiter};
    ///
    /// #[derive(Default)]
    /// struct Event { happened: Cell<bool>, waiters: RefCell<Vec<Waiter>> }
    ///
    /// impl Event {
    ///     fn set(&self) {
    ///         self.happened.set(true);
    ///         self.waiters.take().iter().for_each(Waiter::wake);
    ///     }
    /// }
    ///
    /// struct Wait(Rc<Event>);
    ///
    /// impl Operation for Wait {
    ///     type Output = ();
    ///     type Wait = Self;
    ///     fn begin(self) -> Self { self }
    ///     fn poll(wait: &mut Self, _: impl FnOnce() -> Self, cx: &mut Context<'_>) -> Poll<()> {
    ///         if wait.0.happened.get() {
    ///             return Poll::Ready(());
    ///         }
    ///         wait.0.waiters.borrow_mut().push(cx.waiter());
    ///         Poll::Pending
    ///     }
    /// }
    /// # struct Waiting(Wait);
    /// # impl multitask_core::Task for Waiting {
    /// #     type Output = ();
    /// #     fn resume(&mut self, cx: &mut Context<'_>) -> Poll<()> {
    /// #         Wait::poll(&mut self.0, || unreachable!(), cx)
    /// #     }
    /// # }
    /// # let event = Rc::new(Event::default());
    /// # let manager = TaskManager::new();
    /// # let task = manager.add(Waiting(Wait(event.clone())));
    /// # manager.run()?;
    /// # assert!(!task.is_finished());
    /// # event.set();
    /// # manager.run()?;
    /// # assert!(task.is_finished());
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn waiter(&self) -> Waiter {
        let (manager, task) = self.running();
        Waiter { manager: Rc::downgrade(manager), task }
    }

    /// The context of a task that `manager` resumes.
    #[inline]
    pub(crate) fn of<'a>(manager: &'a Rc<Shared>, task: Key) -> Context<'a> {
        Context { manager: Some(manager), task, resume: Resume::BEGINNING, describing: None }
    }

    /// Makes it that of the next task that the manager resumes.
    #[inline]
    pub(crate) fn hand_to(&mut self, task: Key) {
        self.task = task;
        self.hand_back();
    }

    /// Makes it that of another resume of the same task.
    #[inline]
    pub(crate) fn hand_back(&mut self) {
        self.resume = Resume::BEGINNING;
    }

    /// Makes it that of no task, until the next one is resumed.
    #[inline]
    pub(crate) fn hand_to_nobody(&mut self) {
        self.hand_to(Key::ABSENT);
    }

    /// The manager, and which of its tasks is running.
    ///
    /// Panics in a detached context: for operations that cannot go on without a manager.
    #[track_caller]
    pub(crate) fn running(&self) -> (&Rc<Shared>, Key) {
        match self.manager {
            Some(manager) => (manager, self.task),
            None => no_manager(),
        }
    }

    /// Whether that is the task which is running.
    #[inline]
    pub(crate) fn is_of(&self, task: Key) -> bool {
        self.task == task
    }

    /// The manager, if there is one.
    pub(crate) fn manager(&self) -> Option<&Rc<Shared>> {
        self.manager
    }

    /// Whether the task may finish one more operation without others having had a turn.
    ///
    /// If not, it has given way, and the operation is to return `Pending`.
    #[inline]
    pub(crate) fn may_go_on(&mut self) -> bool {
        self.resume.operations_left > 0 || self.is_detached_or_gives_way()
    }

    /// Apart, so that what comes before it is small enough to be part of each operation.
    #[cold]
    fn is_detached_or_gives_way(&mut self) -> bool {
        self.give_way();
        self.manager.is_none()
    }

    /// Makes an attempt if the task may go on, and counts it if it is ready.
    #[inline]
    pub(crate) fn attempt<T>(&mut self, attempt: impl FnOnce(&Self) -> Poll<T>) -> Poll<T> {
        if !self.may_go_on() {
            return Poll::Pending;
        }
        let poll = attempt(self);
        if poll.is_ready() {
            self.count_ready();
        }
        poll
    }

    /// Whether this is the last time that an operation is polled: it must make an attempt then, also if it has reason to
    /// believe that it would block. Without a manager, each time is the last.
    pub(crate) fn is_last_attempt(&self) -> bool {
        self.resume.last_attempt
    }

    /// Says whether what is polled from now on is polled for the last time; returns what was said before.
    pub(crate) fn set_last_attempt(&mut self, last: bool) -> bool {
        let last = last || self.manager.is_none();
        core::mem::replace(&mut self.resume.last_attempt, last)
    }

    /// Counts an operation that is ready. One that is not does not count, so that a task that waits for many things
    /// gets to each of them.
    #[inline]
    pub(crate) fn count_ready(&mut self) {
        self.resume.operations_left = self.resume.operations_left.saturating_sub(1);
    }
}

#[cfg(not(feature = "std"))]
impl Context<'_> {
    /// A context without a task manager, for a task that is resumed by hand.
    pub fn detached() -> Self {
        Context { manager: PhantomData, describing: None }
    }

    /// Asks for the running task to be resumed after the others had their turn; without a task manager, does nothing.
    pub fn give_way(&mut self) {
        let _ = self.manager;
    }
}

impl Context<'_> {
    /// In place of a resume's: with it a machine does not go on, but tells where it is suspended.
    pub(crate) fn describing(report: &mut Report) -> Context<'_> {
        let since = report.mark();
        Self::describing_since(report, since)
    }

    /// The same; what it is suspended in goes around all that is in the report since then.
    pub(crate) fn describing_since(report: &mut Report, since: usize) -> Context<'_> {
        let mut cx = Context::detached();
        cx.describing = Some(Describing { report, since });
        cx
    }

    /// Whether nothing is to be attempted, but to be told what is waited for.
    #[inline]
    pub(crate) fn is_describing(&self) -> bool {
        self.describing.is_some()
    }

    /// Tells what is waited for, where that is asked for. Apart, as the next one, so that attempts stay small.
    #[cold]
    #[inline(never)]
    pub(crate) fn describe(&mut self, tell: impl FnOnce(&mut Report)) {
        if let Some(describing) = &mut self.describing {
            tell(describing.report);
        }
    }

    /// Tells that the machine is suspended at a yield.
    #[cold]
    #[inline(never)]
    pub(crate) fn suspended(&mut self, file: &'static str, line: u32, text: &'static str) {
        if let Some(Describing { report, since }) = &mut self.describing {
            report.suspended(*since, Place { file, line }, text);
        }
    }
}

impl core::fmt::Debug for Context<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let mut context = f.debug_struct("Context");
        #[cfg(feature = "std")]
        context.field("task", &self.manager.map(|_| crate::TaskId(self.task)));
        context.finish_non_exhaustive()
    }
}

#[cfg(feature = "std")]
#[cold]
#[track_caller]
fn no_manager() -> ! {
    panic!("this operation needs a task manager to wait: add its task to one, or give it to `block_on`")
}

/// Makes a task runnable: what an operation keeps of the task that waits for it. See [`Context::waiter`].
///
/// It keeps neither the task nor its manager alive, and it may outlive both.
#[cfg(feature = "std")]
#[derive(Clone)]
pub struct Waiter {
    manager: Weak<Shared>,
    task: Key,
}

#[cfg(feature = "std")]
impl Waiter {
    /// Puts the task at the end of its manager's run queue, unless it is there already.
    ///
    /// Nothing happens if the task is finished or cancelled, or its manager is gone. The task need not be waiting for
    /// what happened any more: it is resumed, looks, and waits on.
    #[inline]
    pub fn wake(&self) {
        if let Some(manager) = self.manager.upgrade() {
            manager.wake(self.task);
        }
    }

    /// The manager of the task, and its key there.
    pub(crate) fn into_parts(self) -> (Weak<Shared>, Key) {
        (self.manager, self.task)
    }

    pub(crate) fn from_parts(manager: Weak<Shared>, task: Key) -> Self {
        Waiter { manager, task }
    }

    /// Whether that is the task which it makes runnable.
    pub(crate) fn is(&self, manager: &Weak<Shared>, task: Key) -> bool {
        self.task == task && self.manager.ptr_eq(manager)
    }

    /// Whether both make the same task runnable.
    ///
    /// For an operation that is polled again, and need not register once more.
    pub fn same_task(&self, other: &Waiter) -> bool {
        self.is(&other.manager, other.task)
    }
}

#[cfg(feature = "std")]
impl core::fmt::Debug for Waiter {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Waiter").field("task", &crate::TaskId(self.task)).finish_non_exhaustive()
    }
}

#[cfg(all(test, feature = "std"))]
mod tests {
    use super::*;

    #[test]
    #[should_panic(expected = "needs a task manager")]
    fn a_detached_context_has_no_waiter() {
        Context::detached().waiter();
    }

    #[test]
    fn a_task_must_give_way_after_so_many_operations() {
        let manager = Shared::new();
        let task = manager.tasks().insert(crate::store::Home::NONE);
        manager.tasks().next();
        let mut cx = Context::of(&manager, task);
        for _ in 0..OPERATIONS_PER_RESUME {
            assert!(cx.may_go_on());
            cx.count_ready();
        }
        assert!(!cx.gives_way());
        assert!(!cx.may_go_on());
        assert!(cx.gives_way());
    }
}
