//! Queues.

use std::time::Duration;

use multitask::{
    TaskManager,
    queue::{Closed, Queue},
    task, yield_,
};

use crate::support::Log;

const SHORT: Duration = Duration::from_millis(10);
const LONG: Duration = Duration::from_secs(60);

#[test]
fn test_basic() {
    let queue = Queue::<u32>::new();
    assert_eq!((queue.len(), queue.is_empty(), queue.is_full()), (0, true, false));
    let queue: Queue<u32> = (0..10).collect();
    assert_eq!((queue.len(), queue.is_empty(), queue.is_full()), (10, false, false));
    let queue = Queue::with_contents([None::<u32>], 1);
    assert!(queue.is_full());
}

#[test]
fn test_contains() {
    let queue = Queue::from_iter(["a", "b"]);
    assert!(queue.contains(&"a") && queue.contains(&"b") && !queue.contains(&"c"));
}

#[test]
fn test_get_wait() {
    #[task]
    fn getter(queue: Queue<&'static str>, log: Log<&'static str>) {
        let item = yield_!(queue.get().timeout(LONG));
        log.push(item.expect("there is time").expect("it is open"));
    }
    #[task]
    fn putter(queue: Queue<&'static str>) {
        yield_!(queue.put("item")).expect("it is open");
    }
    let (manager, queue, log) = (TaskManager::new(), Queue::new(), Log::new());
    manager.add(getter(queue.clone(), log.clone()));
    manager.add(putter(queue));
    manager.run().unwrap();
    assert_eq!(log.take(), ["item"]);
}

#[test]
fn test_put_wait() {
    #[task]
    fn putter(queue: Queue<u32>, log: Log<&'static str>) {
        yield_!(queue.put(2).timeout(LONG)).expect("there is time").expect("it is open");
        log.push("putter");
    }
    #[task]
    fn getter(queue: Queue<u32>, log: Log<&'static str>) {
        assert_eq!(yield_!(queue.get()), Ok(1));
        log.push("getter");
    }
    let (manager, queue, log) = (TaskManager::new(), Queue::with_contents([1], 1), Log::new());
    manager.add(putter(queue.clone(), log.clone()));
    manager.add(getter(queue.clone(), log.clone()));
    manager.run().unwrap();
    assert_eq!(log.take(), ["getter", "putter"]);
    assert_eq!(queue.try_get(), Ok(2));
}

#[test]
fn test_timeout() {
    #[task]
    fn getter(queue: Queue<u32>, log: Log<&'static str>) {
        yield_!(queue.get().timeout(SHORT)).expect_err("nothing is put");
        log.push("get");
    }
    #[task]
    fn putter(queue: Queue<u32>, log: Log<&'static str>) {
        yield_!(queue.put(2).timeout(Duration::ZERO)).expect_err("it is full");
        log.push("put");
    }
    let (manager, log) = (TaskManager::new(), Log::new());
    manager.add(getter(Queue::new(), log.clone()));
    manager.add(putter(Queue::with_contents([1], 1), log.clone()));
    manager.run().unwrap();
    assert_eq!(log.take(), ["put", "get"]);
}

/// The original checks that what is no queue is refused. Here the compiler does; a queue that is closed is what remains
/// of broken ones.
#[test]
fn test_broken_queue_action() {
    #[task]
    fn user(queue: Queue<u32>) -> (Result<u32, Closed>, Option<u32>) {
        let got = yield_!(queue.get());
        (got, yield_!(queue.put(1)).err().map(|error| error.0))
    }
    let queue = Queue::new();
    queue.close();
    assert_eq!(TaskManager::new().block_on(user(queue)), (Err(Closed), Some(1)));
}

/// In the original each operation is one turn. Here one that need not wait costs none, so the tasks give way themselves.
#[test]
fn test_run_order() {
    #[task]
    fn other(log: Log<&'static str>) {
        log.push("other");
    }
    #[task]
    fn getter(queue: Queue<&'static str>, log: Log<&'static str>) {
        for _ in 0..3 {
            log.push(yield_!(queue.get()).expect("it is open"));
            yield_!();
        }
    }
    #[task]
    fn putter(queue: Queue<&'static str>, log: Log<&'static str>) {
        for item in ["4", "5", "6"] {
            yield_!(queue.put(item)).expect("it is open");
            log.push(item);
            yield_!();
        }
    }
    let (manager, queue, log) = (TaskManager::new(), Queue::with_contents(["1", "2", "3"], 3), Log::new());
    manager.add(other(log.clone()));
    manager.add(getter(queue.clone(), log.clone()));
    manager.add(putter(queue.clone(), log.clone()));
    manager.run().unwrap();
    assert_eq!(log.take(), ["other", "1", "4", "2", "5", "3", "6"]);
    assert_eq!(queue.drain().collect::<Vec<_>>(), ["4", "5", "6"]);
}
