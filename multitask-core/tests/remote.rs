//! Other threads: they wake a manager, add tasks to it and stop it, and tasks wait for them.
#![cfg(feature = "std")]

mod support;

use std::{
    cell::{Cell, RefCell},
    future::Future,
    pin::Pin,
    rc::Rc,
    sync::{Arc, Mutex, mpsc},
    task::{self, Poll, Waker},
    thread,
    time::{Duration, Instant},
};

use multitask_core::{
    Abandoned, ManagerGone, Operation, Remote, Task, TaskManager, add, completion, future, net::TcpListener, sleep,
};
use support::{Log, from_fn, parked, rounds, wait_for};

const LONG: Duration = Duration::from_secs(60);

fn assert_send_and_sync<T: Send + Sync>(_: &T) {}

#[test]
fn a_remote_adds_a_task_that_cannot_be_sent_itself() {
    let manager = TaskManager::new();
    let remote = manager.remote();
    assert_send_and_sync(&remote);
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        remote
            .add(move || {
                let kept = Rc::new(7);
                from_fn(move |_| {
                    sender.send((*kept, thread::current().id())).unwrap();
                    Poll::Ready(())
                })
            })
            .unwrap();
    })
    .join()
    .unwrap();
    assert!(receiver.try_recv().is_err(), "nothing runs before the manager does");
    manager.run().unwrap();
    assert_eq!(receiver.recv().unwrap(), (7, thread::current().id()));
}

/// Has a manager wait for a minute, and another thread do something that is to end the wait.
fn is_ended(manager: &TaskManager, act: impl FnOnce(&Remote) + Send + 'static) -> bool {
    let remote = manager.remote();
    let start = Instant::now();
    let thread = thread::spawn(move || act(&remote));
    manager.run_next(Some(LONG)).unwrap();
    thread.join().unwrap();
    start.elapsed() < LONG
}

#[test]
fn another_thread_ends_a_wait_for_a_time() {
    let manager = TaskManager::new();
    let sleeper = manager.add(wait_for(sleep(LONG)));
    manager.run_next(Some(Duration::ZERO)).unwrap();
    assert!(is_ended(&manager, |remote| remote.wake().unwrap()));
    assert!(!sleeper.is_finished() && !manager.has_runnable());
}

#[test]
fn another_thread_ends_a_wait_in_the_poller() {
    let manager = TaskManager::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    manager.add(wait_for(listener.accept()));
    manager.run_next(Some(Duration::ZERO)).unwrap();
    assert!(manager.has_io_waits());
    let done = Arc::new(Mutex::new(false));
    let flag = done.clone();
    assert!(is_ended(&manager, move |remote| remote.execute(move |_| *flag.lock().unwrap() = true).unwrap()));
    // The wait may have ended for another reason.
    while !*done.lock().unwrap() {
        manager.run_next(Some(LONG)).unwrap();
    }
}

#[test]
fn what_a_busy_manager_is_asked_for_is_done_between_its_tasks() {
    let manager = TaskManager::new();
    let done = Rc::new(Cell::new(false));
    let seen = done.clone();
    let remote = manager.remote();
    let spinner = manager.add(from_fn(move |cx| {
        if seen.get() {
            return Poll::Ready(());
        }
        cx.give_way();
        Poll::Pending
    }));
    let flag = Arc::new(Mutex::new(Vec::new()));
    let letters = flag.clone();
    thread::spawn(move || {
        for n in 0..3 {
            let letters = letters.clone();
            remote.execute(move |_| letters.lock().unwrap().push(n)).unwrap();
        }
    });
    let letters = flag.clone();
    manager.add(from_fn(move |cx| {
        if letters.lock().unwrap().len() < 3 {
            cx.give_way();
            return Poll::Pending;
        }
        done.set(true);
        Poll::Ready(())
    }));
    manager.run().unwrap();
    assert!(spinner.is_finished());
    assert_eq!(*flag.lock().unwrap(), [0, 1, 2]);
}

#[test]
fn a_remote_alone_does_not_keep_run_from_returning_and_a_keep_alive_does() {
    let manager = TaskManager::new();
    let remote = manager.remote();
    manager.run().unwrap();
    let alive = remote.keep_alive();
    let also = alive.clone();
    let log = Arc::new(Mutex::new(Vec::new()));
    let theirs = log.clone();
    let thread = thread::spawn(move || {
        drop(alive);
        let first = theirs.clone();
        remote.execute(move |_| first.lock().unwrap().push("first")).unwrap();
        remote.execute(move |_| theirs.lock().unwrap().push("second")).unwrap();
        drop(also);
    });
    manager.run().unwrap();
    assert_eq!(*log.lock().unwrap(), ["first", "second"]);
    thread.join().unwrap();
}

