//! Who is cancelled while it waits for a queue takes nothing with it.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    time::Duration,
};

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
    for seed in 0..500 {
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

/// The same with getters that choose, and whose predicates put, get and cancel, too.
#[test]
fn nothing_is_lost_by_cancelling_choosy_getters_at_random() {
    for seed in 0..2000 {
        let chaos = Chaos::new(seed);
        for _ in 0..200 {
            match chaos.roll(7) {
                0 | 1 => chaos.add_getter(),
                2 | 3 => chaos.add_putter(),
                4 => chaos.cancel(),
                5 => chaos.get(),
                _ => chaos.manager.run_next(Some(Duration::ZERO)).unwrap(),
            }
        }
        chaos.manager.run().unwrap();
        chaos.is_settled(&format!("seed {seed}"));
    }
}

/// A queue, and all that happens to it.
#[derive(Clone)]
struct Chaos {
    manager: TaskManager,
    queue: SmartQueue<u32>,
    dice: Rc<RefCell<Dice>>,
    getters: Rc<RefCell<Vec<ChaoticGetter>>>,
    putters: Rc<RefCell<Vec<TaskHandle<()>>>>,
    items: Rc<Cell<u32>>,
    gets: Log<u32>,
    puts: Log<u32>,
}

/// A task that wants items with this remainder by two.
struct ChaoticGetter {
    remainder: u32,
    handle: TaskHandle<()>,
}

#[task]
fn chaotic_get(chaos: Chaos, remainder: u32) {
    let meddler = chaos.clone();
    let item = yield_!(chaos.queue.get_if(move |item: &u32| {
        meddler.meddle();
        item % 2 == remainder
    }));
    chaos.gets.push(item.expect("it is open"));
}

impl Chaos {
    fn new(seed: u64) -> Chaos {
        let mut dice = Dice(seed);
        Chaos {
            manager: TaskManager::new(),
            queue: SmartQueue::bounded(dice.roll(4)),
            dice: Rc::new(RefCell::new(dice)),
            getters: Rc::default(),
            putters: Rc::default(),
            items: Rc::default(),
            gets: Log::new(),
            puts: Log::new(),
        }
    }

    fn roll(&self, sides: usize) -> usize {
        self.dice.borrow_mut().roll(sides)
    }

    /// What a predicate does, now and then.
    fn meddle(&self) {
        match self.roll(20) {
            0 => self.add_putter(),
            1 => self.cancel(),
            2 => self.get(),
            3 => {
                let item = self.new_item();
                if self.queue.try_put(item).is_ok() {
                    self.puts.push(item);
                }
            }
            4 => self.manager.run_next(Some(Duration::ZERO)).unwrap(),
            _ => {}
        }
    }

    fn new_item(&self) -> u32 {
        self.items.replace(self.items.get() + 1)
    }

    fn add_getter(&self) {
        let remainder = self.roll(2) as u32;
        let handle = self.manager.add(chaotic_get(self.clone(), remainder));
        self.getters.borrow_mut().push(ChaoticGetter { remainder, handle });
    }

    fn add_putter(&self) {
        let handle = self.manager.add(smart_put(self.queue.clone(), self.new_item(), self.puts.clone()));
        self.putters.borrow_mut().push(handle);
    }

    fn get(&self) {
        if let Ok(item) = self.queue.try_get() {
            self.gets.push(item);
        }
    }

    /// Cancels a getter or a putter.
    fn cancel(&self) {
        let (getters, putters) = (self.getters.borrow().len(), self.putters.borrow().len());
        if getters + putters == 0 {
            return;
        }
        let index = self.roll(getters + putters);
        let handle = if index < getters {
            self.getters.borrow_mut().swap_remove(index).handle
        } else {
            self.putters.borrow_mut().swap_remove(index - getters)
        };
        handle.cancel();
    }

    /// Nobody waits for what is there, nothing is lost, nothing was had twice.
    fn is_settled(&self, seed: &str) {
        let waiting: Vec<_> = self.getters.take().into_iter().filter(|getter| !getter.handle.is_finished()).collect();
        assert_eq!(self.queue.getter_count(), waiting.len(), "{seed}");
        let mut got = self.gets.take();
        for getter in &waiting {
            let there = self.queue.try_get_if(|item| item % 2 == getter.remainder);
            assert!(there.is_err(), "somebody waits although {there:?} is there, {seed}");
        }
        waiting.iter().for_each(|getter| getter.handle.cancel());
        self.putters.take().iter().for_each(TaskHandle::cancel);
        assert_eq!((self.queue.getter_count(), self.queue.putter_count()), (0, 0), "{seed}");
        while let Ok(item) = self.queue.try_get() {
            got.push(item);
        }
        assert_eq!(self.queue.len(), 0, "{seed}");
        let count = got.len();
        got.sort_unstable();
        got.dedup();
        assert_eq!(got.len(), count, "an item was had twice, {seed}");
        for item in self.puts.take() {
            assert!(got.binary_search(&item).is_ok(), "item {item} is lost, {seed}");
        }
    }
}
