//! The machine of a function that calls itself: a stack of frames of one type.
//!
//! A call of itself is lowered like a yield of a coroutine: the function leaves the arguments in [`Calls`], and returns
//! `Pending`. The machine makes a frame of them and runs it next, in a loop, and when it has finished the caller finds
//! what it evaluates to. A resume runs the innermost frame alone, so it costs the same at any depth, and a call costs
//! what a frame takes to be written.

use alloc::vec::Vec;
use core::{fmt, iter::FusedIterator, marker::PhantomData, mem, task::Poll};

use super::Nest;
use crate::{
    Context, Coroutine, CoroutineState, Report, Task,
    private::{
        kind::{Exchange, Kind, Port, Tasks},
        machine::{Frame, FrameOf, Starts, function_of},
    },
};

/// What a frame exchanges with the stack that it is on.
#[derive(Debug)]
pub struct Calls<A, R> {
    /// The call that is to run before the frame goes on.
    called: Option<A>,
    /// What the last call evaluates to.
    returned: Option<R>,
}

/// A call of the function itself: what it begins with.
#[inline]
pub fn call_itself<A, R>(calls: &mut Calls<A, R>, arguments: A) {
    calls.called = Some(arguments);
}

/// What a call of the function itself evaluates to, if it has finished.
#[inline]
pub fn returned<A, R>(calls: &mut Calls<A, R>) -> Option<R> {
    calls.returned.take()
}

/// What the function of a machine that calls itself is given; see [`Step`](crate::private::Step).
pub struct StepOfItself<'s, 'n, A, S, R, K: Kind = Tasks> {
    pub frame: &'s mut Frame<A, S>,
    pub nest: &'s mut Nest<'n, K>,
    /// Where a call of itself goes.
    pub calls: &'s mut Calls<A, R>,
    pub is_resumed: bool,
    outlives: PhantomData<&'n Frame<A, S>>,
}

impl<'s, 'n, A, S, R, K: Kind> StepOfItself<'s, 'n, A, S, R, K> {
    #[inline]
    fn new(
        frame: &'s mut Frame<A, S>,
        nest: &'s mut Nest<'n, K>,
        calls: &'s mut Calls<A, R>,
        asks: &impl Fn(&Frame<A, S>) -> bool,
    ) -> Self {
        let is_resumed = asks(frame);
        StepOfItself { frame, nest, calls, is_resumed, outlives: PhantomData }
    }
}

/// The frames of a function that calls itself.
struct Frames<A, S> {
    /// Until it calls something. Then it is on the stack, and nothing is left here until it has finished.
    outermost: Frame<A, S>,
    /// All of them from the first call on, the innermost last.
    stack: Stack<Frame<A, S>>,
}

/// Frames that are dropped innermost first, one at a time.
struct Stack<F>(Vec<F>);

impl<A, S> Frames<A, S> {
    fn new(arguments: A) -> Self {
        Frames { outermost: Frame::Unresumed(arguments), stack: Stack(Vec::new()) }
    }

    /// Runs `step` on the innermost frame, and on what becomes innermost, until the outermost has finished or the innermost
    /// is suspended. The frames are gone when `step` has panicked.
    #[inline]
    fn run<R>(&mut self, mut step: impl FnMut(&mut Frame<A, S>, &mut Calls<A, R>) -> Poll<R>) -> Poll<R> {
        let on_panic = OnPanic(self);
        let Frames { outermost, stack } = &mut *on_panic.0;
        let mut innermost = stack.0.last_mut().unwrap_or(outermost);
        let mut calls = Calls { called: None, returned: None };
        let poll = loop {
            match step(innermost, &mut calls) {
                Poll::Pending => {
                    let Some(arguments) = calls.called.take() else { break Poll::Pending };
                    if stack.0.len() == stack.0.capacity() {
                        stack.make_room(outermost);
                    }
                    innermost = stack.0.push_mut(Frame::Unresumed(arguments));
                }
                Poll::Ready(output) => {
                    // It may still have its locals, which are dropped before its caller goes on.
                    let frames = stack.0.len();
                    stack.0.truncate(frames.saturating_sub(1));
                    if frames < 2 {
                        *outermost = Frame::Complete;
                        break Poll::Ready(output);
                    }
                    innermost = &mut stack.0[frames - 2];
                    calls.returned = Some(output);
                }
            }
        };
        mem::forget(on_panic);
        poll
    }

