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
        machine::{CoroutineFrame, FrameOf, function_of, resumed_when_spent},
    },
};

/// A frame of a function that calls itself.
pub trait FrameOfItself {
    /// What the function is called with.
    type Arguments;

    /// The frame of a call.
    fn called_with(arguments: Self::Arguments) -> Self;
}

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
pub struct StepOfItself<'s, 'n, S: FrameOfItself, R, K: Kind = Tasks> {
    pub frame: &'s mut S,
    pub nest: &'s mut Nest<'n, K>,
    /// Where a call of itself goes.
    pub calls: &'s mut Calls<S::Arguments, R>,
    outlives: PhantomData<&'n S>,
}

/// The frames of a function that calls itself.
struct Frames<S> {
    outermost: Outermost<S>,
    /// All of them from the first call on, the innermost last.
    stack: Stack<S>,
}

/// Where the outermost frame is, or what has become of it.
enum Outermost<S> {
    /// It has called nothing yet.
    Alone(S),
    OnStack,
    Complete,
    Panicked,
}

/// Frames that are dropped innermost first, one at a time.
struct Stack<S>(Vec<S>);

impl<S: FrameOfItself> Frames<S> {
    fn new(outermost: S) -> Self {
        Frames { outermost: Outermost::Alone(outermost), stack: Stack(Vec::new()) }
    }

    /// Runs `step` on the innermost frame, and on what becomes innermost, until the outermost has finished or the innermost
    /// is suspended; none if the frames are gone. They are when `step` has panicked.
    #[inline]
    fn run_if_live<R>(
        &mut self,
        mut step: impl FnMut(&mut S, &mut Calls<S::Arguments, R>) -> Poll<R>,
    ) -> Option<Poll<R>> {
        let on_panic = OnPanic(self);
        let Frames { outermost, stack } = &mut *on_panic.0;
        let mut innermost = match (stack.0.last_mut(), &mut *outermost) {
            (Some(frame), _) | (None, Outermost::Alone(frame)) => frame,
            (None, _) => return None,
        };
        let mut calls = Calls { called: None, returned: None };
        let poll = loop {
            match step(innermost, &mut calls) {
                Poll::Pending => {
                    let Some(arguments) = calls.called.take() else { break Poll::Pending };
                    if stack.0.len() == stack.0.capacity() {
                        stack.make_room(outermost);
                    }
                    innermost = stack.0.push_mut(S::called_with(arguments));
                }
                Poll::Ready(output) => {
                    let frames = stack.0.len();
                    stack.0.truncate(frames.saturating_sub(1));
                    if frames < 2 {
                        *outermost = Outermost::Complete;
                        break Poll::Ready(output);
                    }
                    innermost = &mut stack.0[frames - 2];
                    calls.returned = Some(output);
                }
            }
        };
        mem::forget(on_panic);
        Some(poll)
    }

    /// The frames, innermost first; none if they are gone.
    fn innermost_first(&mut self) -> impl Iterator<Item = &mut S> {
        let alone = match &mut self.outermost {
            Outermost::Alone(frame) => Some(frame),
            _ => None,
        };
        self.stack.0.iter_mut().rev().chain(alone)
    }

    fn is_complete(&self) -> bool {
        matches!(self.outermost, Outermost::Complete)
    }

    /// See [`Frame`].
    fn check<K>(&self, starts: bool)
    where
        S: FrameOf<K>,
    {
        match &self.outermost {
            Outermost::Alone(frame) => frame.check(starts),
            Outermost::OnStack => self.stack.0.first().expect("it has not finished").check(starts),
            Outermost::Complete | Outermost::Panicked => {}
        }
    }

    /// Panics, since there is nothing to be run.
    #[cold]
    fn resumed_when_spent(&self, what: &str) -> ! {
        resumed_when_spent(what, !self.is_complete())
    }
}

impl<S> Stack<S> {
    /// Makes room for another frame; if it is the first, that of its caller goes before it.
    #[cold]
    #[inline(never)]
    fn make_room(&mut self, outermost: &mut Outermost<S>) {
        if let Outermost::Alone(_) = outermost
            && let Outermost::Alone(frame) = mem::replace(outermost, Outermost::OnStack)
        {
            self.0.push(frame);
        }
        self.0.reserve(1);
    }

