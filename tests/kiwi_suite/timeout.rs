//! `TestWaitForTimeout`, and the examples that are about timers.

use std::time::{Duration, Instant};

use multitask::{TaskHandle, TaskManager, any, combine::Any2, interval, now, sleep, task, yield_};

use crate::support::Log;

#[test]
fn test_timeout() {
    #[task]
    fn some_task() -> u32 {
        yield_!(sleep(Duration::from_millis(100)));
        123
    }
    /// What the join callback did: it quits the main loop.
    #[task]
    fn quit(task: TaskHandle<u32>, manager: TaskManager, result: Log<u32>) {
        result.push(yield_!(task).unwrap());
        manager.stop();
    }
    let manager = TaskManager::new();
    let result = Log::new();
    let start = Instant::now();
    let task = manager.add(some_task());
    manager.add(quit(task, manager.clone(), result.clone()));
    manager.run().unwrap();
    assert_eq!(result.take(), [123]);
    assert!(start.elapsed() >= Duration::from_millis(100));
}

/// `examples/tasklet/simple.py`: waits for a timer or a task, restarts the timer, and stops the task in the end.
#[test]
fn test_simple_example() {
    #[task]
    fn counter(log: Log<(&'static str, u64)>) {
        for n in 1.. {
            yield_!(sleep(Duration::from_secs(1)));
            log.push(("count", n));
        }
    }
    #[task]
    fn parent(log: Log<(&'static str, u64)>) {
        let start = now();
        let mut timeout = interval(Duration::from_millis(2300));
        let mut task = multitask::add(counter(log.clone()));
        for _ in 0..2 {
            match yield_!(any((timeout.tick(), task.join()))) {
                Any2::First(_) => log.push(("timeout", (now() - start).as_millis() as u64)),
                Any2::Second(_) => unreachable!("it counts for ever"),
            }
            timeout.restart();
        }
        task.cancel();
    }
    let manager = TaskManager::with_virtual_clock();
    let log = Log::new();
    manager.add(parent(log.clone()));
    manager.run().unwrap();
    let expected = [("count", 1), ("count", 2), ("timeout", 2300), ("count", 3), ("count", 4), ("timeout", 4600)];
    assert_eq!(log.take(), expected);
    assert!(!manager.has_timeouts(), "the counter was cancelled");
}

/// The throttle of `examples/tasklet/test-tasklet2.py`: at most one update in each period, and no event is lost.
#[test]
fn test_throttle_example() {
    #[task]
    fn updates(events: u64, log: Log<u64>) {
        let mut throttle = interval(Duration::from_millis(200));
        let mut seen = 0;
        while seen < events {
            let mut pending = 0;
            while let Any2::First(()) = yield_!(any((sleep(Duration::from_millis(30)), throttle.tick()))) {
                pending += 1;
            }
            seen += pending;
            log.push(pending);
        }
    }
    let manager = TaskManager::with_virtual_clock();
    let log = Log::new();
    manager.add(updates(18, log.clone()));
    manager.run().unwrap();
    assert_eq!(log.take(), [6, 6, 6]);
}
