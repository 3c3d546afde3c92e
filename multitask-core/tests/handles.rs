//! Handles: joining, cancelling, detaching.
#![cfg(feature = "std")]

mod support;

use std::{
    cell::{Cell, RefCell},
    error::Error,
    rc::Rc,
    task::Poll,
    time::Duration,
};

use multitask_core::{Context, JoinError, Operation, Task, TaskHandle, TaskManager, sleep};
use support::{Loud, from_fn, parked, rounds, wait_for};

fn distant() -> impl Task<Output = ()> {
    wait_for(sleep(Duration::from_secs(1000)))
}

#[test]
fn joining_waits_for_the_output() {
    let manager = TaskManager::new();
    let mut left = 3;
    let handle = manager.add(from_fn(move |cx| {
        if left == 0 {
            return Poll::Ready("done");
        }
        left -= 1;
        cx.give_way();
        Poll::Pending
    }));
    assert!(!handle.is_finished());
    assert_eq!(manager.block_on(wait_for(handle)).unwrap(), "done");
}

#[test]
fn joining_a_finished_task_delivers_at_once() {
    let manager = TaskManager::new();
    let mut handle = manager.add(from_fn(|_| Poll::Ready(7)));
    manager.run().unwrap();
    assert!(handle.is_finished());
    // Without a manager, hence without a wait.
    let poll = TaskHandle::poll(&mut handle, || unreachable!(), &mut Context::detached());
    assert!(matches!(poll, Poll::Ready(Ok(7))));
}

#[test]
fn joining_across_managers_wakes_the_joiner() {
    let [here, there] = [TaskManager::new(), TaskManager::new()];
    let handle = there.add(from_fn(|_| Poll::Ready(7)));
    let joiner = here.add(wait_for(handle));
    here.run().unwrap();
    assert!(!joiner.is_finished());
    there.run().unwrap();
    assert!(here.has_runnable());
    here.run().unwrap();
    assert!(joiner.is_finished());
}

