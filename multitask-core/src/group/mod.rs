//! Groups: tasks that are owned together.

mod member;
mod wait;

use core::{cell::RefCell, fmt, panic::Location};
use std::{
    collections::{BTreeMap, VecDeque},
    rc::{Rc, Weak},
};

use self::member::{Member, Ticket};
pub use self::wait::{FirstFailure, JoinAll, NextFinished, TryJoinAll};
use crate::{JoinError, Task, TaskHandle, TaskId, TaskManager, Waiter, local::current, manager::Shared};

/// Tasks that belong together: they are stopped together, and joined together or one by one.
///
/// The group owns its tasks. Dropping it cancels those that are not finished, with all they wait for; so a task that
/// keeps a group never leaves one of its helpers behind. [`detach`](Group::detach) lets them run on.
///
/// The results are kept until they are joined, with [`next`](Group::next) in the order in which the tasks finish, or with
/// [`join_all`](Group::join_all). A failure that nobody has joined when the group is dropped is reported (see
/// [`TaskManager::on_failure`]); [`try_join_all`](Group::try_join_all) stops all when one has failed.
///
/// # Examples
///
/// ```
#[doc = include_str!("../yield_stored_in_docs.txt")]
/// use std::time::Duration;
/// use multitask_core::{Group, sleep};
/// # struct Nap(multitask_core::Sleep, u64);
/// # impl Task for Nap {
/// #     type Output = u64;
/// #     fn resume(&mut self, cx: &mut Context<'_>) -> std::task::Poll<u64> {
/// #         <multitask_core::Sleep as Operation>::poll(&mut self.0, || unreachable!(), cx).map(|()| self.1)
/// #     }
/// # }
/// # fn nap(millis: u64) -> Nap { Nap(sleep(Duration::from_millis(millis)), millis) }
///
/// // In a task; `nap(n)` is one that sleeps for n milliseconds, and evaluates to n.
/// let group = Group::new();
/// for millis in [20, 1, 60_000] {
///     group.add(nap(millis));
/// }
/// assert_eq!(yield_!(group.next()).unwrap().unwrap(), 1);
/// assert_eq!(yield_!(group.next()).unwrap().unwrap(), 20);
/// drop(group); // Who sleeps for a minute is cancelled.
/// ```
pub struct Group<T> {
    /// Weak, since a task of the manager may keep the group.
    manager: Weak<Shared>,
    members: Rc<Members<T>>,
}

/// The number of a member, in the order in which they were added.
type Serial = u64;

/// What a group shares with its tasks and with those who wait for it.
struct Members<T> {
    /// Those that have not been joined.
    handles: RefCell<BTreeMap<Serial, TaskHandle<T>>>,
    finished: RefCell<VecDeque<Serial>>,
    next: RefCell<Serial>,
    waiters: RefCell<Vec<Waiter>>,
}

impl<T: 'static> Group<T> {
    /// A group whose tasks go to the manager that runs the calling task; outside of tasks, to the thread's own.
    pub fn new() -> Self {
        Group::of(&current())
    }

    /// A group whose tasks go to `manager`.
    pub fn of(manager: &TaskManager) -> Self {
        Group { manager: manager.downgrade(), members: Rc::new(Members::new()) }
    }

    /// Adds a task to the manager, and to the group. See [`TaskManager::add`].
    ///
    /// # Panics
    ///
    /// If the manager is gone.
    #[track_caller]
    pub fn add(&self, task: impl Task<Output = T> + 'static) -> TaskId {
        self.insert(task, None, Location::caller())
    }

    /// The same, with a name for the task: see [`TaskHandle::named`].
    #[track_caller]
    pub fn add_named(&self, name: impl Into<Rc<str>>, task: impl Task<Output = T> + 'static) -> TaskId {
        self.insert(task, Some(name.into()), Location::caller())
    }

    fn insert(
        &self,
        task: impl Task<Output = T> + 'static,
        name: Option<Rc<str>>,
        place: &'static Location<'static>,
    ) -> TaskId {
        let serial = self.members.next.replace_with(|next| *next + 1);
        let ticket = Ticket::new(&self.members, serial);
        let manager = self.manager.upgrade().expect("the manager of this group is gone").latest();
        let mut handle = TaskHandle::add(&manager, Member::new(task, ticket), place);
        if let Some(name) = name {
            handle = handle.named(name);
        }
        let id = handle.id();
        self.members.handles.borrow_mut().insert(serial, handle);
        id
    }
}

