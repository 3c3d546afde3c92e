//! The loop: order, fairness, when it ends, loops within loops, and what becomes of the tasks.
#![cfg(feature = "std")]

mod support;

use std::{
    cell::{Cell, RefCell},
    panic::{AssertUnwindSafe, catch_unwind},
    rc::Rc,
    task::Poll,
    thread,
    time::{Duration, Instant},
};

use multitask_core::{Task, TaskHandle, TaskManager, Waiter, add, block_on, default_task_manager, run, sleep};
use support::{Log, Loud, from_fn, parked, rounds, wait_for};

fn millis(n: u64) -> Duration {
    Duration::from_millis(n)
}

#[test]
fn tasks_run_in_the_order_in_which_they_were_queued() {
    let manager = TaskManager::new();
    let log = Log::new();
    for name in ["a", "b", "c"] {
        let log = log.clone();
        manager.add(rounds(2, move |round| log.push((name, round))));
    }
    assert_eq!(log.take(), [], "nothing runs before the manager does");
    manager.run().unwrap();
    assert_eq!(log.take(), [("a", 0), ("b", 0), ("c", 0), ("a", 1), ("b", 1), ("c", 1)]);
}

#[test]
fn a_task_that_is_added_by_a_running_one_goes_to_the_end_of_the_same_queue() {
    let manager = TaskManager::new();
    let log = Log::new();
    for name in ["a", "b"] {
        let log = log.clone();
        manager.add(rounds(2, move |round| {
            log.push((name, round));
            if round == 0 {
                let log = log.clone();
                add(rounds(1, move |_| log.push((name, 9))));
            }
        }));
    }
    manager.run().unwrap();
    assert_eq!(log.take(), [("a", 0), ("b", 0), ("a", 9), ("a", 1), ("b", 9), ("b", 1)]);
    assert!(!default_task_manager().has_runnable());
}

#[test]
fn the_functions_without_a_manager_use_the_thread_s_own() {
    let done = Rc::new(Cell::new(false));
    let flag = done.clone();
    add(rounds(1, move |_| flag.set(true)));
    assert!(default_task_manager().has_runnable());
    run().unwrap();
    assert!(done.get());
    assert!(!default_task_manager().has_runnable());
    assert_eq!(block_on(from_fn(|_| Poll::Ready(7))), 7);
}

#[test]
fn the_innermost_running_manager_takes_what_is_added() {
    let outer = TaskManager::new();
    let inner = TaskManager::new();
    let seen = Rc::new(Cell::new((false, false)));
    let (result, inner_manager, outer_manager) = (seen.clone(), inner.clone(), outer.clone());
    outer.add(from_fn(move |_| {
        let (probe, of) = (result.clone(), inner_manager.clone());
        inner_manager.block_on(from_fn(move |_| {
            add(rounds(1, |_| ()));
            probe.set((of.has_runnable(), false));
            Poll::Ready(())
        }));
        assert!(!outer_manager.has_runnable());
        add(rounds(1, |_| ()));
        result.set((result.get().0, outer_manager.has_runnable()));
        Poll::Ready(())
    }));
    outer.run().unwrap();
    assert_eq!(seen.get(), (true, true));
    assert!(inner.has_runnable());
}

#[test]
fn a_turn_runs_the_tasks_that_were_runnable_when_it_began_once_each() {
    let manager = TaskManager::new();
    let log = Log::new();
    for name in ["a", "b"] {
        let log = log.clone();
        manager.add(rounds(3, move |round| log.push((name, round))));
    }
    manager.run_next(None).unwrap();
    assert_eq!(log.take(), [("a", 0), ("b", 0)]);
    assert!(manager.has_runnable());
    manager.run_next(None).unwrap();
    assert_eq!(log.take(), [("a", 1), ("b", 1)]);
}