    /// Drops the innermost frame where it is.
    #[inline]
    fn pop(&mut self) {
        self.0.truncate(self.0.len().saturating_sub(1));
    }

    fn clear(&mut self) {
        /// Where one panics as it is dropped, the others follow.
        struct Rest<'a, S>(&'a mut Stack<S>);

        impl<S> Drop for Rest<'_, S> {
            fn drop(&mut self) {
                self.0.clear();
            }
        }

        if mem::needs_drop::<S>() {
            while !self.0.is_empty() {
                let rest = Rest(self);
                rest.0.pop();
                mem::forget(rest);
            }
        }
        self.0.clear();
    }
}

impl<S> Drop for Stack<S> {
    fn drop(&mut self) {
        self.clear();
    }
}

/// Drops the frames in place, innermost first, when a step ends by a panic.
struct OnPanic<'a, S>(&'a mut Frames<S>);

impl<S> Drop for OnPanic<'_, S> {
    fn drop(&mut self) {
        let Frames { outermost, stack } = &mut *self.0;
        if let Outermost::Alone(_) | Outermost::OnStack = outermost {
            stack.clear();
            *outermost = Outermost::Panicked;
        }
    }
}

/// See [`Machine`](crate::private::Machine).
pub struct MachineOfItself<S, F, R> {
    frames: Frames<S>,
    step: F,
    output: PhantomData<fn() -> R>,
}

/// See [`CoroutineMachine`](crate::private::CoroutineMachine).
pub struct CoroutineOfItself<S, F, R, Y, In> {
    frames: Frames<S>,
    step: F,
    output: PhantomData<fn() -> R>,
    exchange: PhantomData<Exchange<Y, In>>,
}

/// Makes the machine of a task; `step` is inferred against this signature.
pub fn machine_of_itself<S, F, R>(frame: S, step: F) -> MachineOfItself<S, F, R>
where
    S: FrameOfItself,
    F: for<'s, 'n> FnMut(StepOfItself<'s, 'n, S, R>, &mut Context<'_>) -> Poll<R>,
{
    MachineOfItself { frames: Frames::new(frame), step, output: PhantomData }
}

/// Makes the machine of a coroutine; `step` is inferred against this signature.
pub fn coroutine_of_itself<Y, In, S, F, R>(frame: S, step: F) -> CoroutineOfItself<S, F, R, Y, In>
where
    S: CoroutineFrame + FrameOfItself,
    F: for<'s, 'n> FnMut(StepOfItself<'s, 'n, S, R, Exchange<Y, In>>, &mut Port<Y, In>) -> Poll<R>,
{
    CoroutineOfItself { frames: Frames::new(frame), step, output: PhantomData, exchange: PhantomData }
}

impl<S, F, R> MachineOfItself<S, F, R>
where
    S: FrameOfItself,
    F: for<'s, 'n> FnMut(StepOfItself<'s, 'n, S, R>, &mut Context<'_>) -> Poll<R>,
{
    fn run<'n>(&mut self, cx: &mut Context<'_>, nest: &mut Nest<'n>) -> Poll<R>
    where
        Self: 'n,
    {
        let MachineOfItself { frames, step, .. } = self;
        let poll = frames.run_if_live(|frame, calls| {
            step(StepOfItself { frame, nest: &mut *nest, calls, outlives: PhantomData }, cx)
        });
        poll.unwrap_or_else(|| frames.resumed_when_spent(Tasks::NAME))
    }

    /// Has each frame tell where it is suspended, around its callee.
    #[cold]
    fn describe_each(&mut self, cx: &mut Context<'_>) {
        let MachineOfItself { frames, step, .. } = self;
        for frame in frames.innermost_first() {
            let (mut calls, mut nest) = (Calls { called: None, returned: None }, Nest::absent());
            let _ = step(StepOfItself { frame, nest: &mut nest, calls: &mut calls, outlives: PhantomData }, cx);
        }
    }
}

impl<S, F, R> Task for MachineOfItself<S, F, R>
where
    S: FrameOfItself,
    F: for<'s, 'n> FnMut(StepOfItself<'s, 'n, S, R>, &mut Context<'_>) -> Poll<R>,
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
        Context::describing(report, |cx| self.describe_each(cx));
    }
}

impl<S, F, R, Y, In> CoroutineOfItself<S, F, R, Y, In>
where
    S: CoroutineFrame + FrameOfItself,
    F: for<'s, 'n> FnMut(StepOfItself<'s, 'n, S, R, Exchange<Y, In>>, &mut Port<Y, In>) -> Poll<R>,
{
    #[inline]
    fn run_if_live<'n>(&mut self, port: &mut Port<Y, In>, nest: &mut Nest<'n, Exchange<Y, In>>) -> Option<Poll<R>>
    where
        Self: 'n,
    {
        let CoroutineOfItself { frames, step, .. } = self;
        frames.run_if_live(|frame, calls| {
            step(StepOfItself { frame, nest: &mut *nest, calls, outlives: PhantomData }, port)
        })
    }

    fn run_by_itself(&mut self, input: Option<In>) -> CoroutineState<Y, R> {
        self.frames.check::<Exchange<Y, In>>(input.is_none());
        let mut port = Port::new(input);
        let poll = self.step(&mut port, &mut Nest::absent());
        port.state(poll)
    }
}

