//! What becomes of failures: a joiner gets them, or they are reported once; and `run` may stop at them.
#![cfg(feature = "std")]

mod support;

use std::{cell::RefCell, io, rc::Rc, task::Poll};

use multitask_core::{Context, FailurePolicy, JoinError, Remote, Task, TaskFailure, TaskManager};
use support::{Log, from_fn, rounds};

/// Fails with its words, after a turn.
struct Fails(&'static str, bool);

fn fails(words: &'static str) -> Fails {
    Fails(words, false)
}

impl Task for Fails {
    type Output = Result<(), &'static str>;

    fn resume(&mut self, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if std::mem::replace(&mut self.1, true) {
            return Poll::Ready(Err(self.0));
        }
        cx.give_way();
        Poll::Pending
    }

    fn failure(&self, output: &Self::Output) -> Option<String> {
        output.err().map(str::to_owned)
    }
}

fn panics(words: &'static str) -> impl Task<Output = ()> {
    from_fn(move |_| panic!("{words}"))
}

/// A manager whose failures go to a list.
fn reporting() -> (TaskManager, Rc<RefCell<Vec<TaskFailure>>>) {
    let manager = TaskManager::new();
    let failures: Rc<RefCell<Vec<TaskFailure>>> = Rc::default();
    let list = failures.clone();
    manager.on_failure(move |failure| list.borrow_mut().push(failure.clone()));
    (manager, failures)
}

fn words(failures: &RefCell<Vec<TaskFailure>>) -> Vec<String> {
    failures.take().iter().map(|failure| failure.message().to_owned()).collect()
}

#[test]
fn a_detached_task_that_fails_is_reported_once_and_the_others_go_on() {
    let (manager, failures) = reporting();
    let id = manager.add(fails("out of paper")).id();
    let line = line!() - 1;
    let other = manager.add(rounds(5, |_| ()));
    manager.run().unwrap();
    assert!(other.is_finished());
    let [failure] = &failures.borrow()[..] else { panic!("{failures:?}") };
    assert_eq!((failure.id(), failure.message(), failure.is_panic()), (id, "out of paper", false));
    assert!(failure.name().ends_with("Fails"), "{}", failure.name());
    assert_eq!((failure.place().file(), failure.place().line()), (file!(), line));
    let report = failure.to_string();
    assert!(report.starts_with("task 0.1 (") && report.ends_with(") failed: out of paper"), "{report}");
}

#[test]
fn a_panic_is_a_failure_too() {
    let (manager, failures) = reporting();
    manager.add(panics("a task that panics: expected")).named("printer");
    manager.add(from_fn(|_| -> Poll<()> { std::panic::panic_any(7) }));
    manager.run().unwrap();
    let failures = failures.borrow();
    assert_eq!(failures.len(), 2);
    assert!(failures.iter().all(TaskFailure::is_panic));
    assert_eq!((failures[0].name(), failures[0].message()), ("printer", "a task that panics: expected"));
    assert!(failures[0].to_string().contains("printer") && failures[0].to_string().contains("panicked"));
    assert_eq!(failures[1].message(), "a payload without words");
}

#[test]
fn a_failure_that_a_joiner_receives_is_not_reported() {
    let (manager, failures) = reporting();
    let joined = manager.add(fails("for the joiner"));
    assert_eq!(manager.block_on(joined).unwrap(), Err("for the joiner"));
    let joined = manager.add(panics("for the joiner: expected"));
    assert!(matches!(manager.block_on(joined), Err(JoinError::Panicked(_))));
    manager.run().unwrap();
    assert_eq!(words(&failures), [""; 0]);
}

#[test]
fn a_failure_that_nobody_has_joined_is_reported_when_the_handle_is_dropped() {
    let (manager, failures) = reporting();
    let kept = manager.add(fails("kept")).named("keeper");
    let panicked = manager.add(panics("kept, too: expected"));
    manager.run().unwrap();
    assert!(kept.is_finished() && panicked.is_finished());
    assert_eq!(words(&failures), [""; 0]);
    assert_eq!(kept.name().as_deref(), Some("keeper"));
    drop(kept);
    assert_eq!(failures.borrow()[0].name(), "keeper");
    drop(panicked);
    assert_eq!(words(&failures), ["kept", "kept, too: expected"]);
}

#[test]
fn neither_a_cancelled_task_nor_a_good_output_is_a_failure() {
    let (manager, failures) = reporting();
    manager.add(fails("never")).cancel();
    drop(manager.add(rounds(1, |_| ())));
    manager.run().unwrap();
    assert_eq!(words(&failures), [""; 0]);
}

#[test]
fn run_stops_at_a_failure_and_the_next_one_goes_on() {
    let manager = TaskManager::new();
    manager.set_failure_policy(FailurePolicy::Stop);
    let log = Log::new();
    let entries = log.clone();
    manager.add(rounds(3, move |round| entries.push(("before", round))));
    manager.add(fails("stop here")).named("brake");
    let entries = log.clone();
    manager.add(rounds(3, move |round| entries.push(("after", round))));
    let error = manager.run().unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::Other);
    let failure = error.get_ref().unwrap().downcast_ref::<TaskFailure>().unwrap();
    assert_eq!((failure.name(), failure.message()), ("brake", "stop here"));
    assert_eq!(log.take(), [("before", 0), ("after", 0), ("before", 1)]);
    manager.run().unwrap();
    assert_eq!(log.take(), [("after", 1), ("before", 2), ("after", 2)]);
}

#[test]
fn every_failure_stops_a_run_of_its_own() {
    let manager = TaskManager::new();
    manager.set_failure_policy(FailurePolicy::Stop);
    manager.add(fails("first"));
    manager.add(fails("second"));
    let kept = manager.add(fails("third"));
    assert!(manager.run().unwrap_err().to_string().ends_with("first"));
    assert!(manager.run().unwrap_err().to_string().ends_with("second"));
    manager.run().unwrap();
    drop(kept);
    assert!(manager.run().unwrap_err().to_string().ends_with("third"));
    manager.run().unwrap();
}

#[test]
fn a_block_on_goes_on_and_leaves_the_failure_to_the_next_run() {
    let (manager, failures) = reporting();
    manager.set_failure_policy(FailurePolicy::Stop);
    manager.add(fails("meanwhile"));
    manager.block_on(rounds(4, |_| ()));
    assert_eq!(words(&failures), ["meanwhile"]);
    assert!(manager.run().unwrap_err().to_string().ends_with("meanwhile"));
}

#[test]
fn a_reporter_that_panics_harms_nobody_and_may_use_the_manager() {
    let manager = TaskManager::new();
    let other = manager.clone();
    let added = Log::new();
    let log = added.clone();
    manager.on_failure(move |failure| {
        let (log, words) = (log.clone(), failure.message().to_owned());
        other.add(rounds(1, move |_| log.push(words.clone())));
        other.on_failure(|_| ());
        panic!("a reporter that panics: expected");
    });
    manager.add(fails("told"));
    manager.run().unwrap();
    assert_eq!(added.take(), ["told"]);
}

#[test]
fn a_failure_is_still_reported_when_its_manager_is_gone() {
    // To standard error, so there is just that nothing goes wrong.
    let manager = TaskManager::new();
    let handle = manager.add(fails("after the end"));
    manager.run().unwrap();
    drop(manager);
    assert!(handle.is_finished());
    drop(handle);
}

#[test]
fn a_failure_says_nothing_that_could_not_be_sent() {
    fn assert_send<T: Send + Sync + 'static>() {}
    assert_send::<TaskFailure>();
    assert_send::<Remote>();
}
