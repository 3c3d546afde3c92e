//! Two managers become one: tasks, timers, descriptors, handles and remotes of both go on working.
#![cfg(feature = "std")]

mod support;

use std::{
    cell::{Cell, RefCell},
    io::Write,
    net::TcpStream as Peer,
    rc::Rc,
    sync::{Arc, Mutex},
    task::Poll,
    thread,
    time::{Duration, Instant},
};

use multitask_core::{
    Group, MergeError, Operation, Task, TaskManager, Waiter, add, completion, idle, net::TcpListener, sleep,
};
use support::{Log, Loud, from_fn, parked, rounds, wait_for};

const LONG: Duration = Duration::from_secs(60);

fn millis(n: u64) -> Duration {
    Duration::from_millis(n)
}

fn two() -> (TaskManager, TaskManager) {
    (TaskManager::new(), TaskManager::new())
}

/// Lets all tasks begin to wait.
fn settle(manager: &TaskManager) {
    manager.run_next(Some(Duration::ZERO)).unwrap();
}

#[test]
fn the_runnable_tasks_of_the_other_come_after_those_of_the_first() {
    let (first, second) = two();
    let log = Log::new();
    for (manager, names) in [(&second, ["c", "d"]), (&first, ["a", "b"])] {
        for name in names {
            let log = log.clone();
            manager.add(rounds(2, move |_| log.push(name)));
        }
    }
    first.merge(&second).unwrap();
    assert!(second.has_runnable());
    second.run().unwrap();
    assert_eq!(log.take(), ["a", "b", "c", "d", "a", "b", "c", "d"]);
    assert!(!first.has_runnable());
}

#[test]
fn timers_of_both_fire_in_the_order_of_their_deadlines() {
    let (first, second) = two();
    let log = Log::new();
    for (manager, wait) in [(&first, 30), (&second, 20), (&first, 10), (&second, 40)] {
        let log = log.clone();
        manager.add(wait_for(sleep(millis(wait)).map(move |()| log.push(wait))));
    }
    settle(&first);
    settle(&second);
    let start = Instant::now();
    first.merge(&second).unwrap();
    first.run().unwrap();
    assert_eq!(log.take(), [10, 20, 30, 40]);
    assert!(start.elapsed() < LONG && !first.has_timeouts() && !second.has_timeouts());
}

#[test]
fn descriptors_of_both_are_waited_for_also_by_several_tasks_at_once() {
    let (first, second) = two();
    let accepted = Rc::new(Cell::new(0));
    let mut addresses = Vec::new();
    for manager in [&first, &second] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        addresses.push(listener.local_addr().unwrap());
        for _ in 0..2 {
            let accepted = accepted.clone();
            manager.add(wait_for(listener.accept().map(move |conn| {
                conn.unwrap();
                accepted.set(accepted.get() + 1);
            })));
        }
        settle(manager);
        assert!(manager.has_io_waits());
    }
    first.merge(&second).unwrap();
    let peers: Vec<_> = addresses.iter().chain(&addresses).map(|address| Peer::connect(address).unwrap()).collect();
    first.run().unwrap();
    assert_eq!((accepted.get(), peers.len()), (4, 4));
    assert!(!first.has_io_waits() && !second.has_io_waits());
}

#[test]
fn a_socket_may_go_on_in_the_other_manager_with_data_that_came_before() {
    let (first, second) = two();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut peer = Peer::connect(listener.local_addr().unwrap()).unwrap();
    let (sock, _) = second.block_on(wait_for(listener.accept())).unwrap();
    let reading = second.add(wait_for(sock.recv(16)));
    settle(&second);
    peer.write_all(b"early").unwrap();
    first.merge(&second).unwrap();
    assert_eq!(first.block_on(reading).unwrap().unwrap(), b"early");
}

