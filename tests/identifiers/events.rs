//! Events, signals, calls, locks.

use std::{
    sync::{
        Arc, Mutex as ThreadMutex, RwLock,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use multitask::{
    TaskHandle, TaskManager, Timeout, acquire, call,
    call::{CallError, Callback, Calls, NeverCalled, Reply, Unanswered},
    signal::{Event, Gone, Kind, Signal, Subscription},
    sync::{Mutex, Semaphore, acquire_read, acquire_write},
    task, yield_,
};

use crate::support::{Count, Log};

const SHORT: Duration = Duration::from_millis(10);

#[task]
fn hear_one(signal: Signal<u32>, log: Log<u32>) {
    log.push(yield_!(signal.wait()).expect("the signal is there"));
}

#[task]
fn hear_all(heard: Subscription<u32>, log: Log<u32>) -> Gone {
    loop {
        match yield_!(heard.wait()) {
            Ok(value) => log.push(value),
            Err(gone) => return gone,
        }
    }
}

#[test]
fn k34_a_signal_of_one_object_or_of_any_of_a_kind() {
    #[task]
    fn hear_kind(kind: Kind<u32>, objects: [Signal<u32>; 2], log: Log<(usize, u32)>) {
        loop {
            let emission = yield_!(kind.wait()).expect("the kind is there");
            let object = objects.iter().position(|object| object.id() == emission.emitter);
            log.push((object.expect("it is one of the two"), emission.value));
        }
    }
    let (manager, kind) = (TaskManager::new(), Kind::new());
    let objects = [kind.signal(), kind.signal()];
    let (one, all) = (Log::new(), Log::new());
    manager.add(hear_one(objects[0].clone(), one.clone()));
    let hearer = manager.add(hear_kind(kind.clone(), objects.clone(), all.clone()));
    for (object, value, heard) in [(1, 10, 1), (0, 20, 2), (0, 30, 1)] {
        manager.run().unwrap();
        assert_eq!(objects[object].emit(value), heard);
    }
    manager.run().unwrap();
    assert_eq!((one.take(), all.take()), (vec![20], vec![(1, 10), (0, 20), (0, 30)]));
    // Who has gone is not listening.
    hearer.cancel();
    assert_eq!(objects[0].emit(40), 0);
}

#[test]
fn k34_an_event_stays() {
    #[task]
    fn wait_twice(event: Event, log: Log<&'static str>) {
        yield_!(event.wait());
        log.push("once");
        event.clear();
        yield_!(event.wait());
        log.push("twice");
    }
    let (manager, event, log) = (TaskManager::new(), Event::new(), Log::new());
    event.set();
    manager.add(wait_twice(event.clone(), log.clone()));
    manager.run().unwrap();
    assert_eq!((log.take(), event.is_set()), (vec!["once"], false));
    // To clear it at once takes nothing from who has waited.
    event.set();
    event.clear();
    manager.run().unwrap();
    assert_eq!((log.take(), event.is_set()), (vec!["twice"], false));
}

#[test]
fn k38_several_tasks_wait_for_one_thing() {
    let (manager, signal, event, log) = (TaskManager::new(), Signal::new(), Event::new(), Log::new());
    #[task]
    fn wait_for_event(event: Event, log: Log<u32>) {
        yield_!(event.wait());
        log.push(0);
    }
    for _ in 0..3 {
        manager.add(hear_one(signal.clone(), log.clone()));
        manager.add(wait_for_event(event.clone(), log.clone()));
    }
    manager.run().unwrap();
    assert_eq!(signal.emit(7), 3);
    manager.run().unwrap();
    assert_eq!(log.take(), [7, 7, 7]);
    event.set();
    manager.run().unwrap();
    assert_eq!(log.take(), [0, 0, 0]);
}

#[test]
fn d_k13_no_emission_is_lost_and_nobody_waits_for_the_gone() {
    let (manager, signal, log) = (TaskManager::new(), Signal::new(), Log::new());
    // Nobody listens: no answer of a listener comes back, just how many there are.
    assert_eq!(signal.emit(0), 0);
    let heard = signal.subscribe();
    assert_eq!([signal.emit(1), signal.emit(2)], [1, 1]);
    let hearer = manager.add(hear_all(heard, log.clone()));
    manager.run().unwrap();
    assert_eq!(log.take(), [1, 2]);
    signal.emit(3);
    signal.emit(4);
    drop(signal);
    assert_eq!(manager.block_on(hearer).unwrap(), Gone);
    assert_eq!(log.take(), [3, 4]);

    // The same for a kind, and for a wait that has begun.
    #[task]
    fn hear_kind(heard: Subscription<multitask::signal::Emission<u32>>) -> Gone {
        yield_!(heard.wait()).expect_err("nobody emits it")
    }
    let kind = Kind::new();
    let (object, hearer) = (kind.signal(), manager.add(hear_kind(kind.subscribe())));
    manager.run().unwrap();
    drop(kind);
    manager.run().unwrap();
    assert!(!hearer.is_finished());
    drop(object);
    assert_eq!(manager.block_on(hearer).unwrap(), Gone);
}

#[test]
fn a_task_may_emit_what_it_waits_for() {
    #[task]
    fn both(signal: Signal<u32>) -> (u32, u32) {
        let heard = signal.subscribe();
        assert_eq!(signal.emit(1), 1);
        let first = yield_!(heard.wait()).expect("it is there");
        assert_eq!((signal.emit(2), heard.len()), (1, 1));
        (first, heard.try_take().expect("it is there").expect("it was emitted"))
    }
    assert_eq!(TaskManager::new().block_on(both(Signal::new())), (1, 2));
}

/// A wait that is given up is not listening any more, and has taken nothing from the others.
#[test]
fn cancelled_waits_leave_nothing() {
    #[task]
    fn impatient(signal: Signal<u32>, heard: Subscription<u32>, event: Event) {
        assert!(yield_!(signal.wait().timeout(SHORT)).is_err());
        assert!(yield_!(heard.wait().timeout(SHORT)).is_err());
        assert!(yield_!(event.wait().timeout(SHORT)).is_err());
    }
    let (manager, signal, event, log) = (TaskManager::new(), Signal::new(), Event::new(), Log::new());
    let heard = signal.subscribe();
    manager.block_on(impatient(signal.clone(), heard.clone(), event.clone()));
    assert!(!manager.has_timeouts());
    assert_eq!(format!("{event:?}"), "Event { set: false, waiting: 0 }");
    assert_eq!(signal.emit(1), 1);
    // Cancelled when the emission is as good as its own: it is for the next one.
    let tasks = [(); 2].map(|()| manager.add(hear_all(heard.clone(), log.clone())));
    manager.run().unwrap();
    assert_eq!(log.take(), [1]);
    signal.emit(2);
    tasks[0].cancel();
    manager.run().unwrap();
    assert_eq!(log.take(), [2]);
    tasks.iter().for_each(TaskHandle::cancel);
    signal.emit(3);
    assert_eq!(heard.try_take(), Ok(Some(3)));
}

/// Takes calls, and answers each with twice its argument.
#[task]
fn doubler(calls: Calls<u32, u32>, log: Log<u32>) -> NeverCalled {
    loop {
        match yield_!(calls.wait()) {
            Ok(called) => {
                log.push(called.args);
                let _unheard = called.answer.give(called.args * 2);
            }
            Err(never) => return never,
        }
    }
}

#[test]
fn k36_a_callback_calls_a_task() {
    #[task]
    fn caller(callback: Callback<u32, u32>) -> u32 {
        let reply = callback.call(21).expect("it waits for calls");
        yield_!(reply).expect("it answers")
    }
    let (manager, log) = (TaskManager::new(), Log::new());
    let (callback, calls) = call();
    let doubler = manager.add(doubler(calls, log.clone()));
    manager.run().unwrap();
    assert_eq!(manager.block_on(caller(callback.clone())), 42);
    // Whoever is no task has the answer by a loop within the loop, or an answer that was settled before.
    assert_eq!(manager.block_on(callback.call(4).unwrap()), Ok(8));
    let plain = callback.into_fn(7);
    assert_eq!(plain(1), 7);
    manager.run().unwrap();
    assert_eq!(log.take(), [21, 4, 1]);
    drop(plain);
    assert_eq!(manager.block_on(doubler).unwrap(), NeverCalled);
}

#[test]
fn d_k12_calls_are_kept_and_those_in_vain_are_told() {
    let (manager, log) = (TaskManager::new(), Log::new());
    let (callback, calls) = call::<u32, u32>();
    // Before anybody waits, and several.
    let early: Vec<Reply<u32>> = [1, 2, 3].map(|n| callback.call(n).unwrap()).into();
    assert_eq!(calls.len(), 3);
    let doubler = manager.add(doubler(calls, log.clone()));
    manager.run().unwrap();
    assert_eq!(log.take(), [1, 2, 3]);
    let answers: Vec<_> = early.into_iter().map(|reply| manager.block_on(reply)).collect();
    assert_eq!(answers, [Ok(2), Ok(4), Ok(6)]);
    // After it has gone: also who has called before, and was not answered.
    let late = callback.call(4).unwrap();
    doubler.cancel();
    assert_eq!(manager.block_on(late), Err(Unanswered));
    assert!(callback.is_in_vain());
    assert_eq!(callback.call(5).unwrap_err(), CallError(5));
    assert_eq!(callback.into_fn(6)(5), 6);
}

#[test]
fn a_wait_for_calls_that_is_cancelled_takes_none() {
    #[task]
    fn impatient(calls: Calls<u32>) -> (bool, u32) {
        let timed_out = yield_!(calls.wait().timeout(SHORT)).is_err();
        (timed_out, yield_!(calls.wait()).expect("it is called").args)
    }
    let (manager, (callback, calls)) = (TaskManager::new(), call());
    let task = manager.add(impatient(calls));
    manager.run().unwrap();
    callback.call(1).unwrap();
    assert_eq!(manager.block_on(task).unwrap(), (true, 1));
}

#[test]
fn m14_locks_of_other_threads() {
    #[task]
    fn locker(lock: Arc<ThreadMutex<u32>>, others: Count) -> Result<(), Timeout> {
        assert!(yield_!(acquire(&lock).timeout(SHORT)).is_err());
        let before = others.get();
        let mut guard = yield_!(acquire(&lock).timeout(Duration::from_secs(60)))?.expect("nobody panics");
        *guard += 1;
        drop(guard);
        assert!(others.get() > before, "other tasks ran meanwhile");
        Ok(())
    }
    /// Runs until it has run often enough for the other one, then lets the thread go.
    #[task]
    fn other(count: Count, let_go: Arc<AtomicBool>) {
        for _ in 0..100 {
            yield_!(multitask::sleep(Duration::from_millis(1)));
            count.up();
        }
        let_go.store(true, Ordering::Release);
    }
    let (lock, let_go, count) = (Arc::new(ThreadMutex::new(0)), Arc::new(AtomicBool::new(false)), Count::default());
    let guarded = lock.clone();
    let (holds, held) = std::sync::mpsc::channel();
    let told = let_go.clone();
    let holder = thread::spawn(move || {
        let _guard = guarded.lock().unwrap();
        holds.send(()).unwrap();
        while !told.load(Ordering::Acquire) {
            thread::yield_now();
        }
    });
    held.recv().unwrap();
    let manager = TaskManager::new();
    let locker = manager.add(locker(lock.clone(), count.clone()));
    manager.add(other(count, let_go));
    manager.run().unwrap();
    assert!(manager.block_on(locker).unwrap().is_ok());
    holder.join().unwrap();
    assert_eq!((*lock.lock().unwrap(), manager.has_timeouts()), (1, false));
}

#[test]
fn m14_a_lock_that_is_poisoned_says_so() {
    #[task]
    fn locker(mutex: Arc<ThreadMutex<u32>>, lock: Arc<RwLock<u32>>) -> (bool, bool, u32) {
        let poisoned = yield_!(acquire(&mutex)).is_err();
        let mut guard = yield_!(acquire_write(&lock)).expect("it is not poisoned");
        *guard += 1;
        drop(guard);
        let other_reader = lock.read().expect("it is not poisoned");
        drop(other_reader);
        let read = *yield_!(acquire_read(&lock)).expect("it is not poisoned");
        (poisoned, lock.is_poisoned(), read)
    }
    let mutex = Arc::new(ThreadMutex::new(0));
    let poisoner = mutex.clone();
    let panicked = thread::spawn(move || {
        let _guard = poisoner.lock().unwrap();
        panic!("with the lock");
    });
    panicked.join().unwrap_err();
    let lock = Arc::new(RwLock::new(1));
    assert_eq!(TaskManager::new().block_on(locker(mutex, lock)), (true, false, 2));
}

#[task]
fn hold(semaphore: Semaphore, log: Log<(u32, &'static str)>, id: u32) {
    let _permit = yield_!(semaphore.acquire());
    log.push((id, "has it"));
    yield_!();
    log.push((id, "gives it back"));
}

#[test]
fn so_many_tasks_at_a_time_in_their_order() {
    let (manager, semaphore, log) = (TaskManager::new(), Semaphore::new(2), Log::new());
    for id in 0..5 {
        manager.add(hold(semaphore.clone(), log.clone(), id));
    }
    manager.run().unwrap();
    let (mut holders, mut order) = (0, vec![]);
    for (id, what) in log.take() {
        if what == "has it" {
            holders += 1;
            order.push(id);
        } else {
            holders -= 1;
        }
        assert!(holders <= 2, "too many at {id}");
    }
    assert_eq!((order, semaphore.available()), (vec![0, 1, 2, 3, 4], 2));
    let permits = [semaphore.try_acquire().unwrap(), semaphore.try_acquire().unwrap()];
    assert!(semaphore.try_acquire().is_none());
    permits.into_iter().for_each(multitask::sync::Permit::forget);
    assert_eq!(semaphore.available(), 0);
    semaphore.add(3);
    assert_eq!(semaphore.available(), 3);
}

#[test]
fn a_permit_is_not_lost_with_who_is_cancelled() {
    let (manager, semaphore, log) = (TaskManager::new(), Semaphore::new(0), Log::new());
    let tasks: Vec<TaskHandle<()>> = (0..4).map(|id| manager.add(hold(semaphore.clone(), log.clone(), id))).collect();
    manager.run().unwrap();
    // One that waits; one that has been called; then one that holds it.
    tasks[0].cancel();
    semaphore.add(1);
    tasks[1].cancel();
    assert_eq!(semaphore.available(), 0);
    manager.run_next(Some(Duration::ZERO)).unwrap();
    assert_eq!(log.take(), [(2, "has it")]);
    tasks[2].cancel();
    manager.run().unwrap();
    assert_eq!(log.take(), [(3, "has it"), (3, "gives it back")]);
    assert_eq!(format!("{semaphore:?}"), "Semaphore { available: 1, waiting: 0 }");
}

#[test]
fn a_mutex_is_held_across_waits() {
    #[task]
    fn add(mutex: Mutex<Vec<u32>>, n: u32) {
        let mut list = yield_!(mutex.lock());
        let len = list.len();
        yield_!();
        list.push(n);
        yield_!();
        assert_eq!(list.len(), len + 1, "somebody else had it");
    }
    #[task]
    fn faulty(mutex: Mutex<Vec<u32>>) {
        let mut list = yield_!(mutex.lock());
        list.push(100);
        panic!("with the lock");
    }
    let (manager, mutex) = (TaskManager::new(), Mutex::default());
    manager.add(add(mutex.clone(), 0));
    let faulty = manager.add(faulty(mutex.clone()));
    let cancelled = manager.add(add(mutex.clone(), 1));
    for n in 2..5 {
        manager.add(add(mutex.clone(), n));
    }
    manager.run_next(Some(Duration::ZERO)).unwrap();
    assert!(mutex.is_locked() && mutex.try_lock().is_none());
    cancelled.cancel();
    manager.run().unwrap();
    assert!(manager.block_on(faulty).is_err());
    assert_eq!(*mutex.try_lock().expect("nobody has it"), [0, 100, 2, 3, 4]);
}
