//! The state machines that `#[task]` functions return.

use alloc::string::String;
use core::{fmt, iter::FusedIterator, marker::PhantomData, mem, task::Poll};

use super::{Exchange, Failing, Kind, Nest, Tasks, failing, kind::Port};
use crate::{Context, Coroutine, CoroutineState, Report, Task};

/// A frame, and the function that runs it to its next suspension: a task.
///
/// `step` captures nothing, so the machine is as large as its frame, and has the frame's auto traits.
pub struct Machine<S, F> {
    frame: Frame<S>,
    step: F,
}

/// The same as a generator, or as a coroutine.
pub struct CoroutineMachine<S, F, Y, In> {
    frame: Frame<S>,
    step: F,
    exchange: PhantomData<Exchange<Y, In>>,
}

pub(super) enum Frame<S> {
    Live(S),
    Complete,
    Panicked,
}

/// What the function of a machine is given, besides what all of its kind are handed.
///
/// That the frame outlives `'n` is known from this type alone, which mentions the frame's type once: a child of the
/// frame may go to a nest of that lifetime.
pub struct Step<'s, 'n, S, K: Kind = Tasks> {
    /// The locals, and where among them the function was suspended.
    pub frame: &'s mut S,
    /// Where a recursive call goes.
    pub nest: &'s mut Nest<'n, K>,
    outlives: PhantomData<&'n S>,
}

impl<'s, 'n, S, K: Kind> Step<'s, 'n, S, K> {
    #[inline]
    pub(super) fn new(frame: &'s mut S, nest: &'s mut Nest<'n, K>) -> Self {
        Step { frame, nest, outlives: PhantomData }
    }
}

/// Makes the machine of a task; `step` is inferred against this signature.
pub fn machine<S, F, R>(frame: S, step: F) -> Machine<S, F>
where
    F: for<'s, 'n> FnMut(Step<'s, 'n, S>, &mut Context<'_>) -> Poll<R>,
{
    Machine { frame: Frame::Live(frame), step }
}

/// The same of a task whose output may say that it has failed; so is `judge`.
pub fn failing_machine<S, F, R, J>(frame: S, step: F, judge: J) -> Failing<Machine<S, F>, J>
where
    F: for<'s, 'n> FnMut(Step<'s, 'n, S>, &mut Context<'_>) -> Poll<R>,
    J: Fn(&R) -> Option<String>,
{
    failing(machine(frame, step), judge)
}

/// Makes the machine of a coroutine; `step` is inferred against this signature.
pub fn coroutine<Y, In, S, F, R>(frame: S, step: F) -> CoroutineMachine<S, F, Y, In>
where
    S: CoroutineFrame,
    F: for<'s, 'n> FnMut(Step<'s, 'n, S, Exchange<Y, In>>, &mut Port<Y, In>) -> Poll<R>,
{
    CoroutineMachine { frame: Frame::Live(frame), step, exchange: PhantomData }
}

/// What a machine must know of a coroutine's frame.
pub trait CoroutineFrame {
    /// Whether a resume starts it, too.
    const STARTED_BY_RESUME: bool;

    /// Whether nothing of the body has been run.
    fn is_unresumed(&self) -> bool;
}

/// What a machine of a kind must know of its frame.
pub trait FrameOf<K> {
    /// Panics where the machine cannot be started, or resumed.
    fn check(&self, starts: bool);
}

impl<S> FrameOf<Tasks> for S {
    fn check(&self, _: bool) {}
}

impl<S: CoroutineFrame, Y, In> FrameOf<Exchange<Y, In>> for S {
    #[inline]
    fn check(&self, starts: bool) {
        match (starts, self.is_unresumed()) {
            (true, false) => started_again(),
            (false, true) if !S::STARTED_BY_RESUME => resumed_before_start(),
            _ => {}
        }
    }
}

/// Drops the frame in place when a step ends by a panic.
struct OnPanic<'a, S>(&'a mut Frame<S>);

impl<S> Drop for OnPanic<'_, S> {
    fn drop(&mut self) {
        if let Frame::Live(_) = self.0 {
            *self.0 = Frame::Panicked;
        }
    }
}

