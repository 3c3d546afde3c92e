//! The state machines that `#[task]` functions return.

use alloc::string::String;
use core::{convert::Infallible, fmt, hint::cold_path, iter::FusedIterator, marker::PhantomData, mem, task::Poll};

use super::{Exchange, Kind, Nest, Tasks, kind::Port};
use crate::{Context, Coroutine, CoroutineState, GiveWay, Operation, Report, Task};

/// A frame, and the function that runs it to its next suspension: a task.
///
/// `step` and `judge` capture nothing, so the machine is as large as its frame, and has the frame's auto traits.
pub struct Machine<A, S, F, Q, J> {
    frame: Frame<A, S>,
    step: F,
    asks: Q,
    judge: J,
}

/// Says which outputs of a machine are failures: a function, or [`NeverFailing`].
pub trait Judge<R> {
    /// See [`Task::failure`].
    fn failure(&self, output: &R) -> Option<String>;
}

impl<R, J: Fn(&R) -> Option<String>> Judge<R> for J {
    fn failure(&self, output: &R) -> Option<String> {
        self(output)
    }
}

/// Of a machine whose output is no failure, by the looks of its type.
#[derive(Debug)]
pub struct NeverFailing;

impl<R> Judge<R> for NeverFailing {
    fn failure(&self, _: &R) -> Option<String> {
        None
    }
}

/// The same as a generator, or as a coroutine.
pub struct CoroutineMachine<A, S, F, Q, Y, In> {
    frame: Frame<A, S>,
    step: F,
    asks: Q,
    exchange: PhantomData<Exchange<Y, In>>,
}

/// What a machine keeps: the arguments of its function, or the state of its body.
///
/// How far the machine has come is said here once: a resume of one that is suspended looks at a single tag. Mostly that
/// shares its place with the tag of what is suspended, which is the first: the others are then a range above it, and told
/// from it by one comparison. So are, above the two that hold something, those that hold nothing.
#[derive(Debug)]
pub enum Frame<A, S> {
    /// The locals, and where among them the function is suspended.
    Suspended(S),
    /// Nothing of the body has been run.
    Unresumed(A),
    /// The body has been run to its end.
    Complete,
    /// Nothing is kept while the body is run to its first suspension, or after its last one. Where a machine is found so,
    /// its body has panicked.
    Gone,
}

/// What the function of a machine is given, besides what all of its kind are handed.
///
/// That the frame outlives `'n` is known from this type alone, which mentions the frame's type once: a child of the
/// frame may go to a nest of that lifetime.
pub struct Step<'s, 'n, A, S, K: Kind = Tasks> {
    /// What the machine keeps.
    pub frame: &'s mut Frame<A, S>,
    /// Where a recursive call goes.
    pub nest: &'s mut Nest<'n, K>,
    /// Whether the machine goes on from a suspension.
    pub is_resumed: bool,
    outlives: PhantomData<&'n Frame<A, S>>,
}

impl<'s, 'n, A, S, K: Kind> Step<'s, 'n, A, S, K> {
    /// `asks` tells whether a frame is suspended.
    #[inline]
    pub(super) fn new(
        frame: &'s mut Frame<A, S>,
        nest: &'s mut Nest<'n, K>,
        asks: &impl Fn(&Frame<A, S>) -> bool,
    ) -> Self {
        let is_resumed = asks(frame);
        Step { frame, nest, is_resumed, outlives: PhantomData }
    }
}