#[test]
fn what_a_task_left_with_the_old_manager_still_wakes_it() {
    let (first, second) = two();
    let waiter: Rc<RefCell<Option<Waiter>>> = Rc::default();
    let flag = Rc::new(Cell::new(false));
    let (kept, seen) = (waiter.clone(), flag.clone());
    // It registers once and for all.
    let task = second.add(from_fn(move |cx| {
        kept.borrow_mut().get_or_insert_with(|| cx.waiter());
        if seen.get() { Poll::Ready(()) } else { Poll::Pending }
    }));
    settle(&second);
    first.merge(&second).unwrap();
    drop(second);
    first.run().unwrap();
    assert!(!task.is_finished());
    flag.set(true);
    waiter.take().unwrap().wake();
    assert!(first.has_runnable());
    first.run().unwrap();
    assert!(task.is_finished());
}

#[test]
fn handles_join_cancel_and_name_tasks_that_have_moved() {
    let (first, second) = two();
    for _ in 0..3 {
        first.add(rounds(1, |_| ()));
    }
    let drops = Rc::new(Cell::new(0));
    let guard = Loud(drops.clone());
    let cancelled = second.add(from_fn(move |_| {
        let _ = &guard;
        Poll::<()>::Pending
    }));
    let joined = second.add(rounds(3, |_| ())).named("joined");
    let finished = second.add(rounds(0, |_| ())).named("finished");
    settle(&second);
    let before = joined.id();
    first.merge(&second).unwrap();
    assert_ne!(joined.id(), before);
    assert_eq!(joined.name().as_deref(), Some("joined"));
    assert_eq!(finished.name().as_deref(), Some("finished"));
    let ids: Vec<_> = second.tasks().iter().map(|task| task.id()).collect();
    assert!(ids.contains(&joined.id()) && ids.contains(&cancelled.id()));
    drop(second);
    cancelled.cancel();
    assert_eq!(drops.get(), 1);
    assert_eq!(first.tasks().len(), 4);
    first.block_on(joined).unwrap();
    drop(finished);
    assert_eq!(first.tasks().len(), 0);
}

#[test]
fn either_handle_keeps_the_tasks_alive_and_the_last_one_drops_them() {
    let drops = Rc::new(Cell::new(0));
    let endless = || {
        let guard = Loud(drops.clone());
        from_fn(move |_| {
            let _ = &guard;
            Poll::<()>::Pending
        })
    };
    for drop_first in [true, false] {
        let (first, second) = two();
        let (one, other) = (first.add(endless()), second.add(endless()));
        first.merge(&second).unwrap();
        let last = if drop_first { (drop(first), second).1 } else { (drop(second), first).1 };
        last.run().unwrap();
        assert!(!one.is_finished() && !other.is_finished());
        drop(last);
        assert_eq!(drops.replace(0), 2);
        assert!(one.is_finished() && other.is_finished());
    }
}

#[test]
fn remotes_and_completions_of_both_reach_the_one_that_is_left() {
    let (first, second) = two();
    let remotes = [first.remote(), second.remote()];
    let alive = remotes[1].keep_alive();
    let (completer, completion) = completion();
    let completed = second.add(wait_for(completion));
    settle(&second);
    first.merge(&second).unwrap();
    drop(second);
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = seen.clone();
    let thread = thread::spawn(move || {
        for (n, remote) in remotes.iter().enumerate() {
            let log = log.clone();
            remote.add(move || rounds(1, move |_| log.lock().unwrap().push(n))).unwrap();
        }
        completer.complete("completed").unwrap();
        drop(alive);
        remotes
    });
    assert_eq!(first.block_on(completed).unwrap(), Ok("completed"));
    first.run().unwrap();
    let remotes = thread.join().unwrap();
    let mut seen = seen.lock().unwrap().clone();
    seen.sort_unstable();
    assert_eq!(seen, [0, 1]);
    drop(first);
    assert!(remotes.iter().all(multitask_core::Remote::is_manager_gone));
}

#[test]
fn a_remote_of_the_one_that_was_merged_ends_a_wait_in_the_poller() {
    let (first, second) = two();
    let remote = second.remote();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let accepting = first.add(wait_for(listener.accept()));
    settle(&first);
    first.merge(&second).unwrap();
    let thread = thread::spawn(move || remote.stop().unwrap());
    first.run().unwrap();
    thread.join().unwrap();
    assert!(!accepting.is_finished());
}