#[test]
fn one_turn_waits_for_the_first_timer_and_no_longer_than_it_may() {
    let manager = TaskManager::new();
    let start = Instant::now();
    let late = manager.add(wait_for(sleep(Duration::from_secs(100))));
    manager.run_next(Some(millis(5))).unwrap();
    assert!(start.elapsed() < Duration::from_secs(50), "{:?}", start.elapsed());
    assert!(manager.has_timeouts() && !manager.has_runnable());
    late.cancel();
    let start = Instant::now();
    manager.add(wait_for(sleep(millis(30))));
    manager.run_next(Some(Duration::ZERO)).unwrap();
    while !manager.has_runnable() {
        manager.run_next(None).unwrap();
    }
    assert!(start.elapsed() >= millis(30));
    assert!(!manager.has_timeouts());
    manager.run_next(None).unwrap();
    assert!(!manager.has_runnable());
    // Nothing can happen any more, so there is nothing to wait for.
    let start = Instant::now();
    manager.run_next(Some(Duration::from_secs(10))).unwrap();
    assert!(start.elapsed() < Duration::from_secs(5));
}

#[test]
fn a_spinner_does_not_starve_a_timer() {
    let manager = TaskManager::new();
    let awake = Rc::new(Cell::new(false));
    let flag = awake.clone();
    let start = Instant::now();
    manager.add(from_fn(move |cx| {
        if flag.get() || start.elapsed() > Duration::from_secs(10) {
            return Poll::Ready(());
        }
        cx.give_way();
        Poll::Pending
    }));
    let sleeper = manager.add(wait_for(sleep(millis(20))));
    manager.add(from_fn({
        let mut sleeper = wait_for(sleeper);
        move |cx| {
            let poll = sleeper.resume(cx);
            awake.set(poll.is_ready());
            poll.map(|result| result.unwrap())
        }
    }));
    manager.run().unwrap();
    assert!(start.elapsed() < Duration::from_secs(5), "the spinner had to give up");
}

#[test]
fn timers_are_looked_at_often_when_the_resumes_are_long() {
    const QUICK: u32 = 20_000;
    // What the manager has learnt from the quick ones holds for so many of the long ones.
    const LEARNING: u32 = 300;
    let manager = TaskManager::new();
    let done = Rc::new(Cell::new(false));
    let spins = Rc::new(Cell::new(0));
    let (flag, count) = (done.clone(), spins.clone());
    manager.add(from_fn(move |cx| {
        if flag.get() {
            return Poll::Ready(());
        }
        count.set(count.get() + 1);
        if count.get() > QUICK {
            thread::sleep(Duration::from_micros(200));
        }
        cx.give_way();
        Poll::Pending
    }));
    // Something to look for, so that the manager does look.
    let distant = manager.add(wait_for(sleep(Duration::from_secs(1000))));
    let mut sleeps = (0..5).map(|_| wait_for(sleep(millis(1)))).collect::<Vec<_>>();
    let count = spins.clone();
    manager.add(from_fn(move |cx| {
        if count.get() < QUICK + LEARNING {
            cx.give_way();
            return Poll::Pending;
        }
        while let Some(sleep) = sleeps.last_mut() {
            if sleep.resume(cx).is_pending() {
                return Poll::Pending;
            }
            sleeps.pop();
        }
        done.set(true);
        distant.cancel();
        Poll::Ready(())
    }));
    manager.run().unwrap();
    let late = spins.get() - QUICK - LEARNING;
    assert!(late < 150, "{late} long resumes in five sleeps of 1 ms");
}

#[test]
fn run_returns_when_all_are_parked_and_a_later_one_goes_on() {
    let manager = TaskManager::new();
    let flag = Rc::new(Cell::new(false));
    let waiter = Rc::new(RefCell::new(None::<Waiter>));
    let (set, slot) = (flag.clone(), waiter.clone());
    let handle = manager.add(from_fn(move |cx| {
        slot.replace(Some(cx.waiter()));
        if set.get() { Poll::Ready(()) } else { Poll::Pending }
    }));
    manager.run().unwrap();
    assert!(!handle.is_finished());
    flag.set(true);
    manager.run().unwrap();
    assert!(!handle.is_finished(), "nobody has woken it");
    waiter.borrow().as_ref().unwrap().wake();
    assert!(manager.has_runnable());
    manager.run().unwrap();
    assert!(handle.is_finished());
}