    /// The frames, innermost first; none if they are gone.
    fn innermost_first(&mut self) -> impl Iterator<Item = &mut Frame<A, S>> {
        let alone = self.outermost.is_live().then_some(&mut self.outermost);
        self.stack.0.iter_mut().rev().chain(alone)
    }

    #[inline]
    fn is_complete(&self) -> bool {
        self.stack.0.is_empty() && self.outermost.is_complete()
    }

    /// See [`Frame`].
    fn check<K>(&self, starts: bool)
    where
        Frame<A, S>: FrameOf<K>,
    {
        self.stack.0.first().unwrap_or(&self.outermost).check(starts);
    }
}

impl<A, S> Stack<Frame<A, S>> {
    /// Makes room for another frame; if it is the first, that of its caller goes before it.
    #[cold]
    #[inline(never)]
    fn make_room(&mut self, outermost: &mut Frame<A, S>) {
        if outermost.is_live() {
            self.0.push(mem::replace(outermost, Frame::Gone));
        }
        self.0.reserve(1);
    }
}

impl<F> Stack<F> {
    /// Drops the innermost frame where it is.
    #[inline]
    fn pop(&mut self) {
        self.0.truncate(self.0.len().saturating_sub(1));
    }

    fn clear(&mut self) {
        /// Where one panics as it is dropped, the others follow.
        struct Rest<'a, F>(&'a mut Stack<F>);

        impl<F> Drop for Rest<'_, F> {
            fn drop(&mut self) {
                self.0.clear();
            }
        }

        if mem::needs_drop::<F>() {
            while !self.0.is_empty() {
                let rest = Rest(self);
                rest.0.pop();
                mem::forget(rest);
            }
        }
        self.0.clear();
    }
}

impl<F> Drop for Stack<F> {
    fn drop(&mut self) {
        self.clear();
    }
}

/// Drops the frames in place, innermost first, when a step ends by a panic.
struct OnPanic<'a, A, S>(&'a mut Frames<A, S>);

impl<A, S> Drop for OnPanic<'_, A, S> {
    fn drop(&mut self) {
        let Frames { outermost, stack } = &mut *self.0;
        stack.clear();
        if outermost.is_live() {
            *outermost = Frame::Gone;
        }
    }
}

/// See [`Machine`](crate::private::Machine).
pub struct MachineOfItself<A, S, F, Q, R> {
    frames: Frames<A, S>,
    step: F,
    asks: Q,
    output: PhantomData<fn() -> R>,
}

/// See [`CoroutineMachine`](crate::private::CoroutineMachine).
pub struct CoroutineOfItself<A, S, F, Q, R, Y, In> {
    frames: Frames<A, S>,
    step: F,
    asks: Q,
    output: PhantomData<fn() -> R>,
    exchange: PhantomData<Exchange<Y, In>>,
}