impl<S> Frame<S> {
    /// Runs `step` on the frame, which is gone when that has finished, or has panicked.
    #[inline]
    pub(super) fn run<R>(&mut self, what: &str, step: impl FnOnce(&mut S) -> Poll<R>) -> Poll<R> {
        self.run_if_live(step).unwrap_or_else(|| self.resumed_when_spent(what))
    }

    /// The same; none if the frame is gone.
    #[inline]
    fn run_if_live<R>(&mut self, step: impl FnOnce(&mut S) -> Poll<R>) -> Option<Poll<R>> {
        let on_panic = OnPanic(self);
        let Frame::Live(frame) = &mut *on_panic.0 else { return None };
        let poll = step(frame);
        if poll.is_ready() {
            *on_panic.0 = Frame::Complete;
        }
        mem::forget(on_panic);
        Some(poll)
    }

    /// Panics where the machine cannot be started, or resumed; if it is spent, that is said when it is run.
    #[inline]
    pub(super) fn check<K>(&self, starts: bool)
    where
        S: FrameOf<K>,
    {
        if let Frame::Live(frame) = self {
            frame.check(starts);
        }
    }

    pub(super) fn is_live(&self) -> bool {
        matches!(self, Frame::Live(_))
    }

    pub(super) fn is_complete(&self) -> bool {
        matches!(self, Frame::Complete)
    }

    /// Panics, since there is nothing to be run.
    #[cold]
    fn resumed_when_spent(&self, what: &str) -> ! {
        let why = if let Frame::Panicked = self { "it panicked when it was resumed before" } else { "it has finished" };
        panic!("this {what} cannot be resumed: {why}");
    }
}

impl<S, F, R> Task for Machine<S, F>
where
    F: for<'s, 'n> FnMut(Step<'s, 'n, S>, &mut Context<'_>) -> Poll<R>,
{
    type Output = R;

    fn resume(&mut self, cx: &mut Context<'_>) -> Poll<R> {
        self.step(cx, &mut Nest::absent())
    }

    fn step<'n>(&mut self, cx: &mut Context<'_>, nest: &mut Nest<'n>) -> Poll<R>
    where
        Self: 'n,
    {
        let Machine { frame, step } = self;
        frame.run(Tasks::NAME, |frame| step(Step::new(frame, nest), cx))
    }

    fn what() -> &'static str {
        function_of::<F>()
    }

    fn describe(&mut self, report: &mut Report) {
        let Machine { frame, step } = self;
        Context::describing(report, |cx| {
            let _ = frame.run_if_live(|frame| step(Step::new(frame, &mut Nest::absent()), cx));
        });
    }
}

/// Whether a machine is to tell where it is suspended, and so not to start.
#[inline]
pub fn is_described(cx: &mut Context<'_>) -> bool {
    cx.is_describing()
}

/// What a machine returns where it is suspended by a yield, which is at a line of a file, and written like `text`.
#[inline]
pub fn suspended<T>(cx: &mut Context<'_>, file: &'static str, line: u32, text: &'static str) -> Poll<T> {
    if cx.is_describing() {
        cx.suspended(file, line, text);
    }
    Poll::Pending
}

/// The path of the function whose body a machine's closure is.
pub(super) fn function_of<F>() -> &'static str {
    core::any::type_name::<F>().trim_end_matches("::{{closure}}")
}

impl<S, F, Y, In, R> Coroutine for CoroutineMachine<S, F, Y, In>
where
    S: CoroutineFrame,
    F: for<'s, 'n> FnMut(Step<'s, 'n, S, Exchange<Y, In>>, &mut Port<Y, In>) -> Poll<R>,
{
    type Resume = In;
    type Yield = Y;
    type Return = R;

    fn start(&mut self) -> CoroutineState<Y, R> {
        self.frame.check::<Exchange<Y, In>>(true);
        let mut port = Port::new(None);
        let poll = self.step(&mut port, &mut Nest::absent());
        port.state(poll)
    }

    fn resume(&mut self, input: In) -> CoroutineState<Y, R> {
        self.frame.check::<Exchange<Y, In>>(false);
        let mut port = Port::new(Some(input));
        let poll = self.step(&mut port, &mut Nest::absent());
        port.state(poll)
    }

    #[inline]
    fn step<'n>(&mut self, port: &mut Port<Y, In>, nest: &mut Nest<'n, Exchange<Y, In>>) -> Poll<R>
    where
        Self: 'n,
    {
        let CoroutineMachine { frame, step, .. } = self;
        frame.run(Exchange::<Y, In>::NAME, |frame| step(Step::new(frame, nest), port))
    }
}