#[test]
fn a_waiter_of_a_finished_task_wakes_nobody() {
    let manager = TaskManager::new();
    let waiter = Rc::new(RefCell::new(None::<Waiter>));
    let slot = waiter.clone();
    manager.add(from_fn(move |cx| {
        slot.replace(Some(cx.waiter()));
        Poll::Ready(())
    }));
    manager.run().unwrap();
    let resumes = Rc::new(Cell::new(0));
    let count = resumes.clone();
    manager.add(from_fn(move |_| {
        count.set(count.get() + 1);
        Poll::<()>::Pending
    }));
    manager.run().unwrap();
    assert_eq!(resumes.get(), 1);
    let waiter = waiter.take().unwrap();
    waiter.wake();
    assert!(!manager.has_runnable());
    manager.run().unwrap();
    assert_eq!(resumes.get(), 1, "the stranger in the same place was resumed");
    drop(manager);
    waiter.wake();
}

#[test]
fn a_task_is_queued_once_however_often_it_is_woken() {
    let manager = TaskManager::new();
    let resumes = Rc::new(Cell::new(0));
    let count = resumes.clone();
    manager.add(from_fn(move |cx| {
        count.set(count.get() + 1);
        if count.get() == 1 {
            let waiter = cx.waiter();
            waiter.wake();
            waiter.clone().wake();
            cx.give_way();
            assert!(waiter.same_task(&cx.waiter()));
        }
        Poll::<()>::Pending
    }));
    manager.run().unwrap();
    assert_eq!(resumes.get(), 2);
}

#[test]
fn block_on_takes_a_task_that_borrows_and_runs_the_others_meanwhile() {
    let manager = TaskManager::new();
    let rounds_of_other = Rc::new(Cell::new(0));
    let count = rounds_of_other.clone();
    manager.add(rounds(100, move |_| count.set(count.get() + 1)));
    let mut log = Vec::new();
    let sum = manager.block_on(from_fn(|cx| {
        log.push(rounds_of_other.get());
        if log.len() == 3 {
            return Poll::Ready(log.iter().sum::<u32>());
        }
        cx.give_way();
        Poll::Pending
    }));
    assert_eq!((sum, log), (1 + 2 + 3, vec![1, 2, 3]), "both have their turns, the one that was added first");
    assert!(manager.has_runnable(), "the other one is still there");
}

#[test]
fn block_on_of_what_can_never_go_on_says_so() {
    let manager = TaskManager::new();
    let flag = Rc::default();
    let panic = catch_unwind(AssertUnwindSafe(|| manager.block_on(parked(&flag)))).unwrap_err();
    assert!(panic.downcast_ref::<String>().unwrap().contains("can never go on"));
    assert_eq!(manager.block_on(from_fn(|_| Poll::Ready(1))), 1);
}

#[test]
fn a_panic_goes_through_block_on_and_leaves_the_manager_in_order() {
    let manager = TaskManager::new();
    let other = manager.add(rounds(3, |_| ()));
    let panic = catch_unwind(AssertUnwindSafe(|| manager.block_on(from_fn(|_| -> Poll<()> { panic!("oops") }))));
    assert_eq!(panic.unwrap_err().downcast_ref::<&str>(), Some(&"oops"));
    assert!(format!("{manager:?}").contains("tasks: 1"), "{manager:?}");
    add(rounds(1, |_| ()));
    assert!(default_task_manager().has_runnable(), "the loop that was left is not the current one any more");
    manager.run().unwrap();
    assert!(other.is_finished());
}

#[test]
fn a_loop_within_a_task_runs_the_others_and_keeps_what_wakes_the_task() {
    let manager = TaskManager::new();
    let log = Log::new();
    let waiter = Rc::new(RefCell::new(None::<Waiter>));
    let (entries, slot, tasks) = (log.clone(), waiter.clone(), manager.clone());
    let mut resumes = 0;
    let outer = manager.add(from_fn(move |cx| {
        resumes += 1;
        if resumes == 2 {
            entries.push("outer is resumed");
            return Poll::Ready(());
        }
        slot.replace(Some(cx.waiter()));
        tasks.run().unwrap();
        entries.push("the loop within has ended");
        Poll::Pending
    }));
    let entries = log.clone();
    manager.add(rounds(2, move |round| {
        entries.push("inner");
        if round == 0 {
            waiter.borrow().as_ref().unwrap().wake();
        }
    }));
    manager.run().unwrap();
    assert_eq!(log.take(), ["inner", "inner", "the loop within has ended", "outer is resumed"]);
    assert!(outer.is_finished());
}

