//! Runs the two readings of a body under every schedule, and compares the traces.

use std::{
    any::Any,
    fmt::{Debug, Write},
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    task::{Context as Wakers, Poll, Waker},
};

use multitask::Context;
pub use multitask::Task;

use crate::trace::{Planned, Trace, note, record};

/// A body that does not end is one that differs.
const MOST_RESUMES: usize = 1000;

/// What is done to a body.
#[derive(Clone, Copy, Debug)]
enum Schedule {
    /// It is resumed to its end.
    Through,
    /// It is dropped before that resume; 0 is before it has run at all.
    CancelAt(usize),
    /// That event panics.
    PanicAt(usize),
}

/// Fails unless both readings of a body do the same under every schedule.
pub fn compare<T, F>(name: &str, make_task: impl Fn() -> T, make_future: impl Fn() -> F)
where
    T: Task<Output: Debug>,
    F: Future<Output: Debug>,
{
    let run_task = |schedule| drive(schedule, || resume_task(make_task()));
    let run_future = |schedule| drive(schedule, || resume_future(make_future()));
    let through = run_future(Schedule::Through);
    let suspensions = through.lines.iter().filter(|line| *line == SUSPENDED).count();
    let mut schedules = vec![Schedule::Through];
    schedules.extend((0..=suspensions).map(Schedule::CancelAt));
    schedules.extend((0..through.events).map(Schedule::PanicAt));

    let mut differing = Vec::new();
    for schedule in schedules {
        let (task, future) = (run_task(schedule).lines, run_future(schedule).lines);
        if task != future {
            differing.push((schedule, task, future));
        }
    }
    if let Some((schedule, task, future)) = differing.first() {
        let all: Vec<_> = differing.iter().map(|(schedule, ..)| schedule).collect();
        panic!("`{name}` differs: {all:?}\n{schedule:?}:\n{}", side_by_side(task, future));
    }
}

const SUSPENDED: &str = "-- suspended";

/// The trace of one run. `make` gives what resumes the body; dropping that drops the body.
fn drive<R>(schedule: Schedule, make: impl FnOnce() -> R) -> Trace
where
    R: FnMut() -> Poll<String>,
{
    let panic_at = match schedule {
        Schedule::PanicAt(event) => Some(event),
        Schedule::Through | Schedule::CancelAt(_) => None,
    };
    let cancel_at = match schedule {
        Schedule::CancelAt(resume) => resume,
        Schedule::Through | Schedule::PanicAt(_) => MOST_RESUMES,
    };
    record(panic_at, || {
        let result = catch_unwind(AssertUnwindSafe(|| {
            let mut body = make();
            resume_until(cancel_at, &mut body);
            body
        }));
        // A body that has been cancelled is dropped here, where a panic would be one too many.
        match result {
            Ok(body) => drop(body),
            Err(payload) => note(format_args!("-- {}", panic_message(&*payload))),
        }
        note("-- gone");
    })
}

fn resume_until(cancel_at: usize, body: &mut impl FnMut() -> Poll<String>) {
    for _ in 0..cancel_at {
        match catch_unwind(AssertUnwindSafe(&mut *body)) {
            Ok(Poll::Pending) => note(SUSPENDED),
            Ok(Poll::Ready(output)) => return note(format_args!("-- output {output}")),
            // What is dropped later than this was not dropped by the panic.
            Err(payload) => return note(format_args!("-- {}", panic_message(&*payload))),
        }
    }
    note("-- cancelled");
}

fn panic_message(payload: &(dyn Any + Send)) -> String {
    if payload.is::<Planned>() {
        return "panic, as planned".to_owned();
    }
    let text = payload.downcast_ref::<String>().map(String::as_str).or(payload.downcast_ref::<&str>().copied());
    format!("panic: {}", text.unwrap_or("of another type"))
}

/// The output is printed, then dropped.
fn shown(output: impl Debug) -> String {
    let text = format!("{output:?}");
    note(format_args!("-- finished with {text}"));
    text
}

fn resume_task<T: Task<Output: Debug>>(mut task: T) -> impl FnMut() -> Poll<String> {
    move || task.resume(&mut Context::detached()).map(shown)
}

fn resume_future<F: Future<Output: Debug>>(future: F) -> impl FnMut() -> Poll<String> {
    let mut future: Pin<Box<F>> = Box::pin(future);
    move || future.as_mut().poll(&mut Wakers::from_waker(Waker::noop())).map(shown)
}

/// The traces in two columns, with a mark at the lines that differ.
fn side_by_side(task: &[String], future: &[String]) -> String {
    let width = task.iter().map(String::len).max().unwrap_or(0).max("task".len());
    let mut text = format!("   {:width$} | future\n", "task");
    let line = |lines: &[String], index: usize| lines.get(index).cloned().unwrap_or_default();
    for index in 0..task.len().max(future.len()) {
        let (left, right) = (line(task, index), line(future, index));
        let mark = if left == right { ' ' } else { '!' };
        writeln!(text, " {mark} {left:width$} | {right}").expect("a string takes everything");
    }
    text
}
