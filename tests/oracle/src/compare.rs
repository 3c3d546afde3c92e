//! Runs the two readings of a body under every schedule, and compares the traces.

use std::{
    any::Any,
    fmt::{Debug, Write},
    panic::{AssertUnwindSafe, catch_unwind},
    pin::{Pin, pin},
    process,
    sync::mpsc,
    task::{Context as Wakers, Poll, Waker},
    thread,
    time::Duration,
};

use multitask::Context;
pub use multitask::Task;

use crate::trace::{Planned, Trace, note, record};

/// A body that has not ended by then does not end.
const MOST_RESUMES: usize = 1000;

/// A body of many that runs longer than that does not end, either.
const LONGEST_BODY: Duration = Duration::from_secs(10);

const SUSPENDED: &str = "-- suspended";

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

impl Schedule {
    fn panic_at(self) -> Option<usize> {
        match self {
            Schedule::PanicAt(event) => Some(event),
            Schedule::Through | Schedule::CancelAt(_) => None,
        }
    }

    fn most_resumes(self) -> usize {
        match self {
            Schedule::CancelAt(resume) => resume,
            Schedule::Through | Schedule::PanicAt(_) => MOST_RESUMES,
        }
    }
}

/// Fails unless a task and a future do the same under every schedule.
///
/// # Panics
///
/// If they do not: with the first schedule under which they differ, and both traces of it.
pub fn compare<T, F>(name: &str, make_task: impl Fn() -> T, make_future: impl Fn() -> F)
where
    T: Task<Output: Debug>,
    F: Future<Output: Debug>,
{
    compare_resumed(name, || resume_task(make_task()), || resume_future(make_future()));
}

/// Fails unless what the first makes and what the other makes do the same when they are resumed, under every schedule.
pub(crate) fn compare_resumed<T, F>(name: &str, make_task: impl Fn() -> T, make_future: impl Fn() -> F)
where
    T: FnMut() -> Poll<String>,
    F: FnMut() -> Poll<String>,
{
    if let Some(difference) = difference_resumed(&|| Box::new(make_task()), &|| Box::new(make_future())) {
        panic!("`{name}` {difference}");
    }
}

/// What a task does otherwise than a future, if it does: the first schedule under which they differ, and both traces.
pub fn difference<T, F>(make_task: impl Fn() -> T, make_future: impl Fn() -> F) -> Option<String>
where
    T: Task<Output: Debug>,
    F: Future<Output: Debug>,
{
    difference_resumed(&|| Box::new(resume_task(make_task())), &|| Box::new(resume_future(make_future())))
}

/// What resumes a body; dropping it drops the body. Without its type: what drives it is compiled once for all bodies.
type Resume<'a> = Box<dyn FnMut() -> Poll<String> + 'a>;

fn difference_resumed<'a>(make_task: &dyn Fn() -> Resume<'a>, make_future: &dyn Fn() -> Resume<'a>) -> Option<String> {
    let future = |schedule| drive(schedule, make_future);
    let through = future(Schedule::Through);
    let suspensions = through.lines.iter().filter(|line| *line == SUSPENDED).count();
    let mut schedules = vec![Schedule::Through];
    schedules.extend((0..=suspensions).map(Schedule::CancelAt));
    schedules.extend((0..through.events).map(Schedule::PanicAt));
    first_difference(&schedules, &|schedule| drive(schedule, make_task), &future)
}

/// A body by its number, and the [`difference`] of its readings.
pub type Numbered = (usize, fn() -> Option<String>);

/// Prints which of the bodies differ, but for those whose numbers are the arguments of the process.
///
/// There is a line before each body, since one may end the process, and a line after it, with what differs. One that
/// does not come to an end does so, too.
pub fn compare_all(bodies: &[Numbered]) {
    let skipped: Vec<String> = std::env::args().skip(1).collect();
    std::panic::set_hook(Box::new(|_| {}));
    let (ended, watched) = mpsc::channel();
    thread::spawn(move || {
        while let Ok(()) = watched.recv_timeout(LONGEST_BODY) {}
        process::exit(1);
    });
    for (number, difference) in bodies.iter().filter(|(number, _)| !skipped.contains(&number.to_string())) {
        println!("start {number}");
        println!("end {}", difference().unwrap_or_default().replace('\n', "\\n"));
        ended.send(()).expect("the watch goes on as long as this does");
    }
    process::exit(0);
}

/// Fails unless a task and a plain function do the same, as far as the function can: it cannot be cancelled.
///
/// # Panics
///
/// If they do not, like [`compare`].
pub fn compare_with_plain<T>(name: &str, make_task: impl Fn() -> T, body: impl Fn() -> T::Output)
where
    T: Task<Output: Debug>,
{
    let plain = |schedule| drive(schedule, &|| Box::new(|| Poll::Ready(shown(body()))));
    let mut schedules = vec![Schedule::Through];
    schedules.extend((0..plain(Schedule::Through).events).map(Schedule::PanicAt));
    let task = |schedule| drive(schedule, &|| Box::new(resume_task(make_task())));
    let difference = first_difference(&schedules, &task, &plain);
    if let Some(difference) = difference {
        panic!("`{name}` {difference}");
    }
}

