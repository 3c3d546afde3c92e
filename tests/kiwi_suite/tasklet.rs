//! `TestWaitForTasklet`; and the suite of Chiral, which came of kiwi's tasklets.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    task::Poll,
};

use multitask::{Context, JoinError, Operation, Report, TaskHandle, TaskManager, Waiter, ready, task, yield_};

use crate::support::Log;

#[test]
fn test_wait_for_instantaneous_task() {
    #[task]
    fn task1() -> u32 {
        if false {
            yield_!();
        }
        123
    }
    #[task]
    fn task2(result: Log<u32>) {
        let retval = yield_!(task1());
        result.push(retval);
    }
    let manager = TaskManager::new();
    let result = Log::new();
    manager.add(task2(result.clone()));
    manager.run_next(None).unwrap();
    assert_eq!(result.take(), [123]);
}

/// Chiral's `WaitForCallback`: a function resumes the task, with a value or with an error.
#[derive(Clone)]
struct Callback<T> {
    description: &'static str,
    state: Rc<State<T>>,
}

struct State<T> {
    result: Cell<Option<Result<T, &'static str>>>,
    waiter: RefCell<Option<Waiter>>,
}

impl<T> Callback<T> {
    fn new(description: &'static str) -> Self {
        let state = State { result: Cell::new(None), waiter: RefCell::new(None) };
        Callback { description, state: Rc::new(state) }
    }

    fn call(&self, result: Result<T, &'static str>) {
        self.state.result.set(Some(result));
        self.state.waiter.take().iter().for_each(Waiter::wake);
    }
}

impl<T> Operation for Callback<T> {
    type Output = Result<T, &'static str>;
    type Wait = Self;

    fn begin(self) -> Self {
        self
    }

    fn poll(wait: &mut Self, _: impl FnOnce() -> Self, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if let Some(result) = wait.state.result.take() {
            return Poll::Ready(result);
        }
        wait.state.waiter.replace(Some(cx.waiter()));
        Poll::Pending
    }

    fn describe(wait: &mut Self, _: impl FnOnce() -> Self, report: &mut Report) {
        report.waits_for(wait.description);
    }
}

#[task]
fn waits(callback: Callback<u32>) -> Result<u32, &'static str> {
    let value = yield_!(callback)?;
    Ok(value + 1)
}

#[test]
fn chiral_immediate_return() {
    #[task]
    fn at_once() -> u32 {
        5
    }
    let manager = TaskManager::new();
    let task = manager.add(at_once());
    manager.run_next(None).unwrap();
    assert!(task.is_finished());
    assert_eq!(manager.block_on(task).unwrap(), 5);
}

/// A completion callback is a task that joins; a failure is told to it and to nobody else.
#[test]
fn chiral_failure_is_kept_for_the_completion_callback() {
    #[task]
    fn fails() -> Result<u32, &'static str> {
        yield_!();
        Err("a failure")
    }
    #[task]
    fn callback(task: TaskHandle<Result<u32, &'static str>>, log: Log<&'static str>) {
        log.push(yield_!(task).unwrap().unwrap_err());
    }
    let manager = TaskManager::new();
    manager.on_failure(|failure| unreachable!("nobody else is told: {failure}"));
    let log = Log::new();
    let task = manager.add(fails());
    manager.run().unwrap();
    assert!(task.is_finished());
    manager.add(callback(task, log.clone()));
    manager.run().unwrap();
    assert_eq!(log.take(), ["a failure"]);
}

#[test]
fn chiral_orphan_failure_is_warned_of() {
    #[task]
    fn fails() -> Result<u32, &'static str> {
        yield_!();
        Err("an orphan")
    }
    let manager = TaskManager::new();
    let log = Log::new();
    let warnings = log.clone();
    manager.on_failure(move |failure| warnings.push(failure.message().to_owned()));
    manager.add(fails());
    manager.run().unwrap();
    assert_eq!(log.take(), ["an orphan"]);
}

#[test]
fn chiral_decorator() {
    #[task]
    fn doubled(n: u32) -> u32 {
        yield_!();
        2 * n
    }
    assert_eq!(multitask::block_on(doubled(21)), 42);
}

#[test]
fn chiral_callback_resumes_with_a_value_and_the_listing_shows_the_condition() {
    let manager = TaskManager::new();
    let callback = Callback::new("the test's callback");
    let task = manager.add(waits(callback.clone())).named("coroutine");
    manager.run().unwrap();
    let list = manager.tasks().to_string();
    for part in ["(coroutine, added at ", ") waits", "yield_!(callback)", "the test's callback"] {
        assert!(list.contains(part), "{part:?} is not in {list}");
    }
    callback.call(Ok(4));
    assert_eq!(manager.block_on(task).unwrap(), Ok(5));
}

#[test]
fn chiral_callback_throws_into_the_task() {
    let manager = TaskManager::new();
    let callback = Callback::new("");
    let task = manager.add(waits(callback.clone()));
    manager.run().unwrap();
    callback.call(Err("thrown"));
    assert_eq!(manager.block_on(task).unwrap(), Err("thrown"));
}

#[test]
fn chiral_wait_for_nothing_gives_its_value_at_once() {
    #[task]
    fn nothing(log: Log<&'static str>) -> u32 {
        let value = yield_!(ready(6));
        log.push("had it");
        value
    }
    let manager = TaskManager::new();
    let log = Log::new();
    let task = manager.add(nothing(log.clone()));
    manager.run_next(None).unwrap();
    assert_eq!(log.take(), ["had it"]);
    assert_eq!(manager.block_on(task).unwrap(), 6);
}

#[task]
fn joins(task: TaskHandle<Result<u32, &'static str>>) -> Result<Result<u32, &'static str>, JoinError> {
    yield_!(task)
}

#[test]
fn chiral_wait_for_a_finished_coroutine() {
    let manager = TaskManager::new();
    let callback = Callback::new("");
    callback.call(Ok(1));
    let finished = manager.add(waits(callback));
    manager.run().unwrap();
    assert!(finished.is_finished());
    assert_eq!(manager.block_on(joins(finished)).unwrap(), Ok(2));
}

#[test]
fn chiral_wait_for_an_unfinished_coroutine() {
    let manager = TaskManager::new();
    let callback = Callback::new("");
    let unfinished = manager.add(waits(callback.clone()));
    let joining = manager.add(joins(unfinished));
    manager.run().unwrap();
    assert!(!joining.is_finished());
    callback.call(Ok(2));
    assert_eq!(manager.block_on(joining).unwrap().unwrap(), Ok(3));
}