impl<S, F, R, Y, In> Coroutine for CoroutineOfItself<S, F, R, Y, In>
where
    S: CoroutineFrame + FrameOfItself,
    F: for<'s, 'n> FnMut(StepOfItself<'s, 'n, S, R, Exchange<Y, In>>, &mut Port<Y, In>) -> Poll<R>,
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
        let poll = self.run_if_live(port, nest);
        poll.unwrap_or_else(|| self.frames.resumed_when_spent(Exchange::<Y, In>::NAME))
    }
}

/// Of a generator: one that takes nothing, and evaluates to nothing.
impl<S, F, Y> Iterator for CoroutineOfItself<S, F, (), Y, ()>
where
    S: CoroutineFrame + FrameOfItself,
    F: for<'s, 'n> FnMut(StepOfItself<'s, 'n, S, (), Exchange<Y, ()>>, &mut Port<Y, ()>) -> Poll<()>,
{
    type Item = Y;

    #[inline]
    fn next(&mut self) -> Option<Y> {
        let mut port = Port::new(Some(()));
        let poll = match self.run_if_live(&mut port, &mut Nest::absent()) {
            Some(poll) => poll,
            None if self.frames.is_complete() => return None,
            None => self.frames.resumed_when_spent(Exchange::<Y, ()>::NAME),
        };
        match port.state(poll) {
            CoroutineState::Yielded(item) => Some(item),
            CoroutineState::Complete(()) => None,
        }
    }
}

impl<S, F, Y> FusedIterator for CoroutineOfItself<S, F, (), Y, ()> where Self: Iterator {}

impl<S: fmt::Debug> fmt::Debug for Frames<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.outermost {
            Outermost::Alone(frame) => frame.fmt(f),
            Outermost::OnStack => self.stack.0.fmt(f),
            Outermost::Complete => f.write_str("Complete"),
            Outermost::Panicked => f.write_str("Panicked"),
        }
    }
}

impl<S: fmt::Debug, F, R> fmt::Debug for MachineOfItself<S, F, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.frames.fmt(f)
    }
}

impl<S: fmt::Debug, F, R, Y, In> fmt::Debug for CoroutineOfItself<S, F, R, Y, In> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.frames.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
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

    impl FrameOfItself for Level {
        type Arguments = Level;

        fn called_with(level: Level) -> Self {
            level
        }
    }

    /// Calls itself up to a level, where `innermost` says what becomes of it.
    fn levels(log: &Log, to: u32, innermost: fn() -> Poll<u32>) -> impl Task<Output = u32> {
        machine_of_itself(Level { number: 0, log: log.clone() }, move |step, _| {
            let Level { number, log } = &*step.frame;
            if let Some(output) = returned(step.calls) {
                return Poll::Ready(output + 1);
            }
            if *number == to {
                return innermost();
            }
            call_itself(step.calls, Level { number: number + 1, log: log.clone() });
            Poll::Pending
        })
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
