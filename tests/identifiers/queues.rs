//! Queues.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    thread,
    time::Duration,
};

use multitask::{
    JoinError, TaskHandle, TaskManager, Timeout,
    queue::{Broadcast, Closed, PutError, Queue, Receiver, SmartQueue, TryGetError, TryPutError},
    task, yield_,
};

use crate::support::{Count, Log, Noted};

const SHORT: Duration = Duration::from_millis(10);
const LONG: Duration = Duration::from_secs(60);

#[task]
fn getter(queue: Queue<u32>, log: Log<(&'static str, u32)>, name: &'static str) {
    while let Ok(item) = yield_!(queue.get()) {
        log.push((name, item));
    }
}

#[task]
fn get_one(queue: Queue<u32>, log: Log<u32>) {
    log.push(yield_!(queue.get()).expect("it is open"));
}

#[task]
fn put_one(queue: Queue<u32>, item: u32, log: Log<u32>) {
    yield_!(queue.put(item)).expect("it is open");
    log.push(item);
}

#[task]
fn smart_get(queue: SmartQueue<u32>, wanted: fn(&u32) -> bool, log: Log<u32>) {
    log.push(yield_!(queue.get_if(wanted)).expect("it is open"));
}

#[task]
fn smart_put(queue: SmartQueue<u32>, item: u32, log: Log<u32>) {
    yield_!(queue.put(item)).expect("it is open");
    log.push(item);
}

fn is_even(n: &u32) -> bool {
    n.is_multiple_of(2)
}

fn is_odd(n: &u32) -> bool {
    !is_even(n)
}

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
        let put = yield_!(queue.put(2).timeout(SHORT)).is_err();
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
fn s01_the_first_that_is_wanted() {
    #[task]
    fn user(queue: SmartQueue<u32>) -> [u32; 3] {
        let least = 4;
        let big = yield_!(queue.get_if(move |n| *n >= least)).unwrap();
        let zero = yield_!(queue.get_if(|n| *n == 0)).unwrap();
        [big, zero, yield_!(queue.get()).unwrap()]
    }
    let queue = SmartQueue::from_iter([3, 5, 0, 4]);
    assert_eq!(TaskManager::new().block_on(user(queue.clone())), [5, 0, 3]);
    assert_eq!((queue.len(), queue.try_get()), (1, Ok(4)));
}

#[test]
fn s02_offered_in_the_order_of_waiting() {
    let (manager, queue) = (TaskManager::new(), SmartQueue::new());
    let [evens, odds, any] = [(); 3].map(|()| Log::new());
    manager.add(smart_get(queue.clone(), is_even, evens.clone()));
    manager.add(smart_get(queue.clone(), is_odd, odds.clone()));
    manager.add(smart_get(queue.clone(), |_| true, any.clone()));
    manager.run().unwrap();
    for item in [1, 3, 2] {
        queue.try_put(item).unwrap();
    }
    manager.run().unwrap();
    assert_eq!((evens.take(), odds.take(), any.take()), (vec![2], vec![1], vec![3]));
    assert_eq!((queue.len(), queue.getter_count()), (0, 0));
}

#[test]
fn s03_one_getter_each_and_broadcast_for_all() {
    let (manager, queue, log) = (TaskManager::new(), SmartQueue::new(), Log::new());
    manager.add(smart_get(queue.clone(), is_even, log.clone()));
    manager.add(smart_get(queue.clone(), is_even, log.clone()));
    manager.run().unwrap();
    queue.try_put(2).unwrap();
    manager.run().unwrap();
    assert_eq!((log.take(), queue.getter_count()), (vec![2], 1));

    #[task]
    fn listener(news: Receiver<u32>, log: Log<u32>) {
        while let Ok(item) = yield_!(news.get()) {
            log.push(item);
        }
    }
    let news = Broadcast::new();
    assert_eq!(news.put(0), 0);
    let logs = [(); 3].map(|()| Log::new());
    for log in &logs {
        manager.add(listener(news.subscribe(), log.clone()));
    }
    assert_eq!([news.put(1), news.put(2)], [3, 3]);
    manager.run().unwrap();
    assert_eq!(news.put(3), 3);
    drop(news);
    manager.run().unwrap();
    for log in logs {
        assert_eq!(log.take(), [1, 2, 3]);
    }
    assert!(!manager.has_runnable());
}

#[test]
fn s04_what_nobody_wants_stays() {
    let (manager, queue, log) = (TaskManager::new(), SmartQueue::from_iter([1, 3, 5]), Log::new());
    manager.add(smart_get(queue.clone(), is_even, log.clone()));
    manager.run().unwrap();
    assert_eq!((queue.len(), log.len()), (3, 0));
    assert_eq!(queue.try_get_if(is_even), Err(TryGetError::Empty));
    while queue.try_get_if(|n| *n < 4).is_ok() {}
    assert_eq!((queue.len(), queue.try_get()), (1, Ok(5)));
}

#[test]
fn s05_put_waits_only_when_it_is_full() {
    let (manager, queue, log) = (TaskManager::new(), SmartQueue::bounded(1), Log::new());
    for item in [1, 2, 3] {
        manager.add(smart_put(queue.clone(), item, log.clone()));
    }
    manager.run().unwrap();
    assert_eq!((log.take(), queue.putter_count()), (vec![1], 2));
    assert_eq!(queue.try_put(9), Err(TryPutError::Full(9)));
    assert_eq!(queue.try_get(), Ok(1));
    manager.run().unwrap();
    assert_eq!((log.take(), queue.putter_count()), (vec![2], 1));
    queue.close();
    #[task]
    fn rest(queue: SmartQueue<u32>) -> Vec<u32> {
        let mut rest = vec![];
        while let Ok(item) = yield_!(queue.get()) {
            rest.push(item);
        }
        rest
    }
    // The third was refused; its task's `expect` does not hold.
    assert_eq!(manager.block_on(rest(queue.clone())), [2]);
    assert_eq!((queue.try_get(), queue.try_put(4)), (Err(TryGetError::Closed), Err(TryPutError::Closed(4))));
}

#[test]
fn s06_len_empty_full() {
    let queue = SmartQueue::with_contents([1, 2, 3], 2);
    assert_eq!((queue.len(), queue.is_empty(), queue.is_full(), queue.capacity()), (3, false, true, Some(2)));
    queue.try_get().unwrap();
    assert!(queue.is_full());
    queue.try_get().unwrap();
    assert!(!queue.is_full());
    assert_eq!((SmartQueue::<u32>::new().capacity(), SmartQueue::<u32>::new().is_full()), (None, false));
}

/// Getters that all wait, in order.
fn waiting_getters(manager: &TaskManager, queue: &Queue<u32>, log: &Log<u32>, count: usize) -> Vec<TaskHandle<()>> {
    let handles = (0..count).map(|_| manager.add(get_one(queue.clone(), log.clone()))).collect();
    manager.run().unwrap();
    handles
}

#[test]
fn d_m4_cancelled_getter_loses_no_item() {
    let (manager, queue, log) = (TaskManager::new(), Queue::new(), Log::new());
    // While it waits.
    let getters = waiting_getters(&manager, &queue, &log, 2);
    getters[0].cancel();
    queue.try_put(1).unwrap();
    manager.run().unwrap();
    assert_eq!((log.take(), queue.getter_count()), (vec![1], 0));
    // When the item is as good as its own: the next one gets it.
    let getters = waiting_getters(&manager, &queue, &log, 2);
    queue.try_put(2).unwrap();
    getters[0].cancel();
    manager.run().unwrap();
    assert_eq!(log.take(), [2]);
    assert!(getters[1].is_finished());
    // There is no next one: the items are where they were, whoever is cancelled first.
    for order in [[0, 1, 2], [2, 1, 0], [1, 0, 2], [0, 2, 1]] {
        let getters = waiting_getters(&manager, &queue, &log, 3);
        for item in 1..=4 {
            queue.try_put(item).unwrap();
        }
        assert_eq!(queue.len(), 1);
        for index in order {
            getters[index].cancel();
        }
        manager.run().unwrap();
        assert_eq!((log.len(), queue.getter_count()), (0, 0));
        assert_eq!(queue.drain().collect::<Vec<_>>(), [1, 2, 3, 4], "cancelled in the order {order:?}");
    }
    // By a timeout, a scope that ends, a manager that goes.
    let other = TaskManager::new();
    waiting_getters(&other, &queue, &log, 2);
    queue.try_put(7).unwrap();
    drop(other);
    assert_eq!((queue.getter_count(), queue.len(), queue.try_get()), (0, 1, Ok(7)));
}

#[test]
fn d_m4_cancelled_smart_getter_loses_no_item() {
    let (manager, queue, log) = (TaskManager::new(), SmartQueue::from_iter([1]), Log::new());
    let [first, second, odd] = [is_even, is_even, is_odd].map(|wanted| {
        let handle = manager.add(smart_get(queue.clone(), wanted, log.clone()));
        manager.run().unwrap();
        handle
    });
    assert_eq!(log.take(), [1]);
    assert!(odd.is_finished());
    queue.try_put(2).unwrap();
    first.cancel();
    manager.run().unwrap();
    assert_eq!(log.take(), [2]);
    assert!(second.is_finished());
    // With nobody else to have it, it stays before what came later.
    let last = manager.add(smart_get(queue.clone(), is_even, log.clone()));
    manager.run().unwrap();
    [3, 4, 5].into_iter().for_each(|item| queue.try_put(item).unwrap());
    assert_eq!(queue.len(), 2);
    last.cancel();
    assert_eq!((queue.len(), queue.getter_count()), (3, 0));
    assert_eq!([(); 3].map(|()| queue.try_get().unwrap()), [3, 4, 5]);
}

#[test]
fn d_m4_cancelled_putter_leaves_the_queue_as_it_was() {
    let (manager, drops) = (TaskManager::new(), Log::new());
    #[task]
    fn putter(queue: Queue<Noted<u32>>, item: Noted<u32>) {
        let _ = yield_!(queue.put(item));
    }
    let queue = Queue::bounded(1);
    let handles: Vec<_> = (1..=3).map(|n| manager.add(putter(queue.clone(), Noted(n, drops.clone())))).collect();
    manager.run().unwrap();
    handles[1].cancel();
    assert_eq!((drops.take(), queue.len(), queue.putter_count()), (vec![2], 1, 1));
    drop(queue.try_get());
    manager.run().unwrap();
    assert_eq!((drops.take(), queue.len(), queue.putter_count()), (vec![1], 1, 0));
    // The put of the third is over by now: to cancel its task does not undo it.
    handles[2].cancel();
    assert_eq!((drops.take(), queue.len()), (vec![], 1));
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

/// (a): `None` is an item like others.
#[test]
fn d_m22_a_any_value_can_be_got() {
    #[task]
    fn user(queue: SmartQueue<Option<u32>>) -> Vec<Option<u32>> {
        let none = yield_!(queue.get_if(Option::is_none)).unwrap();
        queue.try_put(None).unwrap();
        vec![none, yield_!(queue.get()).unwrap(), yield_!(queue.get()).unwrap()]
    }
    let queue = SmartQueue::from_iter([Some(0), None]);
    assert_eq!(TaskManager::new().block_on(user(queue)), [None, Some(0), None]);
}

/// (b): full of what nobody wants, while the item that is wanted waits for room.
#[test]
fn d_m22_b_a_full_queue_cannot_get_stuck() {
    for getter_first in [true, false] {
        let (manager, queue, gets, puts) = (TaskManager::new(), SmartQueue::bounded(2), Log::new(), Log::new());
        queue.try_put(1).unwrap();
        queue.try_put(3).unwrap();
        if getter_first {
            manager.add(smart_get(queue.clone(), is_even, gets.clone()));
        }
        manager.add(smart_put(queue.clone(), 5, puts.clone()));
        manager.add(smart_put(queue.clone(), 2, puts.clone()));
        if !getter_first {
            manager.add(smart_get(queue.clone(), is_even, gets.clone()));
        }
        manager.run().unwrap();
        assert_eq!((gets.take(), puts.take()), (vec![2], vec![2]), "getter first: {getter_first}");
        assert_eq!((queue.len(), queue.putter_count()), (2, 1));
        assert_eq!([(); 3].map(|()| queue.try_get().unwrap()), [1, 3, 5]);
    }
    // The same by `try_put`.
    let (manager, queue, log) = (TaskManager::new(), SmartQueue::with_contents([1], 1), Log::new());
    manager.add(smart_get(queue.clone(), is_even, log.clone()));
    manager.run().unwrap();
    assert_eq!((queue.try_put(3), queue.try_put(2)), (Err(TryPutError::Full(3)), Ok(())));
    manager.run().unwrap();
    assert_eq!((log.take(), queue.len()), (vec![2], 1));
}

/// (c): an item that is let in is offered to those that wait.
#[test]
fn d_m22_c_what_is_let_in_is_offered() {
    let (manager, queue, gets, puts) = (TaskManager::new(), SmartQueue::bounded(1), Log::new(), Log::new());
    manager.add(smart_put(queue.clone(), 1, puts.clone()));
    manager.add(smart_put(queue.clone(), 3, puts.clone()));
    manager.add(smart_put(queue.clone(), 4, puts.clone()));
    manager.run().unwrap();
    manager.add(smart_get(queue.clone(), |n| *n > 2, gets.clone()));
    manager.add(smart_get(queue.clone(), |n| *n > 3, gets.clone()));
    manager.add(smart_get(queue.clone(), |n| *n < 2, gets.clone()));
    manager.run().unwrap();
    assert_eq!((gets.take(), queue.getter_count(), queue.putter_count()), (vec![3, 4, 1], 0, 0));
}

/// (d): a predicate that panics is the matter of the task that gave it.
#[test]
fn d_m22_d_a_panic_hurts_its_own_task() {
    #[task]
    fn faulty(queue: SmartQueue<u32>) -> u32 {
        yield_!(queue.get_if(|n| if *n == 2 { panic!("not a two") } else { false })).unwrap()
    }
    let (manager, queue, gets, puts) = (TaskManager::new(), SmartQueue::new(), Log::new(), Log::new());
    let waiting = manager.add(faulty(queue.clone()));
    manager.add(smart_get(queue.clone(), is_even, gets.clone()));
    manager.run().unwrap();
    let putter = manager.add(smart_put(queue.clone(), 2, puts.clone()));
    manager.run().unwrap();
    assert!(manager.block_on(putter).is_ok());
    let Err(JoinError::Panicked(payload)) = manager.block_on(waiting) else { panic!("it should have panicked") };
    assert_eq!(payload.downcast_ref::<&str>(), Some(&"not a two"));
    assert_eq!((gets.take(), puts.take(), queue.getter_count()), (vec![2], vec![2], 0));
    // At once, while it searches itself: the item is still there.
    queue.try_put(2).unwrap();
    let at_once = manager.add(faulty(queue.clone()));
    assert!(matches!(manager.block_on(at_once), Err(JoinError::Panicked(_))));
    assert_eq!((queue.try_get(), queue.getter_count()), (Ok(2), 0));
}

/// (e): nothing is compared, so nothing that is equal is taken instead.
#[test]
fn d_m22_e_the_very_item_is_taken() {
    struct AlwaysEqual(u32);
    impl PartialEq for AlwaysEqual {
        fn eq(&self, _: &Self) -> bool {
            true
        }
    }
    let queue = SmartQueue::from_iter([1, 2, 3].map(AlwaysEqual));
    assert_eq!(queue.try_get_if(|item| item.0 == 2).ok().map(|item| item.0), Some(2));
    assert_eq!([(); 2].map(|()| queue.try_get().ok().map(|item| item.0)), [Some(1), Some(3)]);
}

/// (f): an item is looked at once by each getter that waits, and not again.
#[test]
fn d_m22_f_no_item_is_looked_at_twice() {
    #[task]
    fn counting(queue: SmartQueue<u32>, looks: Count) {
        let counted = looks.clone();
        let _ = yield_!(queue.get_if(move |_: &u32| {
            counted.up();
            false
        }));
    }
    let (manager, queue, looks) = (TaskManager::new(), SmartQueue::new(), Count::default());
    for item in 0..100 {
        queue.try_put(item).unwrap();
    }
    for _ in 0..10 {
        manager.add(counting(queue.clone(), looks.clone()));
    }
    manager.run().unwrap();
    assert_eq!(looks.get(), 100 * 10);
    for item in 0..100 {
        queue.try_put(item).unwrap();
        manager.run().unwrap();
    }
    assert_eq!(looks.get(), 200 * 10);
    for _ in 0..200 {
        queue.try_get().unwrap();
    }
    assert_eq!(looks.get(), 200 * 10);
}

/// A predicate may use its own queue, and whatever else there is.
#[test]
fn predicates_may_use_the_queue() {
    #[task]
    fn meddler(queue: SmartQueue<u32>, wanted: u32) -> u32 {
        let (same, meddled) = (queue.clone(), Cell::new(false));
        yield_!(queue.get_if(move |n| {
            if *n == 1 && !meddled.replace(true) {
                assert_eq!(same.try_get(), Err(TryGetError::Empty));
                same.try_put(10).unwrap();
            }
            *n == wanted
        }))
        .unwrap()
    }
    // While it waits: the item that it puts inside is offered to it afterwards.
    let (manager, queue) = (TaskManager::new(), SmartQueue::new());
    let waiting = manager.add(meddler(queue.clone(), 10));
    manager.run().unwrap();
    queue.try_put(1).unwrap();
    manager.run().unwrap();
    assert_eq!(manager.block_on(waiting).unwrap(), 10);
    assert_eq!((queue.len(), queue.try_get()), (1, Ok(1)));
    // While it searches.
    queue.try_put(1).unwrap();
    assert_eq!(manager.block_on(meddler(queue.clone(), 10)), 10);
    assert_eq!((queue.len(), queue.getter_count()), (1, 0));
}

/// A predicate that cancels the task that gave it, or the one whose item it looks at.
#[test]
fn predicates_may_cancel_tasks() {
    type Target = Rc<RefCell<Option<TaskHandle<()>>>>;
    #[task]
    fn canceller(queue: SmartQueue<Noted<u32>>, target: Target) {
        let _ = yield_!(queue.get_if(move |_: &Noted<u32>| {
            if let Some(target) = target.take() {
                target.cancel();
            }
            true
        }));
    }
    #[task]
    fn putter(queue: SmartQueue<Noted<u32>>, item: Noted<u32>) {
        let _ = yield_!(queue.put(item));
    }
    let (manager, drops) = (TaskManager::new(), Log::new());
    let queue = SmartQueue::new();
    let target = Target::default();
    *target.borrow_mut() = Some(manager.add(canceller(queue.clone(), target.clone())));
    manager.run().unwrap();
    assert!(queue.try_put(Noted(1, drops.clone())).is_ok());
    assert_eq!((queue.len(), queue.getter_count(), drops.len()), (1, 0, 0));

    let full = SmartQueue::with_contents([Noted(2, drops.clone())], 1);
    *target.borrow_mut() = Some(manager.add(putter(full.clone(), Noted(3, drops.clone()))));
    manager.run().unwrap();
    assert_eq!(full.putter_count(), 1);
    let cancel_it = |item: &Noted<u32>| {
        if item.0 == 3
            && let Some(target) = target.take()
        {
            target.cancel();
        }
        item.0 == 3
    };
    assert!(full.try_get_if(cancel_it).is_err());
    assert_eq!((target.take().is_none(), drops.take(), full.len(), full.putter_count()), (true, vec![3], 1, 0));
}

/// Numbers that are the same in each run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 33) as usize % sides
    }
}

