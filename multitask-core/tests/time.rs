//! Sleeps and timeouts.
#![cfg(feature = "std")]

mod support;

use std::{
    cell::Cell,
    io,
    rc::Rc,
    task::Poll,
    time::{Duration, Instant},
};

use multitask_core::{Context, Operation, Sleep, Task, TaskManager, Timeout, block_on, sleep, sleep_until};
use support::{Log, Loud, from_fn, rounds, wait_for};

fn millis(n: u64) -> Duration {
    Duration::from_millis(n)
}

#[test]
fn a_sleep_is_never_too_short() {
    for micros in [1, 100, 900, 999, 1000, 1001, 2500, 7900] {
        let duration = Duration::from_micros(micros);
        let start = Instant::now();
        block_on(wait_for(sleep(duration)));
        assert!(start.elapsed() >= duration, "{duration:?}");
    }
}

#[test]
fn sleepers_wake_in_the_order_of_their_deadlines() {
    let manager = TaskManager::new();
    let log = Log::new();
    let start = Instant::now();
    for after in [40, 10, 30, 20, 10] {
        let log = log.clone();
        let mut sleep = wait_for(sleep_until(start + millis(after)));
        manager.add(from_fn(move |cx| sleep.resume(cx).map(|()| log.push(after))));
    }
    manager.run().unwrap();
    assert!(start.elapsed() >= millis(40));
    assert_eq!(log.take(), [10, 10, 20, 30, 40]);
}

#[test]
fn the_time_of_a_sleep_runs_from_the_yield() {
    let early = sleep(millis(20));
    let deadline = Instant::now() + millis(20);
    let until = sleep_until(deadline);
    std::thread::sleep(millis(20));
    let manager = TaskManager::new();
    let over = manager.add(wait_for(until));
    manager.run_next(Some(Duration::ZERO)).unwrap();
    assert!(over.is_finished(), "its time was over");
    let start = Instant::now();
    block_on(wait_for(early));
    assert!(start.elapsed() >= millis(20));
}

#[test]
fn a_sleep_of_nothing_is_over_at_once_but_does_not_keep_the_thread() {
    let manager = TaskManager::new();
    let others = Rc::new(Cell::new(0));
    let count = others.clone();
    manager.add(rounds(3, move |round| count.set(round)));
    // In one resume after the other it would go on for ever.
    let sleeper = from_fn(|cx| {
        while others.get() < 2 {
            let mut sleep = sleep(Duration::ZERO);
            if Sleep::poll(&mut sleep, || unreachable!(), cx).is_pending() {
                return Poll::Pending;
            }
        }
        Poll::Ready(())
    });
    manager.block_on(sleeper);
    assert!(!manager.has_timeouts());
}

#[test]
fn a_sleep_that_is_resumed_early_sleeps_on() {
    let manager = TaskManager::new();
    let start = Instant::now();
    let mut sleep = wait_for(sleep(millis(10)));
    let mut resumes = 0;
    manager.block_on(from_fn(|cx| {
        resumes += 1;
        if resumes < 100 {
            cx.give_way();
        }
        sleep.resume(cx)
    }));
    assert!(resumes >= 100);
    assert!(start.elapsed() >= millis(10));
}

#[test]
fn dropping_a_sleep_removes_its_timer() {
    let manager = TaskManager::new();
    let handle = manager.add(wait_for(sleep(Duration::from_secs(1000))));
    manager.run_next(Some(Duration::ZERO)).unwrap();
    assert!(manager.has_timeouts());
    handle.cancel();
    assert!(!manager.has_timeouts());
    let start = Instant::now();
    manager.run().unwrap();
    assert!(start.elapsed() < Duration::from_secs(100));
}

#[test]
fn a_sleep_that_moves_to_another_manager_wakes_its_new_task() {
    let [first, second] = [TaskManager::new(), TaskManager::new()];
    let start = Instant::now();
    let mut sleep = sleep(millis(10));
    first.block_on(from_fn(|cx| {
        assert!(Sleep::poll(&mut sleep, || unreachable!(), cx).is_pending());
        Poll::Ready(())
    }));
    assert!(first.has_timeouts());
    second.block_on(wait_for(sleep));
    assert!(start.elapsed() >= millis(10));
    assert!(!first.has_timeouts() && !second.has_timeouts());
}

#[test]
fn a_sleep_without_end_is_just_long() {
    let manager = TaskManager::new();
    let handle = manager.add(wait_for(sleep(Duration::MAX)));
    manager.run_next(Some(millis(1))).unwrap();
    assert!(!handle.is_finished() && manager.has_timeouts());
}