/// Makes the machine of a task; `step` is inferred against this signature.
///
/// `asks` tells whether a frame is suspended. It is a function apart, behind `step`, since it mentions each state: there
/// their types are known, while in the step the compiler would carry them along, not known yet, from the beginning to the end.
pub fn machine<A, S, F, Q, R>(arguments: A, step: F, asks: Q) -> Machine<A, S, F, Q, NeverFailing>
where
    F: for<'s, 'n> FnMut(Step<'s, 'n, A, S>, &mut Context<'_>) -> Poll<R>,
    Q: Fn(&Frame<A, S>) -> bool,
{
    Machine { frame: Frame::Unresumed(arguments), step, asks, judge: NeverFailing }
}

/// The same of a task whose output may say that it has failed; so is `judge`.
pub fn failing_machine<A, S, F, Q, R, J>(arguments: A, step: F, asks: Q, judge: J) -> Machine<A, S, F, Q, J>
where
    F: for<'s, 'n> FnMut(Step<'s, 'n, A, S>, &mut Context<'_>) -> Poll<R>,
    Q: Fn(&Frame<A, S>) -> bool,
    J: Fn(&R) -> Option<String>,
{
    Machine { frame: Frame::Unresumed(arguments), step, asks, judge }
}

/// Makes the machine of a coroutine; `step` is inferred against this signature.
pub fn coroutine<Y, In, A, S, F, Q, R>(arguments: A, step: F, asks: Q) -> CoroutineMachine<A, S, F, Q, Y, In>
where
    A: Starts,
    F: for<'s, 'n> FnMut(Step<'s, 'n, A, S, Exchange<Y, In>>, &mut Port<Y, In>) -> Poll<R>,
    Q: Fn(&Frame<A, S>) -> bool,
{
    CoroutineMachine { frame: Frame::Unresumed(arguments), step, asks, exchange: PhantomData }
}

/// The arguments of a coroutine's function, which say how it is started.
pub trait Starts {
    /// Whether a resume starts it, too.
    const BY_RESUME: bool;
}

/// Of a coroutine that is started before it is resumed.
#[derive(Debug)]
pub struct StartedAlone<A>(pub A);

impl<A> Starts for StartedAlone<A> {
    const BY_RESUME: bool = false;
}

/// Of a coroutine that takes nothing, which a resume starts, too.
#[derive(Debug)]
pub struct StartedByResume<A>(pub A);

impl<A> Starts for StartedByResume<A> {
    const BY_RESUME: bool = true;
}

/// What a machine of a kind must know of its frame.
pub trait FrameOf<K> {
    /// Panics where the machine cannot be started, or resumed.
    fn check(&self, starts: bool);
}

impl<A, S> FrameOf<Tasks> for Frame<A, S> {
    fn check(&self, _: bool) {}
}

impl<A: Starts, S, Y, In> FrameOf<Exchange<Y, In>> for Frame<A, S> {
    /// If the machine is spent, that is said when it is run.
    #[inline]
    fn check(&self, starts: bool) {
        match self {
            Frame::Suspended(_) if starts => started_again(),
            Frame::Unresumed(_) if !starts && !A::BY_RESUME => resumed_before_start(),
            _ => {}
        }
    }
}

/// The arguments, for a machine that is started; the machine must not be suspended.
///
/// Inlined though it is rare: that nothing is left in the frame then spares the machine to drop what it overwrites.
#[inline(always)]
pub fn start<A, S, K: Kind>(frame: &mut Frame<A, S>, _nest: &Nest<'_, K>) -> A {
    let Frame::Unresumed(_) = frame else { resumed_when_spent(K::NAME, matches!(frame, Frame::Gone)) };
    let Frame::Unresumed(arguments) = mem::replace(frame, Frame::Gone) else { super::wrong_state() };
    arguments
}

/// The same for a machine that is never suspended.
#[inline(always)]
pub fn start_whole<A, K: Kind>(frame: &mut Frame<A, Infallible>, nest: &Nest<'_, K>) -> A {
    start(frame, nest)
}

/// A frame on which a step runs; if that ends by a panic, what is in the frame is dropped.
pub(super) struct Running<'a, A, S>(pub(super) &'a mut Frame<A, S>);

impl<A, S> Running<'_, A, S> {
    /// The step has ended by `poll`; if it has finished, nothing is left in the frame.
    #[inline]
    pub(super) fn end<R>(self, poll: Poll<R>) -> Poll<R> {
        if poll.is_ready() {
            *self.0 = Frame::Complete;
        }
        mem::forget(self);
        poll
    }
}

