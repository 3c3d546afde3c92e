//! `Queue`.

use std::{io, rc::Rc, thread, time::Duration};

use multitask::{
    TaskManager, Timeout,
    queue::{Closed, PutError, Queue, TryGetError, TryPutError},
    task, yield_,
};

use super::{get_one, getter, put_one};
use crate::support::Log;

const SHORT: Duration = Duration::from_millis(10);
const LONG: Duration = Duration::from_secs(60);

#[test]
fn q01_first_in_first_out_and_bounded() {
    let queue = Queue::with_contents([1, 2, 3], 2);
    assert_eq!((queue.len(), queue.capacity(), queue.is_full()), (3, Some(2), true));
    assert_eq!(queue.drain().collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(Queue::<u32>::new().capacity(), None);
    // A bound of zero is not "no bound" here: an item goes from hand to hand.
    let (manager, queue, log) = (TaskManager::new(), Queue::bounded(0), Log::new());
    assert_eq!(queue.try_put(0), Err(TryPutError::Full(0)));
    manager.add(put_one(queue.clone(), 1, log.clone()));
    manager.run().unwrap();
    assert_eq!((log.take(), queue.len()), (vec![], 0));
    assert_eq!(queue.try_get(), Ok(1));
    manager.add(get_one(queue.clone(), log.clone()));
    manager.run().unwrap();
    assert_eq!(queue.try_put(2), Ok(()));
    manager.run().unwrap();
    assert_eq!(log.take(), [1, 2]);
}

#[test]
fn q02_len_empty_full_contains() {
    let queue = Queue::bounded(2);
    assert_eq!((queue.len(), queue.is_empty(), queue.is_full()), (0, true, false));
    queue.try_put(1).unwrap();
    queue.try_put(2).unwrap();
    assert_eq!((queue.len(), queue.is_empty(), queue.is_full()), (2, false, true));
    assert!(queue.contains(&1) && queue.contains(&2) && !queue.contains(&3));
}

#[test]
fn q03_timeouts_apply_only_to_waiting() {
    #[task]
    fn user(queue: Queue<u32>) -> (Result<Result<u32, Closed>, Timeout>, bool, Result<(), PutError<u32>>, bool) {
        let at_once = yield_!(queue.get().timeout(Duration::ZERO));
        let late = yield_!(queue.get().timeout(Duration::ZERO)).is_err();
        let put = yield_!(queue.put(2).timeout(Duration::ZERO)).expect("there is room");
        let full = yield_!(queue.put(3).timeout(Duration::ZERO)).is_err();
        (at_once, late, put, full)
    }
    let (manager, queue) = (TaskManager::new(), Queue::with_contents([1], 1));
    assert_eq!(manager.block_on(user(queue.clone())), (Ok(Ok(1)), true, Ok(()), true));
    assert_eq!((queue.getter_count(), queue.putter_count(), manager.has_timeouts()), (0, 0, false));
    assert_eq!(queue.drain().collect::<Vec<_>>(), [2]);
}

#[test]
fn q04_waiters_are_served_in_order() {
    let (manager, queue, gets, puts) = (TaskManager::new(), Queue::bounded(1), Log::new(), Log::new());
    #[task]
    fn get_once(queue: Queue<u32>, log: Log<(&'static str, u32)>, name: &'static str) {
        log.push((name, yield_!(queue.get()).unwrap()));
    }
    for name in ["g1", "g2", "g3"] {
        manager.add(get_once(queue.clone(), gets.clone(), name));
    }
    manager.run().unwrap();
    for item in 1..=3 {
        manager.add(put_one(queue.clone(), item, puts.clone()));
    }
    manager.run().unwrap();
    assert_eq!(gets.take(), [("g1", 1), ("g2", 2), ("g3", 3)]);
    assert_eq!(puts.take(), [1, 2, 3]);

    let queue = Queue::bounded(1);
    for item in 1..=4 {
        manager.add(put_one(queue.clone(), item, puts.clone()));
    }
    manager.run().unwrap();
    assert_eq!((puts.take(), queue.putter_count()), (vec![1], 3));
    assert_eq!(queue.drain().collect::<Vec<_>>(), [1, 2, 3, 4]);
    manager.run().unwrap();
    assert_eq!(puts.take(), [2, 3, 4]);
}

#[test]
fn q05_who_did_the_operation_goes_on_first() {
    let (manager, queue, log) = (TaskManager::new(), Queue::bounded(1), Log::new());
    #[task]
    fn logging_getter(queue: Queue<u32>, log: Log<&'static str>) {
        yield_!(queue.get()).unwrap();
        log.push("got");
    }
    #[task]
    fn logging_putter(queue: Queue<u32>, log: Log<&'static str>) {
        yield_!(queue.put(1)).unwrap();
        log.push("put");
    }
    manager.add(logging_getter(queue.clone(), log.clone()));
    manager.add(logging_putter(queue.clone(), log.clone()));
    manager.run().unwrap();
    assert_eq!(log.take(), ["put", "got"]);

    queue.try_put(0).unwrap();
    manager.add(logging_putter(queue.clone(), log.clone()));
    manager.add(logging_getter(queue, log.clone()));
    manager.run().unwrap();
    assert_eq!(log.take(), ["got", "put"]);
}

#[test]
fn q06_what_timed_out_leaves_no_trace() {
    #[task]
    fn impatient(queue: Queue<u32>) -> (bool, bool) {
        let put = yield_!(queue.put(2).timeout(SHORT)).is_err_and(|timeout| timeout.what() == "Queue::put");
        assert_eq!(queue.try_get(), Ok(1));
        assert_eq!(queue.len(), 0);
        (put, yield_!(queue.get().timeout(SHORT)).is_err())
    }
    let (manager, queue, log) = (TaskManager::new(), Queue::with_contents([1], 1), Log::new());
    assert_eq!(manager.block_on(impatient(queue.clone())), (true, true));
    manager.add(get_one(queue.clone(), log.clone()));
    manager.run().unwrap();
    queue.try_put(3).unwrap();
    manager.run().unwrap();
    assert_eq!(log.take(), [3]);
}

#[test]
fn q07_the_bound_holds_when_there_is_too_much() {
    let (manager, queue, log) = (TaskManager::new(), Queue::with_contents([1, 2, 3, 4], 2), Log::new());
    manager.add(put_one(queue.clone(), 5, log.clone()));
    manager.run().unwrap();
    for (item, left) in [(1, 3), (2, 2)] {
        assert_eq!(queue.try_get(), Ok(item));
        assert_eq!(queue.len(), left);
        manager.run().unwrap();
        assert_eq!(log.len(), 0, "there was no room after {item}");
    }
    assert_eq!((queue.try_get(), queue.len()), (Ok(3), 2));
    manager.run().unwrap();
    assert_eq!(log.take(), [5]);
}

#[test]
fn q08_attempts_closing_and_iteration() {
    let queue = Queue::bounded(2);
    assert_eq!(queue.try_get(), Err(TryGetError::Empty));
    assert_eq!([queue.try_put(1), queue.try_put(2)], [Ok(()), Ok(())]);
    assert_eq!(queue.try_put(3), Err(TryPutError::Full(3)));

    let (manager, log) = (TaskManager::new(), Log::new());
    #[task]
    fn refused(queue: Queue<u32>) -> u32 {
        yield_!(queue.put(4)).expect_err("it is closed while it waits").0
    }
    let refused = manager.add(refused(queue.clone()));
    manager.run().unwrap();
    queue.close();
    manager.add(getter(queue.clone(), log.clone(), "late"));
    manager.run().unwrap();
    assert_eq!(log.take(), [("late", 1), ("late", 2)]);
    assert_eq!(manager.block_on(refused).unwrap(), 4);
    assert_eq!(queue.try_get(), Err(TryGetError::Closed));
    assert_eq!(queue.try_put(5), Err(TryPutError::Closed(5)));
    assert_eq!((queue.is_closed(), queue.putter_count()), (true, 0));

    // Who waits when it is closed is told.
    let queue = Queue::<u32>::new();
    #[task]
    fn told(queue: Queue<u32>) -> Result<u32, Closed> {
        yield_!(queue.get())
    }
    let told = manager.add(told(queue.clone()));
    manager.run().unwrap();
    queue.close();
    assert_eq!(manager.block_on(told).unwrap(), Err(Closed));
}

#[test]
fn q08_a_closed_queue_is_an_end_of_file_to_io() {
    #[task]
    fn get(queue: Queue<u32>) -> io::Result<u32> {
        Ok(yield_!(queue.get())?)
    }
    let queue = Queue::from_iter([1]);
    queue.close();
    let manager = TaskManager::new();
    assert_eq!(manager.block_on(get(queue.clone())).unwrap(), 1);
    assert_eq!(manager.block_on(get(queue)).unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
}

#[test]
fn q08_closing_refuses_what_waits_for_room() {
    #[task]
    fn put(queue: Queue<u32>) -> Option<u32> {
        yield_!(queue.put(2)).err().map(|error| error.0)
    }
    let (manager, queue) = (TaskManager::new(), Queue::with_contents([1], 1));
    let putter = manager.add(put(queue.clone()));
    manager.run().unwrap();
    queue.close();
    // Also when there is room before its task runs.
    assert_eq!([queue.try_get(), queue.try_get()], [Ok(1), Err(TryGetError::Closed)]);
    assert_eq!(manager.block_on(putter).unwrap(), Some(2));
}

#[test]
fn q08_attempts_take_nothing_from_who_was_first() {
    let (manager, queue, log) = (TaskManager::new(), Queue::new(), Log::new());
    for _ in 0..2 {
        manager.add(get_one(queue.clone(), log.clone()));
    }
    manager.run().unwrap();
    (1..=4).for_each(|item| queue.try_put(item).unwrap());
    assert!(queue.contains(&3) && !queue.contains(&2));
    assert_eq!((queue.len(), queue.try_get()), (2, Ok(3)));
    manager.run().unwrap();
    assert_eq!((log.take(), queue.try_get()), (vec![1, 2], Ok(4)));
}

#[test]
fn q09_tasks_of_several_managers() {
    let (one, other, queue, log) = (TaskManager::new(), TaskManager::new(), Queue::bounded(1), Log::new());
    one.add(getter(queue.clone(), log.clone(), "one"));
    other.add(getter(queue.clone(), log.clone(), "other"));
    one.run().unwrap();
    other.run().unwrap();
    assert_eq!([queue.try_put(1), queue.try_put(2)], [Ok(()), Ok(())]);
    // Each on its own manager, and each gets what is its own although the second one runs first.
    other.run().unwrap();
    one.run().unwrap();
    assert_eq!(log.take(), [("other", 2), ("one", 1)]);
    queue.close();
    one.run().unwrap();
    other.run().unwrap();
    assert_eq!(queue.getter_count(), 0);
}

/// What F.13 asks for: an item from another thread.
#[test]
fn q09_other_threads_put_items() {
    #[task]
    fn sum(queue: Queue<u64>, count: usize) -> u64 {
        let mut sum = 0;
        for _ in 0..count {
            sum += yield_!(queue.get()).unwrap();
        }
        sum
    }
    for capacity in [0, 1, usize::MAX] {
        let (manager, queue) = (TaskManager::new(), Queue::bounded(capacity));
        let remote = queue.remote(&manager);
        let threads: Vec<_> = (0..4)
            .map(|_| {
                let remote = remote.clone();
                thread::spawn(move || (0..1000).for_each(|item| remote.put(item).unwrap()))
            })
            .collect();
        drop(remote);
        assert_eq!(manager.block_on(sum(queue.clone(), 4000)), 4 * 999 * 500, "capacity {capacity}");
        // With the threads the last handle has gone, and `run` returns.
        threads.into_iter().for_each(|thread| thread.join().unwrap());
        manager.run().unwrap();
        assert_eq!((queue.len(), queue.putter_count()), (0, 0));
    }
}

#[test]
fn q09_other_threads_are_told_that_a_queue_is_closed() {
    let (manager, queue) = (TaskManager::new(), Queue::bounded(1));
    let remote = queue.remote(&manager);
    for item in [1, 2, 3] {
        remote.put(item).unwrap();
    }
    // One is there, one waits for room, one is on the way. That keeps no `run` from returning.
    drop(remote.clone());
    manager.run().unwrap();
    assert_eq!((queue.len(), queue.putter_count()), (1, 1));
    assert_eq!(format!("{remote:?}"), "RemoteQueue { on_the_way: 1, closed: false }");
    queue.close();
    manager.run().unwrap();
    assert_eq!(thread::spawn(move || remote.put(4)).join().unwrap(), Err(PutError(4)));
    assert_eq!(queue.drain().collect::<Vec<_>>(), [1]);
    // A manager that goes.
    let (manager, queue) = (TaskManager::new(), Queue::new());
    let remote = queue.remote(&manager);
    drop(manager);
    assert_eq!(remote.put(5), Err(PutError(5)));
}

#[test]
fn d_m10_timeouts_of_what_need_not_wait() {
    #[task]
    fn user(queue: Queue<u32>) -> u32 {
        for item in 0..100 {
            yield_!(queue.put(item).timeout(LONG)).expect("there is time").expect("it is open");
        }
        let mut sum = 0;
        for _ in 0..100 {
            sum += yield_!(queue.get().timeout(LONG)).expect("there is time").expect("it is open");
        }
        sum
    }
    let manager = TaskManager::new();
    assert_eq!(manager.block_on(user(Queue::bounded(100))), 4950);
    assert!(!manager.has_timeouts());
}

#[test]
fn d_m12_nothing_keeps_a_queue_but_its_users() {
    #[task]
    fn user(queue: Queue<Rc<()>>, content: Rc<()>) {
        yield_!(queue.put(content.clone())).unwrap();
        yield_!(queue.get()).unwrap();
        yield_!(queue.put(content)).unwrap();
    }
    let (manager, content) = (TaskManager::new(), Rc::new(()));
    for _ in 0..1000 {
        manager.add(user(Queue::bounded(1), content.clone()));
    }
    manager.run().unwrap();
    assert_eq!(Rc::strong_count(&content), 1);
}

#[test]
fn d_m21_bounds_and_waiters_of_several_managers() {
    let (one, other, log) = (TaskManager::new(), TaskManager::new(), Log::new());
    let queue = Queue::with_contents([1, 2, 3], 1);
    one.add(put_one(queue.clone(), 4, log.clone()));
    other.add(put_one(queue.clone(), 5, log.clone()));
    one.run().unwrap();
    other.run().unwrap();
    let mut got = vec![];
    for _ in 0..5 {
        got.push(queue.try_get().unwrap());
        one.run().unwrap();
        other.run().unwrap();
        assert!(queue.len() <= 1 || got.len() == 1, "too much was let in after {got:?}");
    }
    assert_eq!((got, log.take()), (vec![1, 2, 3, 4, 5], vec![4, 5]));
}

#[test]
fn d_m21_merging_managers_loses_no_waiter() {
    let (one, other, log) = (TaskManager::new(), TaskManager::new(), Log::new());
    let queue = Queue::bounded(1);
    for (manager, name) in [(&one, "one"), (&other, "other"), (&one, "one again")] {
        manager.add(getter(queue.clone(), log.clone(), name));
        manager.run().unwrap();
    }
    one.merge(&other).unwrap();
    let puts = Log::new();
    for item in 1..=3 {
        other.add(put_one(queue.clone(), item, puts.clone()));
    }
    one.run().unwrap();
    assert_eq!((log.take(), puts.len()), (vec![("one", 1), ("other", 2), ("one again", 3)], 3));
    queue.close();
    one.run().unwrap();
    assert_eq!(queue.getter_count(), 0);
}
