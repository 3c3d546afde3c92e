//! Time that passes when nobody has anything to do: virtual clocks, intervals, and being idle.
#![cfg(feature = "std")]

mod support;

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    task::Poll,
    thread,
    time::{Duration, Instant},
};

use multitask_core::{
    Deadline, Interval, Operation, TaskManager, any, combine::Any2, completion, idle, interval, now, ready, sleep,
};
use support::{Log, attempt, from_fn, rounds, wait_for};

const HOUR: Duration = Duration::from_secs(3600);

fn seconds(n: u64) -> Duration {
    Duration::from_secs(n)
}

#[test]
fn hours_pass_in_no_time_and_in_order() {
    let manager = TaskManager::with_virtual_clock();
    let (start, real) = (manager.now(), Instant::now());
    let log = Log::new();
    for hours in [3, 1, 2] {
        let log = log.clone();
        manager.add(wait_for(sleep(hours * HOUR).map(move |()| log.push((hours, now() - start)))));
    }
    manager.run().unwrap();
    assert_eq!(log.take(), [(1, HOUR), (2, 2 * HOUR), (3, 3 * HOUR)]);
    assert!(real.elapsed() < HOUR);
}

/// More than are woken at one look of a loop.
const MANY: usize = 1000;

fn many_sleepers(manager: &TaskManager, log: &Log<(usize, Duration)>) {
    let start = manager.now();
    for n in 0..MANY {
        let log = log.clone();
        manager.add(wait_for(sleep(seconds(1 + n as u64 % 2)).map(move |()| log.push((n, now() - start)))));
    }
}

#[test]
fn many_whose_time_comes_at_once_go_on_in_their_order() {
    let (manager, log) = (TaskManager::with_virtual_clock(), Log::new());
    many_sleepers(&manager, &log);
    manager.run().unwrap();
    let odd_after_even = (0..MANY).step_by(2).chain((1..MANY).step_by(2));
    let expected: Vec<_> = odd_after_even.map(|n| (n, seconds(1 + n as u64 % 2))).collect();
    assert_eq!(log.take(), expected);
    assert!(!manager.has_timeouts());
}

#[test]
fn one_turn_by_hand_wakes_all_whose_time_has_come() {
    let (manager, log) = (TaskManager::with_virtual_clock(), Log::new());
    many_sleepers(&manager, &log);
    manager.run_next(Some(Duration::ZERO)).unwrap();
    manager.advance(seconds(5));
    manager.run_next(Some(Duration::ZERO)).unwrap();
    manager.run_next(Some(Duration::ZERO)).unwrap();
    assert_eq!(log.take().len(), MANY);
}

#[test]
fn an_idler_goes_after_all_whose_time_has_come() {
    let (manager, log) = (TaskManager::with_virtual_clock(), Log::new());
    many_sleepers(&manager, &log);
    manager.run_next(Some(Duration::ZERO)).unwrap();
    manager.advance(seconds(5));
    let seen = Log::new();
    let (last, behind) = (seen.clone(), log.clone());
    manager.add(wait_for(idle().map(move |()| last.push(behind.take().len()))));
    manager.run().unwrap();
    assert_eq!(seen.take(), [MANY]);
}

#[test]
fn time_stands_while_tasks_are_runnable() {
    let manager = TaskManager::with_virtual_clock();
    let start = manager.now();
    manager.add(wait_for(sleep(seconds(1))));
    manager.block_on(rounds(1000, |_| ()));
    assert_eq!(manager.now(), start);
    assert!(manager.has_timeouts());
}

#[test]
fn a_look_moves_the_clock_by_no_more_than_its_limit() {
    let manager = TaskManager::with_virtual_clock();
    let start = manager.now();
    let sleeper = manager.add(wait_for(sleep(seconds(10))));
    manager.run_next(Some(seconds(4))).unwrap();
    assert_eq!(manager.now() - start, seconds(4));
    assert!(manager.time_to_wait().is_some_and(|time| time > Duration::ZERO && time <= seconds(6)));
    manager.run_next(Some(Duration::ZERO)).unwrap();
    assert_eq!(manager.now() - start, seconds(4));
    manager.advance(seconds(6));
    assert!(!manager.has_runnable());
    manager.run_next(Some(Duration::ZERO)).unwrap();
    assert!(manager.has_runnable());
    manager.run().unwrap();
    assert!(sleeper.is_finished());
}

#[test]
fn time_stands_while_another_thread_is_waited_for() {
    let manager = TaskManager::with_virtual_clock();
    let (completer, completion) = completion();
    let thread = thread::spawn(move || completer.complete(1).unwrap());
    assert_eq!(manager.block_on(wait_for(completion.timeout(HOUR))), Ok(Ok(1)));
    thread.join().unwrap();
}

#[test]
fn a_deadline_is_one_of_the_manager_s_clock() {
    let manager = TaskManager::with_virtual_clock();
    let outcome = manager.block_on(from_fn(|_| {
        let deadline = Deadline::after(HOUR);
        manager.advance(HOUR / 2);
        assert_eq!(deadline.remaining(), HOUR / 2);
        manager.advance(HOUR);
        Poll::Ready(deadline.is_over())
    }));
    assert!(outcome);
}