impl<A, S> Drop for Running<'_, A, S> {
    #[cold]
    fn drop(&mut self) {
        // One that had finished before stays so.
        if !self.0.is_complete() {
            *self.0 = Frame::Gone;
        }
    }
}

impl<A, S> Frame<A, S> {
    pub(super) fn is_live(&self) -> bool {
        matches!(self, Frame::Unresumed(_) | Frame::Suspended(_))
    }

    pub(super) fn is_complete(&self) -> bool {
        matches!(self, Frame::Complete)
    }
}

/// Panics, since there is nothing to be run.
#[cold]
#[inline(never)]
fn resumed_when_spent(what: &str, has_panicked: bool) -> ! {
    let why = if has_panicked { "it panicked when it was resumed before" } else { "it has finished" };
    panic!("this {what} cannot be resumed: {why}");
}

// What does not run on the hot path is not done here: each function that is a task has it compiled once more.
impl<A, S, F, Q, R, J> Task for Machine<A, S, F, Q, J>
where
    F: for<'s, 'n> FnMut(Step<'s, 'n, A, S>, &mut Context<'_>) -> Poll<R>,
    Q: Fn(&Frame<A, S>) -> bool,
    J: Judge<R>,
{
    type Output = R;

    fn resume(&mut self, cx: &mut Context<'_>) -> Poll<R> {
        self.step(cx, &mut Nest::absent())
    }

    fn step<'n>(&mut self, cx: &mut Context<'_>, nest: &mut Nest<'n>) -> Poll<R>
    where
        Self: 'n,
    {
        let running = Running(&mut self.frame);
        let poll = (self.step)(Step::new(running.0, nest, &self.asks), cx);
        running.end(poll)
    }

    fn what() -> &'static str {
        function_of::<F>()
    }

    #[cold]
    fn describe(&mut self, report: &mut Report) {
        drop(self.resume(&mut Context::describing(report)));
    }

    fn failure(&self, output: &R) -> Option<String> {
        self.judge.failure(output)
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

/// What a machine returns where it is to wait for its next turn, which it asks for.
#[inline]
pub fn give_way<T>(cx: &mut Context<'_>) -> Poll<T> {
    cx.give_way();
    Poll::Pending
}

/// What a machine returns where it waits for its turn, and is only asked.
#[cold]
#[inline(never)]
pub fn suspended_for_turn<T>(cx: &mut Context<'_>, file: &'static str, line: u32, text: &'static str) -> Poll<T> {
    cx.describe(|report| GiveWay::describe(&mut crate::give_way(), crate::give_way, report));
    cx.suspended(file, line, text);
    Poll::Pending
}

/// The path of the function whose body a machine's closure is.
pub(super) fn function_of<F>() -> &'static str {
    core::any::type_name::<F>().trim_end_matches("::{{closure}}")
}

impl<A, S, F, Q, Y, In, R> Coroutine for CoroutineMachine<A, S, F, Q, Y, In>
where
    A: Starts,
    F: for<'s, 'n> FnMut(Step<'s, 'n, A, S, Exchange<Y, In>>, &mut Port<Y, In>) -> Poll<R>,
    Q: Fn(&Frame<A, S>) -> bool,
{
    type Resume = In;
    type Yield = Y;
    type Return = R;

    fn start(&mut self) -> CoroutineState<Y, R> {
        FrameOf::<Exchange<Y, In>>::check(&self.frame, true);
        let mut port = Port::new(None);
        let poll = self.step(&mut port, &mut Nest::absent());
        port.state(poll)
    }

    fn resume(&mut self, input: In) -> CoroutineState<Y, R> {
        FrameOf::<Exchange<Y, In>>::check(&self.frame, false);
        let mut port = Port::new(Some(input));
        let poll = self.step(&mut port, &mut Nest::absent());
        port.state(poll)
    }

    #[inline]
    fn step<'n>(&mut self, port: &mut Port<Y, In>, nest: &mut Nest<'n, Exchange<Y, In>>) -> Poll<R>
    where
        Self: 'n,
    {
        let running = Running(&mut self.frame);
        let poll = (self.step)(Step::new(running.0, nest, &self.asks), port);
        running.end(poll)
    }
}

