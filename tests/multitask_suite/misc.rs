//! `Misc`: decorators, what may be yielded, the default manager; and the examples of the documentation.

use multitask::{IntoOperation, Sleep, Task, default_task_manager, sleep, task, yield_};
use std::{marker::PhantomData, time::Duration};

use crate::support::Log;

/// The attribute leaves a function what it is to its callers: its name, its parameters, its visibility, its attributes.
#[test]
fn test_decorators() {
    mod inner {
        /// Adds.
        #[multitask::task]
        #[must_use]
        pub(super) fn add<const N: u32>(a: u32, b: &u32) -> u32 {
            multitask::yield_!();
            a + b + N
        }
    }
    let three = 3;
    assert_eq!(multitask::block_on(inner::add::<10>(2, &three)), 15);
}

/// Tells by its type whether a value can be yielded.
struct Probe<T>(PhantomData<T>);

impl<T> Probe<T> {
    fn of(_value: &T) -> Self {
        Probe(PhantomData)
    }
}

trait CanBeYielded {
    fn must_yield(&self) -> bool;
}

impl<T: IntoOperation> CanBeYielded for &Probe<T> {
    fn must_yield(&self) -> bool {
        true
    }
}

trait CannotBeYielded {
    fn must_yield(&self) -> bool;
}

impl<T> CannotBeYielded for Probe<T> {
    fn must_yield(&self) -> bool {
        false
    }
}

macro_rules! must_yield {
    ($value:expr) => {
        (&&Probe::of(&$value)).must_yield()
    };
}

#[test]
fn test_must_yield() {
    #[task]
    fn nothing() {}
    let task = nothing();
    let condition: Sleep = sleep(Duration::ZERO);
    assert!(must_yield!(task));
    assert!(must_yield!(condition));
    assert!(!must_yield!(3));
}

#[test]
fn test_default_task_manager() {
    #[task]
    fn noted(log: Log<u32>) {
        yield_!();
        log.push(1);
    }
    let log = Log::new();
    multitask::add(noted(log.clone()));
    assert!(default_task_manager().has_runnable());
    multitask::run().unwrap();
    assert_eq!(log.take(), [1]);
    default_task_manager().add(noted(log.clone()));
    default_task_manager().run().unwrap();
    assert_eq!(log.take(), [1]);
}

/// The first example of the documentation.
#[test]
fn test_doc_hello_goodbye() {
    #[task]
    fn printer(message: &'static str, lines: Log<&'static str>) {
        for _ in 0..3 {
            lines.push(message);
            yield_!();
        }
    }
    let lines = Log::new();
    multitask::add(printer("hello", lines.clone()));
    multitask::add(printer("goodbye", lines.clone()));
    multitask::run().unwrap();
    assert_eq!(lines.take(), ["hello", "goodbye", "hello", "goodbye", "hello", "goodbye"]);
}

/// The second one: children that return nothing, one value, several, and an error.
#[test]
fn test_doc_child_tasks() {
    #[task]
    fn nothing() -> Option<u32> {
        yield_!();
        None
    }
    #[task]
    fn value<T>(value: T) -> T {
        yield_!();
        value
    }
    #[task]
    fn fails() -> Result<(), &'static str> {
        yield_!();
        Err("foo")
    }
    #[task]
    fn parent(lines: Log<String>) {
        lines.push(format!("{:?}", yield_!(nothing())));
        lines.push(format!("{:?}", yield_!(value(1))));
        lines.push(format!("{:?}", yield_!(value((2, 3)))));
        if let Err(error) = yield_!(fails()) {
            lines.push(format!("caught exception: {error}"));
        }
    }
    fn is_task(_: &impl Task<Output = ()>) {}
    let lines = Log::new();
    let parent = parent(lines.clone());
    is_task(&parent);
    multitask::block_on(parent);
    assert_eq!(lines.take(), ["None", "1", "(2, 3)", "caught exception: foo"]);
}