#[test]
#[should_panic(expected = "only a virtual clock can be moved")]
fn the_system_s_clock_is_not_moved() {
    TaskManager::new().advance(HOUR);
}

/// Waits for ticks, and spends some time after each; the times of the ticks.
fn ticks(manager: &TaskManager, every: Interval, spend: &[u64]) -> Vec<(u64, u64)> {
    let start = manager.now();
    let every = RefCell::new(every);
    let mut seen = Vec::new();
    let mut wait = every.borrow_mut().tick().begin();
    let mut spend = spend.iter();
    manager.block_on(from_fn(|cx| {
        loop {
            let Poll::Ready(count) = attempt(&mut wait, every.borrow_mut().tick(), cx) else { return Poll::Pending };
            seen.push(((now() - start).as_secs(), count));
            let Some(spent) = spend.next() else { return Poll::Ready(()) };
            manager.advance(seconds(*spent));
        }
    }));
    seen
}

#[test]
fn an_interval_does_not_drift_and_says_what_was_missed() {
    let manager = TaskManager::with_virtual_clock();
    let seen = ticks(&manager, interval(seconds(10)), &[3, 9, 25, 0]);
    assert_eq!(seen, [(10, 1), (20, 1), (30, 1), (55, 2), (60, 1)]);
    assert!(!manager.has_timeouts());
}

#[test]
fn a_tick_keeps_its_time_while_other_waits_win() {
    let manager = TaskManager::with_virtual_clock();
    let start = manager.now();
    let mut every = interval(seconds(10));
    let log = Log::new();
    for _ in 0..4 {
        // A sleep of four seconds against a tick every ten.
        let every = RefCell::new(&mut every);
        let mut wait = any((every.borrow_mut().tick(), sleep(seconds(4)))).begin();
        let won =
            manager.block_on(from_fn(|cx| attempt(&mut wait, any((every.borrow_mut().tick(), sleep(seconds(4)))), cx)));
        drop(wait);
        log.push((matches!(won, Any2::First(1)), (manager.now() - start).as_secs()));
    }
    assert_eq!(log.take(), [(false, 4), (false, 8), (true, 10), (false, 14)]);
    assert!(!manager.has_timeouts(), "a timer was left behind");
}

#[test]
fn a_restarted_interval_counts_from_zero() {
    let manager = TaskManager::with_virtual_clock();
    let start = manager.now();
    let every = RefCell::new(interval(seconds(10)));
    let mut wait = every.borrow_mut().tick().begin();
    let mut restarted = false;
    manager.block_on(from_fn(|cx| {
        let poll = attempt(&mut wait, every.borrow_mut().tick(), cx);
        if !std::mem::replace(&mut restarted, true) {
            manager.advance(seconds(7));
            every.borrow_mut().restart();
            return attempt(&mut wait, every.borrow_mut().tick(), cx).map(drop);
        }
        poll.map(drop)
    }));
    assert_eq!(manager.now() - start, seconds(17));
    let mut every = every.into_inner();
    every.set_period(seconds(3));
    assert_eq!(every.period(), seconds(3));
}

#[test]
fn idle_waits_until_nobody_else_is_runnable() {
    let manager = TaskManager::new();
    let log = Log::new();
    for name in ["first idler", "second idler"] {
        let log = log.clone();
        manager.add(wait_for(idle().map(move |()| log.push(name))));
    }
    let entries = log.clone();
    manager.add(rounds(3, move |_| entries.push("worker")));
    manager.run().unwrap();
    assert_eq!(log.take(), ["worker", "worker", "worker", "first idler", "second idler"]);
}

#[test]
fn what_an_idler_makes_runnable_goes_before_the_next_one_and_timers_that_are_over_too() {
    let manager = TaskManager::with_virtual_clock();
    let log = Log::new();
    let (entries, other) = (log.clone(), manager.clone());
    manager.add(wait_for(idle().map(move |()| {
        entries.push("first");
        let late = entries.clone();
        other.add(rounds(2, move |_| late.push("made by the first")));
    })));
    let entries = log.clone();
    manager.add(wait_for(idle().map(move |()| entries.push("second"))));
    let entries = log.clone();
    manager.add(wait_for(sleep(seconds(1)).map(move |()| entries.push("slept"))));
    manager.run().unwrap();
    assert_eq!(log.take(), ["first", "made by the first", "made by the first", "second", "slept"]);
}

#[test]
fn a_cancelled_idler_leaves_its_place_and_idling_may_time_out() {
    let manager = TaskManager::new();
    let idler = manager.add(wait_for(idle()));
    manager.run_next(Some(Duration::ZERO)).unwrap();
    idler.cancel();
    assert_eq!(manager.time_to_wait(), None);
    // A task that always gives way never lets the manager be idle.
    let done = Rc::new(Cell::new(false));
    let seen = done.clone();
    manager.add(from_fn(move |cx| {
        if seen.get() {
            return Poll::Ready(());
        }
        cx.give_way();
        Poll::Pending
    }));
    let outcome = manager.block_on(wait_for(idle().timeout(Duration::from_millis(2))));
    assert_eq!(outcome.unwrap_err().what(), "idle");
    done.set(true);
    manager.run().unwrap();
}

#[test]
fn what_is_ready_costs_no_wait() {
    assert_eq!(TaskManager::new().block_on(wait_for(ready("now"))), "now");
}