/// Of a generator: one that takes nothing, and evaluates to nothing.
impl<A, S, F, Q, Y> Iterator for CoroutineMachine<A, S, F, Q, Y, ()>
where
    A: Starts,
    F: for<'s, 'n> FnMut(Step<'s, 'n, A, S, Exchange<Y, ()>>, &mut Port<Y, ()>) -> Poll<()>,
    Q: Fn(&Frame<A, S>) -> bool,
{
    type Item = Y;

    #[inline]
    fn next(&mut self) -> Option<Y> {
        let CoroutineMachine { frame, step, asks, .. } = self;
        let (mut port, mut nest) = (Port::new(Some(())), Nest::absent());
        // Asked in this order, one that is suspended is asked nothing else.
        if !matches!(frame, Frame::Suspended(_)) {
            cold_path();
            match frame {
                Frame::Complete => return None,
                // Said here, nothing is left that unwinds through the step of a generator that does not panic itself.
                Frame::Gone => resumed_when_spent(Exchange::<Y, ()>::NAME, true),
                Frame::Suspended(_) | Frame::Unresumed(_) => {}
            }
        }
        let running = Running(frame);
        let poll = step(Step::new(running.0, &mut nest, asks), &mut port);
        match port.state(running.end(poll)) {
            CoroutineState::Yielded(item) => Some(item),
            CoroutineState::Complete(()) => None,
        }
    }
}

impl<A, S, F, Q, Y> FusedIterator for CoroutineMachine<A, S, F, Q, Y, ()> where Self: Iterator {}

#[cold]
fn resumed_before_start() -> ! {
    panic!("this coroutine cannot be resumed: it has not been started");
}

#[cold]
fn started_again() -> ! {
    panic!("this coroutine cannot be started: it has been started before");
}

impl<A, S, F, Q, J> fmt::Debug for Machine<A, S, F, Q, J>
where
    A: fmt::Debug,
    S: fmt::Debug,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.frame.fmt(f)
    }
}

impl<A, S, F, Q, Y, In> fmt::Debug for CoroutineMachine<A, S, F, Q, Y, In>
where
    A: fmt::Debug,
    S: fmt::Debug,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.frame.fmt(f)
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
        let step = |step: Step<'_, '_, _, _>, _: &mut Context<'_>| -> Poll<()> {
            let _loud = start_whole(step.frame, step.nest);
            panic!("oops")
        };
        let mut task = machine(Loud(drops.clone()), step, |_| false);
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
        let step = |step: Step<'_, '_, _, _>, _: &mut Context<'_>| {
            let _loud = start_whole(step.frame, step.nest);
            Poll::Ready(7)
        };
        let mut task = machine(Loud(drops.clone()), step, |_| false);
        assert_eq!(task.resume(&mut Context::detached()), Poll::Ready(7));
        assert_eq!(drops.get(), 1);
        let panic = catch_unwind(AssertUnwindSafe(|| task.resume(&mut Context::detached()).is_ready())).unwrap_err();
        assert!(panic.downcast::<String>().unwrap().contains("finished"));
    }

    #[test]
    fn the_function_of_a_machine_takes_no_room() {
        let task = machine([0u64; 4], |step, _| Poll::Ready(start_whole(step.frame, step.nest)), |_| false);
        assert!(size_of_val(&task) <= size_of::<[u64; 4]>() + size_of::<u64>());
    }
}
