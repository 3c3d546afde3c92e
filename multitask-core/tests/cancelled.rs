//! Every kind of wait for time, for other threads and for other tasks' ends is cancelled in every way.
#![cfg(feature = "std")]

mod support;

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    task::Poll,
    time::Duration,
};

use multitask_core::{
    Context, Deadline, Group, Operation, Task, TaskHandle, TaskManager, all, any, combine::Any2, completion, future,
    give_way, idle, interval, now, sleep, sleep_until,
};
use support::{attempt, from_fn, parked, wait_for};

const SHORT: Duration = Duration::from_millis(1);
const LONG: Duration = Duration::from_secs(3600);

/// A task that waits, and what it waits for that may not be left waiting.
type Waiting = Box<dyn Task<Output = ()>>;

fn boxed<O: Operation<Wait: 'static> + 'static>(operation: O) -> Waiting {
    Box::new(wait_for(operation.map(drop)))
}

/// Waits for a tick, which borrows.
fn ticking() -> Waiting {
    let every = RefCell::new(interval(LONG));
    let mut wait = every.borrow_mut().tick().begin();
    Box::new(from_fn(move |cx: &mut Context<'_>| attempt(&mut wait, every.borrow_mut().tick(), cx).map(drop)))
}

/// Joins a task by a handle that is kept.
fn joining(mut handle: TaskHandle<()>) -> Waiting {
    let mut wait = handle.join().begin();
    Box::new(from_fn(move |cx: &mut Context<'_>| attempt(&mut wait, handle.join(), cx).map(drop)))
}

/// What waits may be for that does not end by itself.
struct Things {
    manager: TaskManager,
    group: Group<Result<(), ()>>,
}

impl Things {
    fn new() -> Self {
        let manager = TaskManager::new();
        let group = Group::of(&manager);
        let flag = Rc::new(Cell::new(false));
        let mut endless = parked(&flag);
        group.add(from_fn(move |cx| endless.resume(cx).map(Ok)));
        manager.run().unwrap();
        Things { manager, group }
    }

    fn endless(&self) -> TaskHandle<()> {
        let handle = self.manager.add(parked(&Rc::new(Cell::new(false))));
        self.manager.run().unwrap();
        handle
    }

    /// Each kind of wait, by its name.
    fn waits(&self) -> Vec<(&'static str, Waiting)> {
        vec![
            ("sleep", boxed(sleep(LONG))),
            ("sleep_until", boxed(sleep_until(now() + LONG))),
            ("timeout", boxed(self.group.next().timeout(LONG))),
            ("deadline", boxed(self.group.next().deadline(Deadline::after(LONG)))),
            ("tick", ticking()),
            ("completion", boxed(completion_for_ever())),
            ("future", boxed(future(std::future::pending::<()>()))),
            ("TaskHandle", boxed(self.endless())),
            ("TaskHandle::join", joining(self.endless())),
            ("CancelOnDrop", boxed(self.endless().cancel_on_drop())),
            ("Group::next", boxed(self.group.next())),
            ("Group::join_all", boxed(self.group.join_all())),
            ("Group::try_join_all", boxed(self.group.try_join_all())),
            ("any", boxed(any([sleep(LONG), sleep(2 * LONG)]))),
            ("all", boxed(all((sleep(LONG), completion_for_ever())))),
            ("a child", boxed(wait_for(any((sleep(LONG), wait_for(sleep(2 * LONG))))))),
            ("Option", boxed(Some(sleep(LONG)))),
        ]
    }

    /// What can be seen of who waits.
    fn look(&self) -> String {
        format!("{:?} {:?} {:?}", self.manager, self.group, self.manager.time_to_wait())
    }
}

/// A completion whose completer is never dropped.
fn completion_for_ever() -> multitask_core::Completion<()> {
    let (completer, completion) = completion();
    std::mem::forget(completer);
    completion
}

/// Cancels each kind of wait in one way, and looks at what is left.
fn check(how: &str, cancel: impl Fn(&TaskManager, Waiting)) {
    let things = Things::new();
    for index in 0..things.waits().len() {
        let (name, task) = things.waits().swap_remove(index);
        // Tasks that are waited for are part of what was there.
        let tasks = things.manager.tasks().len();
        cancel(&things.manager, task);
        let manager = &things.manager;
        assert!(!manager.has_timeouts() && !manager.has_foreign_waits(), "{name}, {how}: {manager:?}");
        assert!(!manager.has_runnable() && !manager.has_io_waits(), "{name}, {how}: {manager:?}");
        assert_eq!(manager.time_to_wait(), None, "{name}, {how}");
        assert!(manager.tasks().len() <= tasks, "{name}, {how}: {}", manager.tasks());
        let before = things.look();
        manager.run().unwrap();
        assert_eq!(things.look(), before, "{name}, {how}");
    }
}

#[test]
fn by_the_handle() {
    check("by its handle", |manager, task| {
        let handle = manager.add(task);
        manager.run_next(Some(Duration::ZERO)).unwrap();
        assert!(!handle.is_finished() && !manager.has_runnable());
        handle.cancel();
    });
}

#[test]
fn by_a_timeout() {
    check("by a timeout", |manager, task| {
        assert!(manager.block_on(wait_for(task.timeout(SHORT))).is_err());
    });
}

#[test]
fn because_another_was_first() {
    check("because another was first", |manager, task| {
        assert_eq!(manager.block_on(wait_for(any((task, give_way())))), Any2::Second(()));
    });
}

#[test]
fn by_a_group() {
    check("by its group", |manager, task| {
        let group = Group::of(manager);
        group.add(task);
        manager.run_next(Some(Duration::ZERO)).unwrap();
        drop(group);
    });
}

#[test]
fn by_a_panic_beside_it() {
    check("by a panic", |manager, task| {
        let mut turns = 0;
        let panicking = from_fn(move |cx: &mut Context<'_>| -> Poll<()> {
            turns += 1;
            assert!(turns < 2, "beside a wait: expected");
            cx.give_way();
            Poll::Pending
        });
        let handle = manager.add(wait_for(all((task, panicking))));
        manager.block_on(handle).unwrap_err();
    });
}

#[test]
fn after_it_was_moved_to_another_manager() {
    check("moved", |manager, mut task| {
        assert_eq!(manager.block_on(wait_for(any((&mut task, give_way())))), Any2::Second(()));
        let other = TaskManager::new();
        assert_eq!(other.block_on(wait_for(any((&mut task, give_way())))), Any2::Second(()));
        drop(task);
        assert!(!other.has_timeouts() && !other.has_foreign_waits(), "{other:?}");
        assert_eq!(other.time_to_wait(), None);
    });
}

#[test]
fn one_that_waits_until_nobody_has_anything_to_do() {
    let manager = TaskManager::new();
    let handle = manager.add(wait_for(idle()));
    // The manager looks just when it is asked to, so the task still waits.
    let spinning = manager.clone();
    manager.block_on(from_fn(move |_| {
        assert!(!spinning.tasks().is_empty());
        handle.cancel();
        Poll::Ready(())
    }));
    assert_eq!(manager.time_to_wait(), None);
    assert_eq!(manager.block_on(wait_for(any((idle(), give_way())))), Any2::Second(()));
    assert_eq!(manager.time_to_wait(), None);
}