/// Puts, gets and cancels at random; at the end each item is where it must be, and nothing waits.
#[test]
fn nothing_is_lost_by_cancelling_at_random() {
    for seed in 0..200 {
        let mut dice = Dice(seed);
        let (manager, queue, gets, puts) = (TaskManager::new(), Queue::bounded(dice.roll(4)), Log::new(), Log::new());
        let (mut handles, mut items) = (vec![], 0);
        for _ in 0..200 {
            match dice.roll(5) {
                0 => handles.push(manager.add(get_one(queue.clone(), gets.clone()))),
                1 => {
                    handles.push(manager.add(put_one(queue.clone(), items, puts.clone())));
                    items += 1;
                }
                2 if !handles.is_empty() => handles.swap_remove(dice.roll(handles.len())).cancel(),
                3 => manager.run_next(Some(Duration::ZERO)).unwrap(),
                _ => {
                    if let Ok(item) = queue.try_get() {
                        gets.push(item);
                    }
                }
            }
        }
        manager.run().unwrap();
        handles.iter().for_each(TaskHandle::cancel);
        assert_eq!((queue.getter_count(), queue.putter_count()), (0, 0), "seed {seed}");
        let mut got = gets.take();
        got.extend(queue.drain());
        let mut sorted = got.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(sorted.len(), got.len(), "an item was had twice, seed {seed}");
        for item in puts.take() {
            assert!(sorted.binary_search(&item).is_ok(), "item {item} is lost, seed {seed}");
        }
    }
}

