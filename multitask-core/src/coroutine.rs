//! What a generator or a coroutine is: a value that hands something out each time it is resumed.

use alloc::boxed::Box;
use core::task::Poll;

use crate::private::{Exchange, Nest, Port};

/// A computation that hands out values on its way, and is given one each time it goes on.
///
/// `#[task(yields = Y)]` and `#[task(yields = Y, resumes = R)]` turn a function into one of these. It needs no runtime:
/// whoever holds it resumes it. Like a task it is a plain value: nothing happens before it is started, dropping it drops
/// what is alive in it, and moving it is always allowed.
///
/// [`start`](Coroutine::start) runs it to its first yield, and each [`resume`](Coroutine::resume) to the next one. Where
/// it is resumed with `()`, `resume(())` starts it, too.
///
/// # Examples
///
/// One that is written by hand; `#[task(yields = u32, resumes = bool)]` would make it of a loop:
///
/// ```
/// use multitask_core::{Coroutine, CoroutineState::{self, Complete, Yielded}};
///
/// /// Counts for as long as it is told to.
/// struct Count(u32);
///
/// impl Coroutine for Count {
///     type Resume = bool;
///     type Yield = u32;
///     type Return = &'static str;
///     fn start(&mut self) -> CoroutineState<u32, &'static str> {
///         Yielded(self.0)
///     }
///     fn resume(&mut self, go_on: bool) -> CoroutineState<u32, &'static str> {
///         self.0 += 1;
///         if go_on { Yielded(self.0) } else { Complete("stopped") }
///     }
/// }
///
/// let mut count = Count(7);
/// assert_eq!(count.start(), Yielded(7));
/// assert_eq!(count.resume(true), Yielded(8));
/// assert_eq!(count.resume(false), Complete("stopped"));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a coroutine",
    label = "neither a generator nor a coroutine",
    note = "a function becomes one with `#[task(yields = ..)]`; call it to get the coroutine: `f(args)`"
)]
#[must_use = "a coroutine does nothing before it is started"]
pub trait Coroutine {
    /// What it is given when it is resumed: what `yield_!` evaluates to.
    type Resume;
    /// What it hands out.
    type Yield;
    /// What it evaluates to when it is finished.
    type Return;

    /// Runs to the first yield, or to the end.
    ///
    /// # Panics
    ///
    /// A coroutine made by `#[task]` panics when it has been started already. Every panic of the body comes out of here,
    /// or of [`resume`](Coroutine::resume), after what was alive in it has been dropped.
    fn start(&mut self) -> CoroutineState<Self::Yield, Self::Return>;

    /// Goes on from a yield, which evaluates to `input`, to the next one, or to the end.
    ///
    /// # Panics
    ///
    /// A coroutine made by `#[task]` panics when it has not been started (unless it is resumed with `()`), when it has
    /// finished, or when a resume of it has panicked.
    fn resume(&mut self, input: Self::Resume) -> CoroutineState<Self::Yield, Self::Return>;

    /// Starts or resumes it for a coroutine that hands on what it yields: recursive calls go to that one's stack.
    #[doc(hidden)]
    fn step<'n>(
        &mut self,
        port: &mut Port<Self::Yield, Self::Resume>,
        nest: &mut Nest<'n, Exchange<Self::Yield, Self::Resume>>,
    ) -> Poll<Self::Return>
    where
        Self: 'n,
    {
        let _ = nest;
        let state = match port.take_input() {
            None => self.start(),
            Some(input) => self.resume(input),
        };
        port.hand_out(state)
    }
}

/// How a resume of a [`Coroutine`] has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CoroutineState<Y, R> {
    /// It is suspended, and hands out this.
    Yielded(Y),
    /// It has finished with this.
    Complete(R),
}

/// Hands everything on to the coroutine behind a pointer.
macro_rules! forward_to_pointee {
    () => {
        type Resume = C::Resume;
        type Yield = C::Yield;
        type Return = C::Return;

        fn start(&mut self) -> CoroutineState<C::Yield, C::Return> {
            (**self).start()
        }

        fn resume(&mut self, input: C::Resume) -> CoroutineState<C::Yield, C::Return> {
            (**self).resume(input)
        }

        fn step<'n>(
            &mut self,
            port: &mut Port<C::Yield, C::Resume>,
            nest: &mut Nest<'n, Exchange<C::Yield, C::Resume>>,
        ) -> Poll<C::Return>
        where
            Self: 'n,
        {
            (**self).step(port, nest)
        }
    };
}

impl<C: Coroutine + ?Sized> Coroutine for Box<C> {
    forward_to_pointee!();
}

impl<C: Coroutine + ?Sized> Coroutine for &mut C {
    forward_to_pointee!();
}
