//! The two kinds of machines, by what is handed through at each resume.

use core::{marker::PhantomData, task::Poll};

use super::Nest;
use crate::{Context, Coroutine, CoroutineState, Task};

/// A kind of machine.
pub trait Kind {
    /// What the machines are called.
    const NAME: &'static str;

    /// What each resume of one is handed, down to the innermost.
    type Port<'c>;
}

/// Tasks: they are handed the context of whoever resumes them.
#[derive(Debug)]
pub struct Tasks;

impl Kind for Tasks {
    const NAME: &'static str = "task";

    type Port<'c> = Context<'c>;
}

/// Coroutines that exchange a `Y` for an `In`.
pub struct Exchange<Y, In>(PhantomData<fn(In) -> Y>);

impl<Y, In> core::fmt::Debug for Exchange<Y, In> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Exchange")
    }
}

impl<Y, In> Kind for Exchange<Y, In> {
    const NAME: &'static str = "coroutine";

    type Port<'c> = Port<Y, In>;
}

/// Where a coroutine finds what it is resumed with, and leaves what it hands out.
///
/// A machine is suspended by a yield exactly when there is something in `output` as it returns `Pending`. Otherwise it
/// has a callee to be run first.
#[derive(Debug)]
pub struct Port<Y, In> {
    input: Option<In>,
    output: Option<Y>,
}

impl<Y, In> Port<Y, In> {
    #[inline]
    pub(crate) fn new(input: Option<In>) -> Self {
        Port { input, output: None }
    }

    #[inline]
    pub(crate) fn take_input(&mut self) -> Option<In> {
        self.input.take()
    }

    #[inline]
    pub(crate) fn hand_out<R>(&mut self, state: CoroutineState<Y, R>) -> Poll<R> {
        match state {
            CoroutineState::Complete(value) => Poll::Ready(value),
            CoroutineState::Yielded(value) => {
                self.output = Some(value);
                Poll::Pending
            }
        }
    }

    /// How the resume that was given this port has ended.
    #[inline]
    pub(crate) fn state<R>(self, poll: Poll<R>) -> CoroutineState<Y, R> {
        match poll {
            Poll::Ready(value) => CoroutineState::Complete(value),
            Poll::Pending => CoroutineState::Yielded(self.output.expect("a coroutine is suspended by a yield")),
        }
    }
}

/// `yield_!(value)`: what it begins with.
#[inline]
pub fn give<Y, In>(port: &mut Port<Y, In>, value: Y) {
    port.output = Some(value);
}

/// Stands for the port where the user's body is only checked.
pub fn absent_port<'p, Y, In>() -> &'p mut Port<Y, In> {
    unreachable!("a body that must only compile was run")
}

/// What a yield evaluates to, where the user's body is only checked.
pub fn given_after<In>(_given: ()) -> In {
    unreachable!("a body that must only compile was run")
}

/// What a yield evaluates to.
#[inline]
pub fn given<Y, In>(port: &mut Port<Y, In>) -> In {
    port.input.take().expect("a coroutine goes on when it is resumed")
}

/// What machines of a kind, and what stands for one, have in common.
#[diagnostic::on_unimplemented(
    message = "this yields, or is resumed with, values of another type than the coroutine around it",
    label = "its values cannot be handed on"
)]
pub trait Runs<K: Kind> {
    /// What it evaluates to.
    type Output;

    /// Runs to the next suspension. A callee that is to run before it goes on goes to `nest`.
    fn run<'n>(&mut self, port: &mut K::Port<'_>, nest: &mut Nest<'n, K>) -> Poll<Self::Output>
    where
        Self: 'n;
}

impl<T: Task> Runs<Tasks> for T {
    type Output = T::Output;

    fn run<'n>(&mut self, cx: &mut Context<'_>, nest: &mut Nest<'n>) -> Poll<T::Output>
    where
        Self: 'n,
    {
        self.step(cx, nest)
    }
}

impl<C: Coroutine> Runs<Exchange<C::Yield, C::Resume>> for C {
    type Output = C::Return;

    #[inline]
    fn run<'n>(
        &mut self,
        port: &mut Port<C::Yield, C::Resume>,
        nest: &mut Nest<'n, Exchange<C::Yield, C::Resume>>,
    ) -> Poll<C::Return>
    where
        Self: 'n,
    {
        self.step(port, nest)
    }
}
