//! The state machine that a `#[task]` function returns.

use core::{fmt, marker::PhantomData, mem, task::Poll};

use super::Nest;
use crate::{Context, Task};

/// A frame, and the function that runs it to its next suspension.
///
/// `step` captures nothing, so the machine is as large as its frame, and has the frame's auto traits.
pub struct Machine<S, F> {
    frame: Frame<S>,
    step: F,
}

enum Frame<S> {
    Live(S),
    Complete,
    Panicked,
}

/// What the function of a machine is given, besides the context.
///
/// That the frame outlives `'n` is known from this type alone, which mentions the frame's type once: a child of the
/// frame may go to a nest of that lifetime.
pub struct Step<'s, 'n, S> {
    /// The locals, and where among them the function was suspended.
    pub frame: &'s mut S,
    /// Where a recursive call goes.
    pub nest: &'s mut Nest<'n>,
    outlives: PhantomData<&'n S>,
}

/// Makes the machine; `step` is inferred against this signature.
pub fn machine<S, F, R>(frame: S, step: F) -> Machine<S, F>
where
    F: for<'s, 'n> FnMut(Step<'s, 'n, S>, &mut Context<'_>) -> Poll<R>,
{
    Machine { frame: Frame::Live(frame), step }
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
        let on_panic = OnPanic(&mut self.frame);
        let poll = match &mut *on_panic.0 {
            Frame::Live(frame) => (self.step)(Step { frame, nest, outlives: PhantomData }, cx),
            Frame::Complete => resumed_when_spent("it has finished"),
            Frame::Panicked => resumed_when_spent("it panicked when it was resumed before"),
        };
        if poll.is_ready() {
            *on_panic.0 = Frame::Complete;
        }
        mem::forget(on_panic);
        poll
    }
}

#[cold]
fn resumed_when_spent(why: &str) -> ! {
    panic!("this task cannot be resumed: {why}");
}

impl<S, F> fmt::Debug for Machine<S, F>
where
    S: fmt::Debug,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.frame {
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
