//! Who is cancelled while it waits for a queue takes nothing with it.

use std::time::Duration;

use multitask::{
    TaskHandle, TaskManager,
    queue::{Queue, SmartQueue},
    task, yield_,
};

use super::{get_one, is_even, is_odd, put_one, smart_get, smart_put};
use crate::support::{Log, Noted};

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