/// Of a generator: one that takes nothing, and evaluates to nothing.
impl<S, F, Y> Iterator for CoroutineMachine<S, F, Y, ()>
where
    S: CoroutineFrame,
    F: for<'s, 'n> FnMut(Step<'s, 'n, S, Exchange<Y, ()>>, &mut Port<Y, ()>) -> Poll<()>,
{
    type Item = Y;

    #[inline]
    fn next(&mut self) -> Option<Y> {
        let CoroutineMachine { frame, step, .. } = self;
        let (mut port, mut nest) = (Port::new(Some(())), Nest::absent());
        let poll = match frame.run_if_live(|frame| step(Step::new(frame, &mut nest), &mut port)) {
            Some(poll) => poll,
            None if frame.is_complete() => return None,
            None => frame.resumed_when_spent("coroutine"),
        };
        match port.state(poll) {
            CoroutineState::Yielded(item) => Some(item),
            CoroutineState::Complete(()) => None,
        }
    }
}

impl<S, F, Y> FusedIterator for CoroutineMachine<S, F, Y, ()> where Self: Iterator {}

#[cold]
fn resumed_before_start() -> ! {
    panic!("this coroutine cannot be resumed: it has not been started");
}

#[cold]
fn started_again() -> ! {
    panic!("this coroutine cannot be started: it has been started before");
}

impl<S, F> fmt::Debug for Machine<S, F>
where
    S: fmt::Debug,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.frame.fmt(f)
    }
}

impl<S, F, Y, In> fmt::Debug for CoroutineMachine<S, F, Y, In>
where
    S: fmt::Debug,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.frame.fmt(f)
    }
}

impl<S: fmt::Debug> fmt::Debug for Frame<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Frame::Live(frame) => frame.fmt(f),
            Frame::Complete => f.write_str("Complete"),
            Frame::Panicked => f.write_str("Panicked"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::rc::Rc;
    use core::cell::Cell;
    use std::panic::{AssertUnwindSafe, catch_unwind};

    struct Loud(Rc<Cell<u32>>);

    impl Drop for Loud {
        fn drop(&mut self) {
            self.0.set(self.0.get() + 1);
        }
    }

    #[test]
    fn a_machine_that_panicked_has_dropped_its_frame_and_says_so() {
        let drops = Rc::new(Cell::new(0));
        let mut task = machine(Loud(drops.clone()), |_, _| -> Poll<()> { panic!("oops") });
        let mut resume = || catch_unwind(AssertUnwindSafe(|| task.resume(&mut Context::detached()).is_ready()));
        resume().unwrap_err();
        assert_eq!(drops.get(), 1);
        let words = *resume().unwrap_err().downcast::<String>().unwrap();
        assert!(words.contains("panicked"), "{words}");
        assert_eq!(drops.get(), 1);
    }

    #[test]
    fn a_finished_machine_has_dropped_its_frame_and_says_so() {
        let drops = Rc::new(Cell::new(0));
        let mut task = machine(Loud(drops.clone()), |_, _| Poll::Ready(7));
        assert_eq!(task.resume(&mut Context::detached()), Poll::Ready(7));
        assert_eq!(drops.get(), 1);
        let panic = catch_unwind(AssertUnwindSafe(|| task.resume(&mut Context::detached()).is_ready())).unwrap_err();
        assert!(panic.downcast::<String>().unwrap().contains("finished"));
    }

    #[test]
    fn the_function_of_a_machine_takes_no_room() {
        let task = machine([0u64; 4], |_, _| Poll::Ready(()));
        assert!(size_of_val(&task) <= size_of::<[u64; 4]>() + size_of::<u64>());
    }
}
