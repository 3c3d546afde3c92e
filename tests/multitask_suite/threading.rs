//! Locks of other threads.

use std::{
    sync::{Arc, Mutex, mpsc},
    thread,
    time::Duration,
};

use multitask::{TaskManager, acquire, sleep, task, yield_};

use crate::support::Log;

/// Another thread, which holds a lock until it is told to let go.
struct Holder {
    let_go: mpsc::Sender<()>,
    thread: thread::JoinHandle<()>,
}

impl Holder {
    fn of(lock: &Arc<Mutex<u32>>) -> Holder {
        let (lock, (let_go, told), (holds, held)) = (lock.clone(), mpsc::channel(), mpsc::channel());
        let thread = thread::spawn(move || {
            let _guard = lock.lock().expect("nobody panics");
            holds.send(()).expect("the test waits for it");
            told.recv().expect("the test tells it");
        });
        held.recv().expect("the thread runs");
        Holder { let_go, thread }
    }

    fn let_go(self) {
        self.let_go.send(()).expect("the thread waits for it");
        self.thread.join().expect("the thread does not panic");
    }
}

#[test]
fn test_acquire() {
    #[task]
    fn need_lock(lock: Arc<Mutex<u32>>, log: Log<&'static str>) {
        let mut guard = yield_!(acquire(&lock)).expect("nobody panics");
        *guard += 1;
        log.push("need_lock");
    }
    #[task]
    fn no_lock(holder: Holder, log: Log<&'static str>) {
        yield_!(sleep(Duration::from_millis(100)));
        log.push("no_lock");
        holder.let_go();
    }
    let (manager, lock, log) = (TaskManager::new(), Arc::new(Mutex::new(0)), Log::new());
    let holder = Holder::of(&lock);
    manager.add(need_lock(lock.clone(), log.clone()));
    manager.add(no_lock(holder, log.clone()));
    manager.run().unwrap();
    assert_eq!((log.take(), *lock.lock().unwrap()), (vec!["no_lock", "need_lock"], 1));
}

#[test]
fn test_timeout() {
    #[task]
    fn impatient(lock: Arc<Mutex<u32>>) -> bool {
        yield_!(acquire(&lock).timeout(Duration::from_millis(100))).is_ok()
    }
    let (manager, lock) = (TaskManager::new(), Arc::new(Mutex::new(0)));
    let holder = Holder::of(&lock);
    assert!(!manager.block_on(impatient(lock.clone())));
    assert!(!manager.has_timeouts());
    holder.let_go();
    assert!(manager.block_on(impatient(lock)));
}
