//! Locks: of other threads, and between tasks.

use std::{
    sync::{
        Arc, Mutex as ThreadMutex, RwLock,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

use multitask::{
    TaskHandle, TaskManager, Timeout, acquire, sleep,
    sync::{Mutex, Permit, Semaphore, acquire_read, acquire_write},
    task, yield_,
};

use super::SHORT;
use crate::support::{Count, Log};

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
            yield_!(sleep(Duration::from_millis(1)));
            count.up();
        }
        let_go.store(true, Ordering::Release);
    }
    let (lock, let_go, count) = (Arc::new(ThreadMutex::new(0)), Arc::new(AtomicBool::new(false)), Count::default());
    let guarded = lock.clone();
    let (holds, held) = mpsc::channel();
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
    permits.into_iter().for_each(Permit::forget);
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
