//! `SmartQueue`, and `Broadcast` for those who took it for one.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use multitask::{
    JoinError, TaskHandle, TaskManager,
    queue::{Broadcast, Receiver, SmartQueue, TryGetError, TryPutError},
    task, yield_,
};

use super::{is_even, is_odd, smart_get, smart_put};
use crate::support::{Count, Log, Noted};

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

    // Who is too slow misses what is oldest; who waits gets each.
    let (news, log) = (Broadcast::bounded(2), Log::new());
    let slow = news.subscribe();
    manager.add(listener(news.subscribe(), log.clone()));
    for item in 1..=5 {
        assert_eq!(news.put(item), 2);
        manager.run().unwrap();
    }
    assert_eq!((slow.len(), slow.missed(), slow.try_get()), (2, 3, Ok(4)));
    assert_eq!(log.take(), [1, 2, 3, 4, 5]);
    news.close();
    assert_eq!((news.put(6), slow.missed(), slow.try_get()), (0, 3, Ok(5)));
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

/// A predicate that puts whenever it looks, into a queue that is full: the search ends all the same.
#[test]
fn predicates_may_put_in_vain() {
    let queue = SmartQueue::with_contents([1, 3], 2);
    let same = queue.clone();
    let found = queue.try_get_if(move |item| {
        assert_eq!(same.try_put(4), Err(TryPutError::Full(4)));
        is_even(item)
    });
    assert_eq!((found, queue.len(), queue.putter_count()), (Err(TryGetError::Empty), 2, 0));
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

/// A search that has passed by an item whose getter it then cancels.
#[test]
fn an_item_that_is_given_up_behind_a_search_is_found() {
    let (manager, queue, log) = (TaskManager::new(), SmartQueue::new(), Log::new());
    let called = manager.add(smart_get(queue.clone(), is_even, log.clone()));
    manager.run().unwrap();
    [2, 3].into_iter().for_each(|item| queue.try_put(item).unwrap());
    assert_eq!(queue.len(), 1);
    let found = queue.try_get_if(|item| {
        called.cancel();
        is_even(item)
    });
    assert_eq!((found, queue.try_get()), (Ok(2), Ok(3)));
}