fn first_difference(
    schedules: &[Schedule],
    task: &dyn Fn(Schedule) -> Trace,
    other: &dyn Fn(Schedule) -> Trace,
) -> Option<String> {
    let traces = schedules.iter().map(|&schedule| (schedule, task(schedule).lines, other(schedule).lines));
    let differing: Vec<_> = traces.filter(|(_, task, other)| task != other).collect();
    let (schedule, task, other) = differing.first()?;
    let all: Vec<_> = differing.iter().map(|(schedule, ..)| schedule).collect();
    Some(format!("differs: {all:?}\n{schedule:?}:\n{}", side_by_side(task, other)))
}

/// The trace of one run.
fn drive<'a>(schedule: Schedule, make: &dyn Fn() -> Resume<'a>) -> Trace {
    record(schedule.panic_at(), || {
        // The arguments of the body are made here, too.
        match catch_unwind(AssertUnwindSafe(make)) {
            Ok(mut body) => resume_until(schedule.most_resumes(), &mut *body),
            Err(payload) => note_panic(&*payload),
        }
        note("-- gone");
    })
}

/// Resumes the body, to its end or for the last time. Whatever is dropped after that is told too late.
fn resume_until(most: usize, body: &mut dyn FnMut() -> Poll<String>) {
    for _ in 0..most {
        match catch_unwind(AssertUnwindSafe(&mut *body)) {
            Ok(Poll::Pending) => note(SUSPENDED),
            Ok(Poll::Ready(output)) => return note(format_args!("-- output {output}")),
            Err(payload) => return note_panic(&*payload),
        }
    }
    note("-- cancelled");
}

fn note_panic(payload: &(dyn Any + Send)) {
    if payload.is::<Planned>() {
        return note("-- panic, as planned");
    }
    let text = payload.downcast_ref::<String>().map(String::as_str).or(payload.downcast_ref::<&str>().copied());
    note(format_args!("-- panic: {}", text.unwrap_or("of another type")));
}

/// The output is printed, then dropped.
pub(crate) fn shown(output: impl Debug) -> String {
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

/// Runs an operation to its end: `yield_!` of a plain function.
pub fn run<F: Future>(operation: F) -> F::Output {
    let mut operation = pin!(operation);
    loop {
        match operation.as_mut().poll(&mut Wakers::from_waker(Waker::noop())) {
            Poll::Ready(output) => return output,
            Poll::Pending => note(SUSPENDED),
        }
    }
}

/// The traces in two columns, with a mark at the lines that differ.
fn side_by_side(task: &[String], other: &[String]) -> String {
    let width = task.iter().map(String::len).max().unwrap_or(0).max("task".len());
    let mut text = format!("   {:width$} | expected\n", "task");
    let line = |lines: &[String], index: usize| lines.get(index).cloned().unwrap_or_default();
    for index in 0..task.len().max(other.len()) {
        let (left, right) = (line(task, index), line(other, index));
        let mark = if left == right { ' ' } else { '!' };
        writeln!(text, " {mark} {left:width$} | {right}").expect("a string takes everything");
    }
    text
}

/// The oracle must see what differs: each pair here does, in one respect.
#[cfg(test)]
mod tests {
    use std::mem::ManuallyDrop;

    use multitask::{task, yield_};

    use super::*;
    use crate::prelude::*;

    #[task]
    fn two_locals() -> usize {
        let a = loud("a");
        let _b = loud("b");
        yield_!(op("x", ()));
        a.touch()
    }

    #[test]
    fn the_same() {
        compare("same", two_locals, || async {
            let a = loud("a");
            let _b = loud("b");
            op("x", ()).await;
            a.touch()
        });
    }

    #[test]
    #[should_panic(expected = "`drops` differs: [Through, PanicAt(5)]")]
    fn drops_in_another_order() {
        compare("drops", two_locals, || async {
            let a = loud("a");
            let b = loud("b");
            op("x", ()).await;
            let (_b, a) = (b, a);
            a.touch()
        });
    }

    #[test]
    #[should_panic(expected = "`output` differs: [Through]")]
    fn another_output() {
        compare("output", two_locals, || async {
            let a = loud("a");
            let _b = loud("b");
            op("x", ()).await;
            a.touch() + 1
        });
    }

    #[test]
    #[should_panic(expected = "`suspension` differs: [Through, CancelAt(2), PanicAt(5)]")]
    fn another_suspension() {
        compare("suspension", two_locals, || async {
            let a = loud("a");
            let _b = loud("b");
            op("x", ()).await;
            crate::operations::give_way().await;
            a.touch()
        });
    }

    #[test]
    #[should_panic(expected = "`cancelled` differs: [CancelAt(1)")]
    fn a_local_that_is_leaked_when_cancelled() {
        compare("cancelled", two_locals, || async {
            let a = ManuallyDrop::new(loud("a"));
            let b = loud("b");
            op("x", ()).await;
            let (a, _b) = (ManuallyDrop::into_inner(a), b);
            a.touch()
        });
    }
}