#[test]
fn a_manager_is_stopped_from_another_thread_with_its_tasks_still_there() {
    let manager = TaskManager::new();
    let sleeper = manager.add(wait_for(sleep(LONG)));
    let remote = manager.remote();
    let thread = thread::spawn(move || remote.stop().unwrap());
    manager.run().unwrap();
    thread.join().unwrap();
    assert!(!sleeper.is_finished() && manager.has_timeouts());
    sleeper.cancel();
    manager.run().unwrap();
}

#[test]
fn a_task_that_stops_its_manager_lets_the_others_have_their_turn() {
    let manager = TaskManager::new();
    let log = Log::new();
    let (entries, stopped) = (log.clone(), manager.clone());
    manager.add(rounds(2, move |round| {
        entries.push(("a", round));
        if round == 0 {
            stopped.stop();
        }
    }));
    let entries = log.clone();
    manager.add(rounds(2, move |round| entries.push(("b", round))));
    manager.run().unwrap();
    assert_eq!(log.take(), [("a", 0), ("b", 0)]);
    manager.run().unwrap();
    assert_eq!(log.take(), [("a", 1), ("b", 1)]);
}

#[test]
fn a_run_that_is_to_stop_does_not_wait_first() {
    let manager = TaskManager::with_virtual_clock();
    let start = manager.now();
    let sleeper = manager.add(wait_for(sleep(LONG)));
    let stopped = manager.clone();
    manager.add(rounds(1, move |_| stopped.stop()));
    manager.run().unwrap();
    assert!(manager.now() == start && !sleeper.is_finished());
    // A `block_on` waits for its own task, whatever stops.
    manager.stop();
    manager.block_on(wait_for(sleep(Duration::from_secs(1))));
    assert_eq!(manager.now() - start, Duration::from_secs(1));
}

#[test]
fn a_stop_that_came_too_late_does_not_stop_the_next_run() {
    let manager = TaskManager::new();
    let stopped = manager.clone();
    let last = manager.add(from_fn(move |_| {
        stopped.stop();
        Poll::Ready(())
    }));
    manager.run().unwrap();
    assert!(last.is_finished());
    let next = manager.add(rounds(3, |_| ()));
    manager.run().unwrap();
    assert!(next.is_finished());
}

#[test]
fn a_function_that_panics_ends_neither_the_loop_nor_the_other_letters() {
    let manager = TaskManager::new();
    let remote = manager.remote();
    let added = Arc::new(Mutex::new(0));
    let count = added.clone();
    remote.execute(|_| panic!("a letter that panics: expected")).unwrap();
    remote
        .execute(move |manager| {
            // It is the manager that `add` finds, too.
            let (one, two) = (count.clone(), count);
            manager.add(rounds(1, move |_| *one.lock().unwrap() += 1));
            add(rounds(1, move |_| *two.lock().unwrap() += 1));
        })
        .unwrap();
    manager.run().unwrap();
    assert_eq!(*added.lock().unwrap(), 2);
}

#[test]
fn a_manager_that_is_gone_is_told_of_and_drops_what_it_was_asked_for() {
    let manager = TaskManager::new();
    let remote = manager.remote();
    let alive = remote.keep_alive();
    let kept = Arc::new(());
    let theirs = kept.clone();
    remote.execute(move |_| drop(theirs)).unwrap();
    assert!(!remote.is_manager_gone());
    drop(manager);
    assert_eq!(Arc::strong_count(&kept), 1);
    assert!(remote.is_manager_gone());
    assert_eq!(remote.wake(), Err(ManagerGone));
    assert_eq!(remote.stop(), Err(ManagerGone));
    assert_eq!(remote.add(|| rounds(1, |_| ())), Err(ManagerGone));
    drop(alive);
}

#[test]
fn a_completion_keeps_run_going_until_it_comes() {
    let manager = TaskManager::new();
    let (completer, completion) = completion();
    let waiting = manager.add(wait_for(completion));
    manager.run_next(Some(Duration::ZERO)).unwrap();
    assert!(manager.has_foreign_waits() && !manager.has_runnable());
    assert!(!completer.is_cancelled());
    let thread = thread::spawn(move || completer.complete("done"));
    manager.run().unwrap();
    thread.join().unwrap().unwrap();
    assert!(!manager.has_foreign_waits());
    assert_eq!(manager.block_on(waiting).unwrap(), Ok("done"));
}

