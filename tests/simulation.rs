//! A simulation of events in virtual time: a bank with two tellers, and customers who lose their patience.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    rc::Rc,
    time::{Duration, Instant},
};

use multitask::{
    JoinError, TaskHandle, TaskManager, now,
    signal::{Event, Signal, Subscription},
    sleep,
    sync::Semaphore,
    task, yield_,
};

struct Random(Cell<u64>);
impl Random {
    fn below(&self, n: u64) -> u64 {
        self.0.set(self.0.get().wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407));
        (self.0.get() >> 33) % n
    }
}

#[derive(Default, Debug, PartialEq, Eq, Clone, Copy)]
struct Counts {
    served: u32,
    left: u32,
    waited: Duration,
}

struct Bank {
    tellers: Semaphore,
    random: Random,
    counts: Cell<Counts>,
    per_hour: RefCell<BTreeMap<u64, u32>>,
    closing: Event,
    bell: Signal<u64>,
    opened: Instant,
}

impl Bank {
    const PATIENCE: Duration = Duration::from_secs(600);

    fn count(&self, change: impl FnOnce(&mut Counts)) {
        let mut counts = self.counts.get();
        change(&mut counts);
        self.counts.set(counts);
    }

    #[task]
    fn customer(self: Rc<Self>) {
        let came = now();
        let Ok(_teller) = yield_!(self.tellers.acquire().timeout(Self::PATIENCE)) else {
            return self.count(|counts| counts.left += 1);
        };
        let waited = now() - came;
        assert!(waited <= Self::PATIENCE);
        yield_!(sleep(Duration::from_secs(120 + self.random.below(600))));
        self.count(|c| {
            c.served += 1;
            c.waited += waited;
        });
        *self.per_hour.borrow_mut().entry((now() - self.opened).as_secs() / 3600).or_default() += 1;
    }

    #[task]
    fn door(self: Rc<Self>) -> u32 {
        let mut came = 0;
        while !self.closing.is_set() {
            yield_!(sleep(Duration::from_secs(self.random.below(360))));
            multitask::add(self.clone().customer());
            came += 1;
        }
        came
    }

    #[task]
    fn clock(self: Rc<Self>) {
        for hour in 1..=8 {
            yield_!(sleep(Duration::from_secs(3600)));
            self.bell.emit(hour);
        }
        self.closing.set();
    }
}

#[task]
fn heard(listener: TaskHandle<Vec<u64>>) -> Result<Vec<u64>, JoinError> {
    yield_!(listener)
}

#[task]
fn listens(bell: Subscription<u64>) -> Vec<u64> {
    let mut heard = Vec::new();
    while let Ok(Ok(hour)) = yield_!(bell.wait().timeout(Duration::from_secs(4000))) {
        heard.push(hour);
    }
    heard
}

fn simulate(seed: u64) -> (u32, Counts, BTreeMap<u64, u32>) {
    let manager = TaskManager::with_virtual_clock();
    let bank = Rc::new(Bank {
        tellers: Semaphore::new(2),
        random: Random(Cell::new(seed)),
        counts: Cell::default(),
        per_hour: RefCell::default(),
        closing: Event::new(),
        bell: Signal::new(),
        opened: manager.now(),
    });
    manager.add(bank.clone().clock());
    let listener = manager.add(listens(bank.bell.subscribe()));
    let came = manager.block_on(bank.clone().door());
    manager.run().expect("no poller is needed");
    assert_eq!(manager.block_on(heard(listener)).unwrap(), [1, 2, 3, 4, 5, 6, 7, 8]);
    assert!(!manager.has_timeouts() && !manager.has_runnable() && !manager.has_io_waits());
    let hours = bank.per_hour.borrow().clone();
    (came, bank.counts.get(), hours)
}

#[test]
fn a_day_in_a_bank_is_always_the_same() {
    let (came, counts, hours) = simulate(7);
    assert_eq!(came, counts.served + counts.left);
    assert_eq!(hours.values().sum::<u32>(), counts.served);
    assert!(counts.left > 0 && counts.served > 50, "{counts:?}");
    assert_eq!(simulate(7), (came, counts, hours));
    assert_ne!(simulate(8).1, counts);
}