#[test]
#[should_panic(expected = "needs a task manager")]
fn a_sleep_needs_a_manager() {
    let _ = wait_for(sleep(millis(1))).resume(&mut Context::detached());
}

#[test]
fn a_timeout_gives_the_operation_up_and_leaves_nothing_behind() {
    let manager = TaskManager::new();
    let start = Instant::now();
    let slow = sleep(Duration::from_secs(1000)).timeout(millis(5));
    let timeout = manager.block_on(wait_for(slow)).unwrap_err();
    assert!(start.elapsed() >= millis(5));
    assert_eq!(timeout.limit(), millis(5));
    assert!(!manager.has_timeouts());
}

#[test]
fn an_operation_in_time_takes_its_timer_with_it() {
    let manager = TaskManager::new();
    let quick = sleep(millis(1)).timeout(Duration::from_secs(1000));
    assert_eq!(manager.block_on(wait_for(quick)), Ok(()));
    assert!(!manager.has_timeouts());
}

#[test]
fn what_is_given_up_is_dropped_before_the_task_goes_on() {
    let drops = Rc::new(Cell::new(0));
    let loud = Loud(drops.clone());
    let child = from_fn(move |_| {
        let _ = &loud;
        Poll::<()>::Pending
    });
    let mut task = wait_for(child.timeout(millis(1)));
    let late = block_on(from_fn(|cx| task.resume(cx)));
    assert!(late.is_err());
    assert_eq!(drops.get(), 1);
}

#[test]
fn readiness_beats_the_timeout() {
    // Computes until long after its time, and is ready then.
    let mut resumes = 0;
    let slow = from_fn(move |cx| {
        resumes += 1;
        if resumes == 1 {
            cx.give_way();
            return Poll::Pending;
        }
        std::thread::sleep(millis(10));
        Poll::Ready("ready")
    });
    assert_eq!(block_on(wait_for(slow.timeout(millis(2)))), Ok("ready"));
}

#[test]
fn the_time_of_a_timeout_counts_what_the_first_attempt_takes() {
    let resumes = Cell::new(0);
    let slow = from_fn(|_| {
        resumes.set(resumes.get() + 1);
        std::thread::sleep(millis(5));
        Poll::<()>::Pending
    });
    assert!(block_on(wait_for(slow.timeout(millis(5)))).is_err());
    assert_eq!(resumes.get(), 1, "it was over after the first attempt");
}

#[test]
fn a_timeout_of_nothing_gives_one_attempt() {
    assert_eq!(block_on(wait_for(from_fn(|_| Poll::Ready(1)).timeout(Duration::ZERO))), Ok(1));
    assert!(block_on(wait_for(sleep(millis(1)).timeout(Duration::ZERO))).is_err());
    // Also where the task has used up its turn.
    let late = block_on(from_fn({
        let mut left = 1000;
        let mut waits = Vec::new();
        move |cx| {
            while left > 0 {
                let wait = waits.pop().unwrap_or_else(|| wait_for(sleep(Duration::ZERO).timeout(Duration::ZERO)));
                let mut wait = wait;
                match wait.resume(cx) {
                    Poll::Ready(Ok(())) => left -= 1,
                    Poll::Ready(Err(timeout)) => return Poll::Ready(Some(timeout)),
                    Poll::Pending => {
                        waits.push(wait);
                        return Poll::Pending;
                    }
                }
            }
            Poll::Ready(None)
        }
    }));
    assert_eq!(late, None);
}

#[test]
fn a_timeout_within_a_timeout() {
    let inner_wins = sleep(Duration::from_secs(1000)).timeout(millis(2)).timeout(Duration::from_secs(1000));
    assert_eq!(block_on(wait_for(inner_wins)).unwrap().unwrap_err().limit(), millis(2));
    let outer_wins = sleep(Duration::from_secs(1000)).timeout(Duration::from_secs(1000)).timeout(millis(2));
    assert_eq!(block_on(wait_for(outer_wins)).unwrap_err().limit(), millis(2));
}

#[test]
fn a_timeout_is_an_error_that_says_how_long() {
    fn question(result: Result<(), Timeout>) -> io::Result<()> {
        Ok(result?)
    }
    let late = block_on(wait_for(sleep(millis(100)).timeout(Duration::from_micros(1500))));
    assert_eq!(late.unwrap_err().to_string(), "timed out after 1.5ms: sleep");
    let error = question(late).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    assert_eq!(error.to_string(), "timed out after 1.5ms: sleep");
}