#[test]
fn a_block_on_within_a_block_on_leaves_the_outer_one_to_its_own_loop() {
    let manager = TaskManager::new();
    let inner = manager.clone();
    let mut resumes = 0;
    let nested = manager.add(from_fn(move |_| {
        // By now the task of the outer `block_on` is in the queue again.
        inner.block_on(wait_for(sleep(millis(2))));
        Poll::Ready(())
    }));
    let output = manager.block_on(from_fn(|cx| {
        resumes += 1;
        if nested.is_finished() && resumes > 2 {
            return Poll::Ready(resumes);
        }
        cx.give_way();
        Poll::Pending
    }));
    assert!(output > 2);
    assert!(format!("{manager:?}").contains("tasks: 0"), "{manager:?}");
}

#[test]
fn dropping_the_manager_drops_its_tasks() {
    let drops = Rc::new(Cell::new(0));
    let manager = TaskManager::new();
    let flag = Rc::default();
    let handles: Vec<TaskHandle<()>> = (0..3)
        .map(|n| {
            let loud = Loud(drops.clone());
            let mut parked = parked(&flag);
            manager.add(from_fn(move |cx| {
                let _ = &loud;
                if n == 2 { Poll::Ready(()) } else { parked.resume(cx) }
            }))
        })
        .collect();
    manager.run().unwrap();
    assert_eq!(drops.get(), 1);
    manager.add(from_fn({
        let loud = Loud(drops.clone());
        move |_| {
            let _ = &loud;
            Poll::<()>::Pending
        }
    }));
    drop(manager.clone());
    assert_eq!(drops.get(), 1, "there is another handle of it");
    drop(manager);
    assert_eq!(drops.get(), 4);
    assert!(handles.iter().all(TaskHandle::is_finished));
}

#[test]
fn a_destructor_of_a_task_may_use_the_manager() {
    struct Meddle(Rc<RefCell<Vec<TaskHandle<()>>>>, Rc<Cell<u32>>);

    impl Drop for Meddle {
        fn drop(&mut self) {
            self.1.set(self.1.get() + 1);
            // Cancels the others, and itself, while it is being dropped.
            for handle in self.0.take() {
                handle.cancel();
            }
            drop(add(rounds(1, |_| ())));
            let _ = default_task_manager().has_runnable();
        }
    }

    for finish_by in ["dropping the manager", "cancelling", "finishing"] {
        let manager = TaskManager::new();
        let handles = Rc::new(RefCell::new(Vec::new()));
        let drops = Rc::new(Cell::new(0));
        for _ in 0..10 {
            let meddle = Meddle(handles.clone(), drops.clone());
            let finish = finish_by == "finishing";
            let handle = manager.add(from_fn(move |_| {
                let _ = &meddle;
                if finish { Poll::Ready(()) } else { Poll::Pending }
            }));
            handles.borrow_mut().push(handle);
        }
        match finish_by {
            "dropping the manager" => drop(manager),
            "cancelling" => {
                let first = handles.borrow_mut().remove(0);
                first.cancel();
                assert!(first.is_finished());
                manager.run().unwrap();
            }
            _ => manager.run().unwrap(),
        }
        assert_eq!(drops.get(), 10, "{finish_by}");
    }
    run().unwrap();
}

#[test]
fn a_task_that_panics_takes_no_other_with_it() {
    let manager = TaskManager::new();
    let log = Log::new();
    let entries = log.clone();
    manager.add(rounds(3, move |round| entries.push(round)));
    manager.add(from_fn(|_| -> Poll<()> { panic!("expected in this test") }));
    manager.run().unwrap();
    assert_eq!(log.take(), [0, 1, 2]);
}

#[test]
fn an_output_that_panics_when_it_is_dropped_takes_no_task_with_it() {
    struct Bomb;

    impl Drop for Bomb {
        fn drop(&mut self) {
            panic!("expected in this test");
        }
    }

    let manager = TaskManager::new();
    manager.add(from_fn(|_| Poll::Ready(Bomb)));
    let other = manager.add(rounds(1, |_| ()));
    manager.run().unwrap();
    assert!(other.is_finished());
}