/// Makes the machine of a task; `step` is inferred against this signature.
pub fn machine_of_itself<A, S, F, Q, R>(arguments: A, step: F, asks: Q) -> MachineOfItself<A, S, F, Q, R>
where
    F: for<'s, 'n> FnMut(StepOfItself<'s, 'n, A, S, R>, &mut Context<'_>) -> Poll<R>,
    Q: Fn(&Frame<A, S>) -> bool,
{
    MachineOfItself { frames: Frames::new(arguments), step, asks, output: PhantomData }
}

/// Makes the machine of a coroutine; `step` is inferred against this signature.
pub fn coroutine_of_itself<Y, In, A, S, F, Q, R>(
    arguments: A,
    step: F,
    asks: Q,
) -> CoroutineOfItself<A, S, F, Q, R, Y, In>
where
    A: Starts,
    F: for<'s, 'n> FnMut(StepOfItself<'s, 'n, A, S, R, Exchange<Y, In>>, &mut Port<Y, In>) -> Poll<R>,
    Q: Fn(&Frame<A, S>) -> bool,
{
    CoroutineOfItself { frames: Frames::new(arguments), step, asks, output: PhantomData, exchange: PhantomData }
}

impl<A, S, F, Q, R> MachineOfItself<A, S, F, Q, R>
where
    F: for<'s, 'n> FnMut(StepOfItself<'s, 'n, A, S, R>, &mut Context<'_>) -> Poll<R>,
    Q: Fn(&Frame<A, S>) -> bool,
{
    fn run<'n>(&mut self, cx: &mut Context<'_>, nest: &mut Nest<'n>) -> Poll<R>
    where
        Self: 'n,
    {
        let MachineOfItself { frames, step, asks, .. } = self;
        frames.run(|frame, calls| step(StepOfItself::new(frame, &mut *nest, calls, asks), cx))
    }

    /// Has each frame tell where it is suspended, around its callee.
    #[cold]
    fn describe_each(&mut self, cx: &mut Context<'_>) {
        let MachineOfItself { frames, step, asks, .. } = self;
        for frame in frames.innermost_first() {
            let (mut calls, mut nest) = (Calls { called: None, returned: None }, Nest::absent());
            let _ = step(StepOfItself::new(frame, &mut nest, &mut calls, asks), cx);
        }
    }
}

impl<A, S, F, Q, R> Task for MachineOfItself<A, S, F, Q, R>
where
    F: for<'s, 'n> FnMut(StepOfItself<'s, 'n, A, S, R>, &mut Context<'_>) -> Poll<R>,
    Q: Fn(&Frame<A, S>) -> bool,
{
    type Output = R;

    fn resume(&mut self, cx: &mut Context<'_>) -> Poll<R> {
        self.run(cx, &mut Nest::absent())
    }

    fn step<'n>(&mut self, cx: &mut Context<'_>, nest: &mut Nest<'n>) -> Poll<R>
    where
        Self: 'n,
    {
        if cx.is_describing() {
            self.describe_each(cx);
            return Poll::Pending;
        }
        self.run(cx, nest)
    }

    fn what() -> &'static str {
        function_of::<F>()
    }

    fn describe(&mut self, report: &mut Report) {
        self.describe_each(&mut Context::describing(report));
    }
}

impl<A, S, F, Q, R, Y, In> CoroutineOfItself<A, S, F, Q, R, Y, In>
where
    A: Starts,
    F: for<'s, 'n> FnMut(StepOfItself<'s, 'n, A, S, R, Exchange<Y, In>>, &mut Port<Y, In>) -> Poll<R>,
    Q: Fn(&Frame<A, S>) -> bool,
{
    fn run_by_itself(&mut self, input: Option<In>) -> CoroutineState<Y, R> {
        self.frames.check::<Exchange<Y, In>>(input.is_none());
        let mut port = Port::new(input);
        let poll = self.step(&mut port, &mut Nest::absent());
        port.state(poll)
    }
}

impl<A, S, F, Q, R, Y, In> Coroutine for CoroutineOfItself<A, S, F, Q, R, Y, In>
where
    A: Starts,
    F: for<'s, 'n> FnMut(StepOfItself<'s, 'n, A, S, R, Exchange<Y, In>>, &mut Port<Y, In>) -> Poll<R>,
    Q: Fn(&Frame<A, S>) -> bool,
{
    type Resume = In;
    type Yield = Y;
    type Return = R;

    fn start(&mut self) -> CoroutineState<Y, R> {
        self.run_by_itself(None)
    }

    fn resume(&mut self, input: In) -> CoroutineState<Y, R> {
        self.run_by_itself(Some(input))
    }

    #[inline]
    fn step<'n>(&mut self, port: &mut Port<Y, In>, nest: &mut Nest<'n, Exchange<Y, In>>) -> Poll<R>
    where
        Self: 'n,
    {
        let CoroutineOfItself { frames, step, asks, .. } = self;
        frames.run(|frame, calls| step(StepOfItself::new(frame, &mut *nest, calls, asks), port))
    }
}

/// Of a generator: one that takes nothing, and evaluates to nothing.
impl<A, S, F, Q, Y> Iterator for CoroutineOfItself<A, S, F, Q, (), Y, ()>
where
    A: Starts,
    F: for<'s, 'n> FnMut(StepOfItself<'s, 'n, A, S, (), Exchange<Y, ()>>, &mut Port<Y, ()>) -> Poll<()>,
    Q: Fn(&Frame<A, S>) -> bool,
{
    type Item = Y;

    #[inline]
    fn next(&mut self) -> Option<Y> {
        if self.frames.is_complete() {
            return None;
        }
        let mut port = Port::new(Some(()));
        let poll = self.step(&mut port, &mut Nest::absent());
        match port.state(poll) {
            CoroutineState::Yielded(item) => Some(item),
            CoroutineState::Complete(()) => None,
        }
    }
}

impl<A, S, F, Q, Y> FusedIterator for CoroutineOfItself<A, S, F, Q, (), Y, ()> where Self: Iterator {}

impl<A: fmt::Debug, S: fmt::Debug> fmt::Debug for Frames<A, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.stack.0.is_empty() {
            true => self.outermost.fmt(f),
            false => self.stack.0.fmt(f),
        }
    }
}

