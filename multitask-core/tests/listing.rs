//! Lists of tasks, and managers as guests of other loops.
#![cfg(feature = "std")]

mod support;

use std::{cell::Cell, rc::Rc, task::Poll, time::Duration};

use multitask_core::{
    Operation, Report, Task, TaskManager, TaskStatus, Wait, all, completion, idle, net::TcpListener, sleep,
};
use support::{from_fn, parked, rounds, wait_for};

const LONG: Duration = Duration::from_secs(60);

#[test]
fn each_task_says_what_it_waits_for() {
    let manager = TaskManager::with_virtual_clock();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let flag = Rc::new(Cell::new(false));
    let (_completer, completion) = completion::<()>();
    manager.add(wait_for(sleep(LONG))).named("sleeper");
    manager.add(wait_for(all((listener.accept().map(drop), sleep(2 * LONG)))));
    manager.add(wait_for(completion));
    let waiting = manager.add(parked(&flag)).named("parked");
    manager.run_next(Some(Duration::ZERO)).unwrap();
    manager.add(wait_for(idle()));
    let list = manager.tasks();
    assert_eq!(list.len(), 5);
    assert_eq!(list[0].name(), Some("sleeper"));
    assert_eq!(list[0].waits(), [Wait::Time(LONG)]);
    assert_eq!(list[1].waits()[0], Wait::Time(2 * LONG));
    assert!(matches!(list[1].waits()[1..], [Wait::Readable(number)] if number.is_some() == cfg!(unix)));
    assert_eq!(list[2].waits(), [Wait::Thread("another thread")]);
    assert_eq!((list[3].id(), list[3].is_parked()), (waiting.id(), true));
    assert_eq!(list[3].place().unwrap().file(), file!());
    assert_eq!((list[4].status(), list[4].waits()), (TaskStatus::Runnable, &[][..]));
    let parked = list.parked();
    assert_eq!(parked.len(), 1);
    let line = parked.to_string();
    assert!(line.starts_with("task 3.1 (parked, added at ") && line.ends_with(") waits for another task"), "{line}");
}

#[test]
fn each_task_says_for_how_long_it_has_waited() {
    let second = Duration::from_secs(1);
    let manager = TaskManager::with_virtual_clock();
    let flag = Rc::new(Cell::new(false));
    let before = manager.add(parked(&flag));
    manager.run_next(Some(second)).unwrap();
    manager.note_waiting_times();
    let cancelled = manager.add(parked(&flag));
    let twice = manager.add(wait_for(all((sleep(2 * second), sleep(LONG)))));
    let waited = |count: u32| {
        manager.advance(second);
        // What is due is to run after the first look.
        (0..2).for_each(|_| manager.run_next(Some(Duration::ZERO)).unwrap());
        let all = manager.tasks();
        assert_eq!(all.len() as u32, count);
        all.iter().map(|task| task.waited()).collect::<Vec<_>>()
    };
    // The first has not been resumed since the question.
    assert_eq!(waited(3), [None, Some(Duration::ZERO), Some(Duration::ZERO)]);
    assert_eq!(waited(3), [None, Some(second), Some(second)]);
    cancelled.cancel();
    // Its first sleep is over.
    assert_eq!(waited(2), [None, Some(Duration::ZERO)]);
    // In the place of the one that was cancelled, and not yet resumed.
    let after = manager.add(parked(&flag));
    assert_eq!(manager.tasks().iter().find(|task| task.id() == after.id()).unwrap().waited(), None);
    [before, after].iter().for_each(multitask_core::TaskHandle::cancel);
    twice.cancel();
}

#[test]
fn the_idle_are_listed_too() {
    let manager = TaskManager::new();
    manager.add(wait_for(idle()));
    let seen = manager.clone();
    let list = manager.block_on(from_fn(move |_| Poll::Ready(seen.tasks())));
    assert_eq!(list[0].waits(), [Wait::Idle]);
    // The one that asks is not in the queue, and waits for nothing; it is on the stack of `block_on`.
    assert_eq!((list[1].what(), list[1].place()), ("block_on", None));
}

#[test]
fn the_task_that_asks_is_running() {
    let manager = TaskManager::new();
    let seen = manager.clone();
    let asking = manager.add(from_fn(move |_| Poll::Ready(seen.tasks()[0].status())));
    manager.add(rounds(1, |_| ()));
    assert_eq!(manager.block_on(asking).unwrap(), TaskStatus::Running);
}

