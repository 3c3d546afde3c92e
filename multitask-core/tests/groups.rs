//! Groups: tasks that are owned, stopped and joined together.
#![cfg(feature = "std")]

mod support;

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    task::Poll,
    time::Duration,
};

use multitask_core::{
    Context, FirstFailure, Group, JoinError, Operation, Task, TaskManager, any, combine::Any2, sleep,
};
use support::{Log, Loud, from_fn, parked, rounds, wait_for};

const LONG: Duration = Duration::from_secs(60);

/// Gives way so many times, and then evaluates to the value.
fn turns<T: Clone>(count: u32, value: T) -> impl Task<Output = T> {
    let mut inner = rounds(count, |_| ());
    from_fn(move |cx| inner.resume(cx).map(|()| value.clone()))
}

/// Never ends; notes when it is dropped.
fn endless<T>(drops: &Rc<Cell<u32>>) -> impl Task<Output = T> + use<T> {
    let guard = Loud(drops.clone());
    from_fn(move |_| {
        let _ = &guard;
        Poll::Pending
    })
}

fn outcome<T>(result: Result<T, JoinError>) -> Option<T> {
    result.ok()
}

#[test]
fn tasks_are_joined_in_the_order_in_which_they_finish() {
    let manager = TaskManager::new();
    let group = Group::of(&manager);
    for count in [3, 1, 2] {
        group.add(turns(count, count));
    }
    assert_eq!(group.len(), 3);
    let next = || manager.block_on(wait_for(group.next())).map(outcome);
    assert_eq!([next(), next(), next(), next()], [Some(Some(1)), Some(Some(2)), Some(Some(3)), None]);
    assert!(group.is_empty());
}

#[test]
fn all_are_joined_in_the_order_in_which_they_were_added() {
    let manager = TaskManager::new();
    let group = Rc::new(Group::of(&manager));
    group.add(turns(3, 1));
    group.add(turns(1, 2));
    let late = group.clone();
    manager.add(rounds(2, move |round| {
        if round == 1 {
            late.add(turns(5, 3));
        }
    }));
    let outcomes = manager.block_on(wait_for(group.join_all()));
    assert_eq!(outcomes.into_iter().map(outcome).collect::<Vec<_>>(), [Some(1), Some(2), Some(3)]);
    assert!(group.is_empty());
    assert!(manager.block_on(wait_for(group.join_all())).is_empty());
}

#[test]
fn dropping_a_group_cancels_what_has_not_finished() {
    let manager = TaskManager::new();
    let drops = Rc::new(Cell::new(0));
    let group = Group::of(&manager);
    group.add(endless::<()>(&drops));
    group.add(wait_for(sleep(LONG)));
    group.add(endless(&drops));
    manager.run_next(Some(Duration::ZERO)).unwrap();
    assert!(manager.has_timeouts());
    drop(group);
    assert_eq!(drops.get(), 2);
    assert!(!manager.has_timeouts() && !manager.has_runnable());
    manager.run().unwrap();
}

#[test]
fn cancelled_tasks_are_joined_as_such() {
    let manager = TaskManager::new();
    let drops = Rc::new(Cell::new(0));
    let group = Group::of(&manager);
    group.add(turns(1, ()));
    group.add(endless(&drops));
    manager.run().unwrap();
    group.cancel_all();
    assert_eq!(drops.get(), 1);
    let outcomes = manager.block_on(wait_for(group.join_all()));
    assert!(matches!(outcomes[..], [Ok(()), Err(JoinError::Cancelled)]));
}

#[test]
fn detached_tasks_run_on() {
    let manager = TaskManager::new();
    let log = Log::new();
    let entries = log.clone();
    let group = Group::of(&manager);
    group.add(rounds(2, move |round| entries.push(round)));
    manager.run_next(None).unwrap();
    group.detach();
    assert!(group.is_empty());
    drop(group);
    manager.run().unwrap();
    assert_eq!(log.take(), [0, 1]);
}

#[test]
fn the_first_failure_cancels_the_others() {
    let manager = TaskManager::new();
    let drops = Rc::new(Cell::new(0));
    let group = Group::of(&manager);
    group.add(turns(1, Ok(1)));
    group.add(endless::<Result<u32, &str>>(&drops));
    group.add(turns(2, Err("broken")));
    let failure = manager.block_on(wait_for(group.try_join_all())).unwrap_err();
    assert!(matches!(failure, FirstFailure::Error("broken")));
    assert_eq!(failure.to_string(), "broken");
    assert_eq!((drops.get(), group.len()), (1, 0));

    group.add(from_fn(|_| panic!("a member that panics: expected")));
    group.add(endless(&drops));
    let failure = manager.block_on(wait_for(group.try_join_all())).unwrap_err();
    assert!(matches!(failure, FirstFailure::Ended(JoinError::Panicked(_))));
    assert_eq!(drops.get(), 2);
}