#[test]
fn merging_with_itself_or_twice_does_nothing() {
    let (first, second) = two();
    let log = Log::new();
    let entries = log.clone();
    second.add(rounds(1, move |_| entries.push("once")));
    second.add(wait_for(sleep(millis(1))));
    settle(&second);
    for _ in 0..2 {
        first.merge(&first).unwrap();
        first.merge(&second).unwrap();
        second.merge(&first).unwrap();
    }
    first.run().unwrap();
    assert_eq!(log.take(), ["once"]);
}

#[test]
fn a_chain_of_merges_leads_to_the_last() {
    let (first, second) = two();
    let third = TaskManager::new();
    let flag = Rc::new(Cell::new(false));
    let waiting = third.add(parked(&flag));
    let remote = third.remote();
    settle(&third);
    second.merge(&third).unwrap();
    first.merge(&second).unwrap();
    let late = third.add(rounds(1, |_| ()));
    assert!(first.has_runnable());
    flag.set(true);
    thread::spawn(move || remote.execute(|manager| drop(manager.add(rounds(1, |_| ()))))).join().unwrap().unwrap();
    first.run().unwrap();
    assert!(waiting.is_finished() && late.is_finished());
}

#[test]
fn a_manager_may_be_taken_over_inside_of_a_task_and_one_that_runs_takes_over_the_other() {
    let (first, second) = two();
    let log = Log::new();
    let entries = log.clone();
    second.add(rounds(2, move |_| entries.push("second")));
    let (running, other, entries) = (first.clone(), second.clone(), log.clone());
    first.add(rounds(2, move |round| {
        entries.push("first");
        if round == 0 {
            other.merge(&running).unwrap();
        }
    }));
    first.run().unwrap();
    assert_eq!(log.take(), ["first", "second", "first", "second"]);
}

#[test]
fn two_managers_that_both_run_stay_two() {
    let (first, second) = two();
    let (outer, inner) = (first.clone(), second.clone());
    let outcome = first.block_on(from_fn(move |_| {
        let (outer, merged) = (outer.clone(), inner.clone());
        Poll::Ready(inner.block_on(from_fn(move |_| Poll::Ready(outer.merge(&merged)))))
    }));
    assert_eq!(outcome, Err(MergeError::Running));
    assert_eq!(first.merge(&TaskManager::with_virtual_clock()), Err(MergeError::Clocks));
    first.merge(&second).unwrap();
}

#[test]
fn idlers_and_groups_move_too() {
    let (first, second) = two();
    let group = Group::of(&second);
    group.add(wait_for(idle()));
    settle(&second);
    first.merge(&second).unwrap();
    group.add(rounds(2, |_| ()));
    assert_eq!(first.block_on(wait_for(group.join_all())).len(), 2);
    drop((first, second));
    drop(group);
}

#[test]
fn a_failure_of_a_moved_task_goes_to_the_manager_that_has_it() {
    let (first, second) = two();
    let log = Log::new();
    let entries = log.clone();
    first.on_failure(move |failure| entries.push(failure.message().to_owned()));
    second.on_failure(|_| unreachable!("its tasks are gone"));
    second.add(from_fn(|_| -> Poll<()> { panic!("moved: expected") }));
    let finished = second.add(from_fn(|_| -> Poll<()> { panic!("before: expected") }));
    let unjoined = second.add(from_fn(|_| -> Poll<()> { panic!("after: expected") }));
    first.merge(&second).unwrap();
    first.run().unwrap();
    drop((finished, unjoined));
    assert_eq!(log.take(), ["moved: expected", "before: expected", "after: expected"]);
}

#[test]
fn the_default_manager_may_be_merged_as_well() {
    thread::spawn(|| {
        let manager = TaskManager::new();
        manager.merge(&multitask_core::default_task_manager()).unwrap();
        let handle = add(rounds(1, |_| ()));
        manager.run().unwrap();
        assert!(handle.is_finished());
        let mut joined = handle;
        assert!(joined.resume(&mut multitask_core::Context::detached()).is_ready());
    })
    .join()
    .unwrap();
}