#[test]
fn a_completion_that_is_there_already_costs_no_wait() {
    let (completer, completion) = completion();
    completer.complete(5).unwrap();
    assert_eq!(TaskManager::new().block_on(wait_for(completion)), Ok(5));
}

#[test]
fn a_completer_that_is_dropped_ends_the_wait() {
    let manager = TaskManager::new();
    let (completer, completion) = completion::<()>();
    let thread = thread::spawn(move || drop(completer));
    assert_eq!(manager.block_on(wait_for(completion)), Err(Abandoned));
    thread.join().unwrap();
}

#[test]
fn a_cancelled_completion_leaves_nothing_and_the_value_comes_back() {
    let manager = TaskManager::new();
    let (completer, completion) = completion();
    let waiting = manager.add(wait_for(completion));
    manager.run_next(Some(Duration::ZERO)).unwrap();
    waiting.cancel();
    assert!(!manager.has_foreign_waits());
    manager.run().unwrap();
    assert!(completer.is_cancelled());
    assert_eq!(completer.complete(Box::new(3)), Err(Box::new(3)));
}

#[test]
fn many_threads_complete_what_many_tasks_wait_for() {
    let manager = TaskManager::new();
    let sum = Rc::new(Cell::new(0));
    let mut threads = Vec::new();
    for n in 0..50 {
        let (completer, completion) = completion();
        let sum = sum.clone();
        manager.add(wait_for(completion.map(move |value: Result<u32, Abandoned>| sum.set(sum.get() + value.unwrap()))));
        threads.push(thread::spawn(move || completer.complete(n).unwrap()));
    }
    manager.run().unwrap();
    assert_eq!(sum.get(), (0..50).sum());
    threads.into_iter().for_each(|thread| thread.join().unwrap());
}

/// A future that another thread finishes when it has been polled.
#[derive(Clone, Default)]
struct Handshake(Arc<Mutex<(Option<Waker>, bool)>>);

impl Future for Handshake {
    type Output = u32;

    fn poll(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<u32> {
        let mut state = self.0.lock().unwrap();
        state.0 = Some(cx.waker().clone());
        if state.1 { Poll::Ready(9) } else { Poll::Pending }
    }
}

#[test]
fn a_future_is_waited_for_and_wakes_from_another_thread() {
    let manager = TaskManager::new();
    let handshake = Handshake::default();
    let other = handshake.clone();
    let waiting = manager.add(wait_for(future(async move { handshake.await + 1 })));
    manager.run_next(Some(Duration::ZERO)).unwrap();
    let thread = thread::spawn(move || {
        let mut state = other.0.lock().unwrap();
        state.1 = true;
        state.0.take().unwrap().wake();
    });
    manager.run().unwrap();
    assert_eq!(manager.block_on(waiting).unwrap(), 10);
    thread.join().unwrap();
    assert!(!manager.has_foreign_waits());
}

#[test]
fn a_future_that_wakes_itself_goes_on_and_starves_nobody() {
    let manager = TaskManager::new();
    let turns = Rc::new(RefCell::new(Vec::new()));
    for name in ["a", "b"] {
        let turns = turns.clone();
        let mut left = 3;
        manager.add(wait_for(future(std::future::poll_fn(move |cx| {
            turns.borrow_mut().push(name);
            left -= 1;
            cx.waker().wake_by_ref();
            if left == 0 { Poll::Ready(()) } else { Poll::Pending }
        }))));
    }
    manager.run().unwrap();
    assert_eq!(*turns.borrow(), ["a", "b", "a", "b", "a", "b"]);
}

#[test]
fn a_waker_that_outlives_its_task_does_nothing() {
    let manager = TaskManager::new();
    let handshake = Handshake::default();
    let waiting = manager.add(wait_for(future(handshake.clone())));
    manager.run_next(Some(Duration::ZERO)).unwrap();
    let waker = handshake.0.lock().unwrap().0.take().unwrap();
    waiting.cancel();
    waker.wake_by_ref();
    let flag = Rc::new(Cell::new(false));
    let stranger = manager.add(parked(&flag));
    manager.run().unwrap();
    assert!(!stranger.is_finished());
    drop((manager, stranger));
    waker.wake();
}

#[test]
#[should_panic(expected = "needs a task manager")]
fn a_completion_needs_a_manager() {
    let (_completer, completion) = completion::<()>();
    let _ = wait_for(completion).resume(&mut multitask_core::Context::detached());
}