#[test]
fn where_none_fails_the_values_come_in_order() {
    let manager = TaskManager::new();
    let group = Group::of(&manager);
    group.add(turns(2, Ok::<_, ()>("slow")));
    group.add(turns(1, Ok("fast")));
    assert_eq!(manager.block_on(wait_for(group.try_join_all())).unwrap(), ["slow", "fast"]);
}

#[test]
fn a_wait_that_is_cancelled_loses_no_result() {
    let manager = TaskManager::new();
    let group = Rc::new(Group::of(&manager));
    let flag = Rc::new(Cell::new(false));
    let parked_task = parked(&flag);
    group.add(parked_task);
    let waiting = manager.add(wait_for(group.next()));
    manager.run().unwrap();
    waiting.cancel();
    group.add(turns(1, ()));
    let first = manager.block_on(wait_for(any((group.next(), sleep(LONG)))));
    assert!(matches!(first, Any2::First(Some(Ok(())))));
    assert!(!manager.has_timeouts());
    assert_eq!(group.len(), 1);
}

#[test]
fn several_tasks_wait_for_one_group_and_each_gets_another_result() {
    let manager = TaskManager::new();
    let group = Group::of(&manager);
    let results = Rc::new(RefCell::new(Vec::new()));
    for _ in 0..3 {
        let results = results.clone();
        manager.add(wait_for(group.next().map(move |next| results.borrow_mut().push(next.and_then(outcome)))));
    }
    // Each finds the group empty, unless there is something by then.
    group.add(turns(2, "a"));
    group.add(turns(4, "b"));
    manager.run().unwrap();
    assert_eq!(*results.borrow(), [Some("a"), Some("b"), None]);
}

#[test]
fn a_task_may_own_a_group_of_its_own_manager() {
    let manager = TaskManager::new();
    let drops = Rc::new(Cell::new(0));
    let guard = drops.clone();
    let mut group = None;
    let owner = manager.add(from_fn(move |_: &mut Context<'_>| {
        let group = group.get_or_insert_with(Group::new);
        group.add(endless::<()>(&guard));
        Poll::<()>::Pending
    }));
    manager.run().unwrap();
    assert!(!owner.is_finished());
    owner.cancel();
    assert_eq!(drops.get(), 1);
    drop(manager);
}

#[test]
fn a_manager_dies_although_a_task_keeps_a_group_of_it() {
    let manager = TaskManager::new();
    let drops = Rc::new(Cell::new(0));
    let guard = Loud(drops.clone());
    let group = Group::<()>::of(&manager);
    manager.add(from_fn(move |_| {
        let _ = (&guard, &group);
        Poll::<()>::Pending
    }));
    manager.run().unwrap();
    drop(manager);
    assert_eq!(drops.get(), 1);
}

#[test]
fn a_member_may_drop_its_group() {
    let manager = TaskManager::new();
    let group = Rc::new(RefCell::new(Some(Group::of(&manager))));
    let drops = Rc::new(Cell::new(0));
    let (own, guard) = (group.clone(), Loud(drops.clone()));
    group.borrow().as_ref().unwrap().add(from_fn(move |_| {
        let _ = &guard;
        drop(own.take());
        Poll::<()>::Pending
    }));
    group.borrow().as_ref().unwrap().add(endless(&drops));
    manager.run().unwrap();
    assert_eq!(drops.get(), 2);
}

#[test]
fn failures_that_nobody_has_joined_are_reported_when_the_group_is_dropped() {
    let manager = TaskManager::new();
    let log = Log::new();
    let entries = log.clone();
    manager.on_failure(move |failure| entries.push((failure.name().to_owned(), failure.message().to_owned())));
    let group = Group::of(&manager);
    group.add_named("worker", from_fn(|_| -> Poll<()> { panic!("unseen: expected") }));
    manager.run().unwrap();
    assert_eq!(log.take(), []);
    drop(group);
    assert_eq!(log.take(), [("worker".to_owned(), "unseen: expected".to_owned())]);
}

#[test]
fn a_handle_that_cancels_its_task_still_joins() {
    let manager = TaskManager::new();
    let drops = Rc::new(Cell::new(0));
    let scoped = manager.add(turns(2, 5)).cancel_on_drop();
    assert_eq!(manager.block_on(scoped).unwrap(), 5);
    let scoped = manager.add(endless::<()>(&drops)).cancel_on_drop();
    manager.run().unwrap();
    assert!(!scoped.is_finished());
    drop(scoped);
    assert_eq!(drops.get(), 1);
}