/// Waits for ever; describes itself by calling a function.
struct Described<F>(F);

impl<F: FnMut()> Task for Described<F> {
    type Output = ();

    fn resume(&mut self, _: &mut multitask_core::Context<'_>) -> Poll<()> {
        Poll::Pending
    }

    fn describe(&mut self, report: &mut Report) {
        (self.0)();
        report.waits_for("the end of days");
    }
}

#[test]
fn a_task_may_use_the_manager_while_it_describes_itself() {
    let manager = TaskManager::new();
    let seen = manager.clone();
    let described = manager.add(Described(move || {
        assert_eq!(seen.tasks()[0].status(), TaskStatus::Running);
        seen.add(rounds(1, |_| ()));
    }));
    manager.run().unwrap();
    let list = manager.tasks();
    assert_eq!(list[0].state().entries()[0].text(), "the end of days");
    assert!(list.to_string().ends_with("waits for another task\n  the end of days"), "{list}");
    assert!(manager.has_runnable());
    manager.run().unwrap();
    described.cancel();
}

#[test]
fn a_task_that_is_cancelled_while_it_describes_itself_is_gone_then() {
    let manager = TaskManager::new();
    let handle: Rc<Cell<Option<multitask_core::TaskHandle<()>>>> = Rc::default();
    let own = handle.clone();
    handle.set(Some(manager.add(Described(move || own.take().iter().for_each(multitask_core::TaskHandle::cancel)))));
    manager.run().unwrap();
    assert_eq!(manager.tasks().len(), 0);
    assert!(format!("{manager:?}").contains("tasks: 0"));
}

#[test]
fn a_block_on_that_can_never_go_on_says_who_is_left() {
    let manager = TaskManager::new();
    let flag = Rc::new(Cell::new(false));
    manager.add(parked(&flag)).named("left behind");
    let stuck = std::panic::AssertUnwindSafe(|| manager.block_on(parked(&flag)));
    let panic = std::panic::catch_unwind(stuck).unwrap_err();
    let words = panic.downcast_ref::<String>().unwrap();
    assert!(words.contains("can never go on") && words.contains("left behind"), "{words}");
}

#[cfg(unix)]
mod embedding {
    use super::*;
    use mio::{Events, Interest, Poll as Host, Token, unix::SourceFd};
    use std::{io::Write, net::TcpStream as Peer, thread};

    fn host_of(manager: &TaskManager) -> Host {
        let host = Host::new().unwrap();
        let descriptor = manager.poll_descriptor().unwrap();
        host.registry().register(&mut SourceFd(&descriptor), Token(0), Interest::READABLE).unwrap();
        host
    }

    /// Waits as a foreign loop would; true if the manager's descriptor was readable.
    fn wait(host: &mut Host, manager: &TaskManager) -> bool {
        let mut events = Events::with_capacity(4);
        host.poll(&mut events, Some(manager.time_to_wait().unwrap_or(LONG))).unwrap();
        !events.is_empty()
    }

    #[test]
    fn a_foreign_loop_waits_for_sockets_timers_and_threads_of_a_manager() {
        let manager = TaskManager::new();
        let mut host = host_of(&manager);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let accepting = manager.add(wait_for(listener.accept()));
        let sleeping = manager.add(wait_for(sleep(Duration::from_millis(2))));
        assert_eq!(manager.time_to_wait(), Some(Duration::ZERO));
        while !sleeping.is_finished() {
            wait(&mut host, &manager);
            manager.run_next(Some(Duration::ZERO)).unwrap();
        }
        assert_eq!(manager.time_to_wait(), None);
        Peer::connect(address).unwrap().write_all(b"x").unwrap();
        assert!(wait(&mut host, &manager));
        while !accepting.is_finished() {
            manager.run_next(Some(Duration::ZERO)).unwrap();
        }
        let remote = manager.remote();
        let thread = thread::spawn(move || remote.add(|| rounds(1, |_| ())).unwrap());
        assert!(wait(&mut host, &manager));
        thread.join().unwrap();
        manager.run_next(Some(Duration::ZERO)).unwrap();
        assert!(manager.has_runnable());
    }
}