impl<A: fmt::Debug, S: fmt::Debug, F, Q, R> fmt::Debug for MachineOfItself<A, S, F, Q, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.frames.fmt(f)
    }
}

impl<A: fmt::Debug, S: fmt::Debug, F, Q, R, Y, In> fmt::Debug for CoroutineOfItself<A, S, F, Q, R, Y, In> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.frames.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::private::machine::start;
    use alloc::{rc::Rc, string::String};
    use core::cell::RefCell;
    use std::panic::{AssertUnwindSafe, catch_unwind};

    type Log = Rc<RefCell<Vec<u32>>>;

    /// Panics as it is dropped, if it is the second.
    struct Level {
        number: u32,
        log: Log,
    }

    impl Drop for Level {
        fn drop(&mut self) {
            self.log.borrow_mut().push(self.number);
            assert!(self.number != 2, "expected of the second");
        }
    }

    /// Calls itself up to a level, where `innermost` says what becomes of it.
    fn levels(log: &Log, to: u32, innermost: fn() -> Poll<u32>) -> impl Task<Output = u32> {
        let step = move |step: StepOfItself<'_, '_, Level, Level, u32>, _: &mut Context<'_>| {
            if !step.is_resumed {
                *step.frame = Frame::Suspended(start(step.frame, step.nest));
            }
            let Frame::Suspended(Level { number, log }) = &*step.frame else { unreachable!("it is assigned above") };
            if let Some(output) = returned(step.calls) {
                return Poll::Ready(output + 1);
            }
            if *number == to {
                return innermost();
            }
            call_itself(step.calls, Level { number: number + 1, log: log.clone() });
            Poll::Pending
        };
        machine_of_itself(Level { number: 0, log: log.clone() }, step, |frame| matches!(frame, Frame::Suspended(_)))
    }

    fn resume(task: &mut impl Task<Output = u32>) -> Result<Poll<u32>, String> {
        let resumed = catch_unwind(AssertUnwindSafe(|| task.resume(&mut Context::detached())));
        resumed.map_err(|panic| match panic.downcast::<String>() {
            Ok(words) => *words,
            Err(panic) => String::from(*panic.downcast::<&str>().unwrap()),
        })
    }

    #[test]
    fn frames_are_gone_one_after_another_as_they_finish() {
        let log = Log::default();
        let mut task = levels(&log, 1, || Poll::Ready(7));
        assert_eq!(resume(&mut task), Ok(Poll::Ready(8)));
        assert_eq!(*log.borrow(), [1, 0]);
        assert!(resume(&mut task).unwrap_err().contains("has finished"));
    }

    #[test]
    fn a_frame_that_panics_as_it_is_dropped_leaves_none_behind() {
        let log = Log::default();
        let mut task = levels(&log, 4, || Poll::Pending);
        assert_eq!(resume(&mut task), Ok(Poll::Pending));
        catch_unwind(AssertUnwindSafe(|| drop(task))).unwrap_err();
        assert_eq!(*log.borrow(), [4, 3, 2, 1, 0]);
    }

    #[test]
    fn a_frame_that_panics_as_it_finishes_takes_its_callers_with_it() {
        let log = Log::default();
        let mut task = levels(&log, 3, || Poll::Ready(7));
        assert_eq!(resume(&mut task), Err(String::from("expected of the second")));
        assert_eq!(*log.borrow(), [3, 2, 1, 0]);
        assert!(resume(&mut task).unwrap_err().contains("panicked"));
    }

    #[test]
    fn a_panic_drops_the_innermost_first() {
        let log = Log::default();
        let mut task = levels(&log, 1, || panic!("oops"));
        assert_eq!(resume(&mut task), Err(String::from("oops")));
        assert_eq!(*log.borrow(), [1, 0]);
        assert!(resume(&mut task).unwrap_err().contains("panicked"));
    }
}