impl<T> Group<T> {
    /// How many tasks have not been joined, finished or not.
    pub fn len(&self) -> usize {
        self.members.handles.borrow().len()
    }

    /// Whether every task has been joined.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Cancels the tasks that are not finished, in the order in which they were added: see [`TaskHandle::cancel`].
    ///
    /// They stay in the group until they are joined, which gives [`JoinError::Cancelled`].
    pub fn cancel_all(&self) {
        self.members.cancel_all();
    }

    /// Lets go of all tasks: they run on without the group.
    pub fn detach(&self) {
        drop(self.members.take_all());
    }

    /// Waits for the next task to finish, and joins it. Evaluates to `None` if there is none in the group.
    ///
    /// A task that has finished already costs no wait. If the wait is cancelled, nothing is lost: what has finished is
    /// there for the next one. Any number of tasks may wait; each gets another result.
    pub fn next(&self) -> NextFinished<T> {
        NextFinished::new(&self.members)
    }

    /// Waits for all tasks to finish, those that are added meanwhile too, and joins them; evaluates to how they ended, in
    /// the order in which they were added.
    ///
    /// If the wait is cancelled, all of them are still in the group.
    pub fn join_all(&self) -> JoinAll<T> {
        JoinAll::new(&self.members)
    }
}

impl<T, E> Group<Result<T, E>> {
    /// Waits for all tasks to succeed; evaluates to their values, in the order in which they were added.
    ///
    /// When one has failed, the others are cancelled, and the wait is over with the failure. If the wait itself is
    /// cancelled, what has finished is still in the group, but for values that this has joined.
    pub fn try_join_all(&self) -> TryJoinAll<T, E> {
        TryJoinAll::new(&self.members)
    }
}

impl<T: 'static> Default for Group<T> {
    fn default() -> Self {
        Group::new()
    }
}

impl<T> Drop for Group<T> {
    fn drop(&mut self) {
        self.cancel_all();
        // Dropping the handles reports failures that nobody has joined.
        self.detach();
    }
}

impl<T> fmt::Debug for Group<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Group").field("tasks", &self.len()).finish_non_exhaustive()
    }
}

impl<T> Members<T> {
    fn new() -> Self {
        Members {
            handles: RefCell::default(),
            finished: RefCell::default(),
            next: RefCell::new(0),
            waiters: RefCell::default(),
        }
    }

    /// Joins the task that has finished first.
    fn join_next(&self) -> Option<(Serial, Result<T, JoinError>)> {
        loop {
            let serial = self.finished.borrow_mut().pop_front()?;
            let handle = self.handles.borrow_mut().remove(&serial);
            // None of a task that the group has let go of.
            if let Some(handle) = handle {
                return Some((serial, handle.into_outcome()));
            }
        }
    }

    /// Joins every task, in order, if all have finished.
    fn join_all(&self) -> Option<Vec<Result<T, JoinError>>> {
        if !self.handles.borrow().values().all(TaskHandle::is_finished) {
            return None;
        }
        self.finished.borrow_mut().clear();
        Some(self.take_all().into_values().map(TaskHandle::into_outcome).collect())
    }

    fn is_empty(&self) -> bool {
        self.handles.borrow().is_empty()
    }

    fn take_all(&self) -> BTreeMap<Serial, TaskHandle<T>> {
        self.handles.take()
    }

    /// Each by itself, since the destructor of a task may use the group.
    fn cancel_all(&self) {
        let mut from = 0;
        loop {
            let next = self.handles.borrow().range(from..).next().map(|(serial, handle)| (*serial, handle.canceller()));
            let Some((serial, canceller)) = next else { return };
            canceller.cancel();
            from = serial + 1;
        }
    }

    fn register(&self, waiter: Waiter) {
        let mut waiters = self.waiters.borrow_mut();
        if !waiters.iter().any(|other| other.same_task(&waiter)) {
            waiters.push(waiter);
        }
    }

    fn wake_all(&self) {
        // They register again if they have to wait on.
        self.waiters.take().iter().for_each(Waiter::wake);
    }
}