#[test]
fn a_panic_comes_out_of_the_join() {
    let manager = TaskManager::new();
    let drops = Rc::new(Cell::new(0));
    let loud = Loud(drops.clone());
    let place = String::from("this test");
    let handle = manager.add(from_fn(move |_| -> Poll<()> {
        let _ = &loud;
        panic!("expected in {place}")
    }));
    let error = manager.block_on(wait_for(handle)).unwrap_err();
    assert_eq!(drops.get(), 1);
    assert_eq!(error.to_string(), "the task panicked: expected in this test");
    assert_eq!(format!("{error:?}"), r#"Panicked("expected in this test")"#);
    assert!(error.source().is_none());
    let JoinError::Panicked(payload) = error else { panic!("it was no panic") };
    assert_eq!(*payload.downcast::<String>().unwrap(), "expected in this test");
}

#[test]
fn cancelling_drops_the_task_at_once_with_all_it_waits_for() {
    let manager = TaskManager::new();
    let drops = Rc::new(Cell::new(0));
    let mut child = distant();
    let loud = Loud(drops.clone());
    let handle = manager.add(from_fn(move |cx| {
        let _ = &loud;
        child.resume(cx)
    }));
    manager.run_next(Some(Duration::ZERO)).unwrap();
    assert!(manager.has_timeouts());
    handle.cancel();
    assert_eq!(drops.get(), 1);
    assert!(handle.is_finished());
    assert!(!manager.has_timeouts() && !manager.has_runnable());
    handle.cancel();
    manager.run().unwrap();
    let error = manager.block_on(wait_for(handle)).unwrap_err();
    assert_eq!(error.to_string(), "the task was cancelled");
}

#[test]
fn cancelling_before_the_first_resume_runs_nothing() {
    let manager = TaskManager::new();
    let drops = Rc::new(Cell::new(0));
    let loud = Loud(drops.clone());
    let handle = manager.add(from_fn(move |_| -> Poll<()> {
        let _ = &loud;
        unreachable!("it was cancelled")
    }));
    handle.cancel();
    assert_eq!(drops.get(), 1);
    assert!(!manager.has_runnable());
    manager.run().unwrap();
}

#[test]
fn a_running_task_that_is_cancelled_is_dropped_when_it_comes_back() {
    for finishes in [false, true] {
        let manager = TaskManager::new();
        let own = Rc::new(RefCell::new(None::<TaskHandle<&str>>));
        let drops = Rc::new(Cell::new(0));
        let (slot, loud, count) = (own.clone(), Loud(drops.clone()), drops.clone());
        let handle = manager.add(from_fn(move |cx| {
            let _ = &loud;
            let handle = slot.borrow();
            handle.as_ref().unwrap().cancel();
            assert_eq!(count.get(), 0);
            assert!(!handle.as_ref().unwrap().is_finished());
            cx.give_way();
            if finishes { Poll::Ready("finished first") } else { Poll::Pending }
        }));
        own.replace(Some(handle));
        manager.run_next(None).unwrap();
        assert_eq!(drops.get(), 1);
        assert!(!manager.has_runnable());
        let result = manager.block_on(wait_for(own.take().unwrap()));
        match result {
            Ok(words) => assert!(finishes && words == "finished first"),
            Err(error) => assert!(!finishes && matches!(error, JoinError::Cancelled)),
        }
    }
}

#[test]
fn cancelling_wakes_the_joiner() {
    let manager = TaskManager::new();
    let handle = manager.add(distant());
    // A second owner of the handle, by way of a cell that the joiner polls.
    let shared = Rc::new(RefCell::new(handle));
    let joined = shared.clone();
    let joiner = manager.add(from_fn(move |cx| TaskHandle::poll(&mut joined.borrow_mut(), || unreachable!(), cx)));
    manager.run_next(Some(Duration::ZERO)).unwrap();
    assert!(!manager.has_runnable());
    shared.borrow().cancel();
    assert!(manager.has_runnable());
    manager.run().unwrap();
    assert!(joiner.is_finished());
}

#[test]
fn cancelling_a_joiner_leaves_the_joined_task_alone() {
    let manager = TaskManager::new();
    let flag = Rc::new(Cell::new(false));
    let done = Rc::new(Cell::new(false));
    let (mut wait, set) = (parked(&flag), done.clone());
    let waiter = Rc::new(RefCell::new(None));
    let slot = waiter.clone();
    let joined = manager.add(from_fn(move |cx| {
        slot.replace(Some(cx.waiter()));
        let poll = wait.resume(cx);
        set.set(poll.is_ready());
        poll
    }));
    let joiner = manager.add(wait_for(joined));
    manager.run().unwrap();
    joiner.cancel();
    flag.set(true);
    waiter.take().unwrap().wake();
    manager.run().unwrap();
    assert!(done.get());
}

#[test]
fn a_detached_task_runs_on_and_drops_its_output() {
    let manager = TaskManager::new();
    let drops = Rc::new(Cell::new(0));
    let mut output = Some(Loud(drops.clone()));
    drop(manager.add(from_fn(move |_| Poll::Ready(output.take()))));
    assert_eq!(drops.get(), 0);
    manager.run().unwrap();
    assert_eq!(drops.get(), 1);
}

#[test]
fn a_join_can_time_out_and_the_task_runs_on() {
    let manager = TaskManager::new();
    let other = manager.add(distant());
    let id = other.id();
    let timeout = manager.block_on(wait_for(other.timeout(Duration::from_millis(2)))).unwrap_err();
    assert_eq!(timeout.limit(), Duration::from_millis(2));
    assert!(manager.has_timeouts(), "task {id} still sleeps");
}

#[test]
fn ids_tell_tasks_apart_also_in_the_same_place() {
    let manager = TaskManager::new();
    let first = manager.add(rounds(0, |_| ()));
    let second = manager.add(rounds(0, |_| ()));
    assert_ne!(first.id(), second.id());
    manager.run().unwrap();
    let third = manager.add(rounds(0, |_| ()));
    assert!(third.id() != first.id() && third.id() != second.id());
    assert_eq!(format!("{:?}", first.id()), format!("TaskId({})", first.id()));
}

#[test]
fn a_task_whose_manager_is_gone_was_cancelled() {
    let manager = TaskManager::new();
    let handle = manager.add(distant());
    manager.run_next(Some(Duration::ZERO)).unwrap();
    drop(manager);
    assert!(matches!(multitask_core::block_on(wait_for(handle)), Err(JoinError::Cancelled)));
}

#[test]
fn tasks_that_hold_handles_of_each_other_are_dropped_without_recursion() {
    let manager = TaskManager::new();
    let mut next = manager.add(distant());
    for _ in 0..if cfg!(miri) { 1_000 } else { 100_000 } {
        let handle = next;
        next = manager.add(from_fn(move |_| {
            let _ = &handle;
            Poll::Pending
        }));
    }
    manager.run_next(Some(Duration::ZERO)).unwrap();
    drop(next);
    drop(manager);
}