/// The same with getters that choose.
#[test]
fn nothing_is_lost_by_cancelling_choosy_getters_at_random() {
    for seed in 0..200 {
        let mut dice = Dice(seed);
        let (manager, queue, gets, puts) =
            (TaskManager::new(), SmartQueue::bounded(dice.roll(4)), Log::new(), Log::new());
        let (mut handles, mut items) = (vec![], 0);
        for _ in 0..200 {
            match dice.roll(6) {
                0 => handles.push(manager.add(smart_get(queue.clone(), is_even, gets.clone()))),
                1 => handles.push(manager.add(smart_get(queue.clone(), is_odd, gets.clone()))),
                2 | 3 => {
                    handles.push(manager.add(smart_put(queue.clone(), items, puts.clone())));
                    items += 1;
                }
                4 if !handles.is_empty() => handles.swap_remove(dice.roll(handles.len())).cancel(),
                _ => manager.run_next(Some(Duration::ZERO)).unwrap(),
            }
        }
        manager.run().unwrap();
        // Nobody waits for what is there.
        let (evens, odds) = (queue.try_get_if(is_even), queue.try_get_if(is_odd));
        handles.iter().for_each(TaskHandle::cancel);
        assert_eq!((queue.getter_count(), queue.putter_count()), (0, 0), "seed {seed}");
        let mut got = gets.take();
        got.extend(evens.into_iter().chain(odds));
        while let Ok(item) = queue.try_get() {
            got.push(item);
        }
        let count = got.len();
        got.sort_unstable();
        got.dedup();
        assert_eq!(got.len(), count, "an item was had twice, seed {seed}");
        for item in puts.take() {
            assert!(got.binary_search(&item).is_ok(), "item {item} is lost, seed {seed}");
        }
    }
}
