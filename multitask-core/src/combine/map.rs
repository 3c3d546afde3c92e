//! `.map(f)`: an operation whose output is changed.

use core::{marker::PhantomData, task::Poll};

use crate::{
    Context, Operation, Report,
    private::{Nest, NeverAgain},
};

/// The operation of [`Operation::map`].
#[derive(Clone, Debug)]
#[must_use = "an operation does nothing before a task yields it"]
pub struct Map<O, F> {
    operation: O,
    function: F,
}

impl<O, F> Map<O, F> {
    pub(crate) fn new(operation: O, function: F) -> Self {
        Map { operation, function }
    }
}

/// The wait of a [`Map`]: the inner operation's, and the function until it has been called.
#[derive(Clone, Debug)]
pub struct MapWait<W, F> {
    wait: W,
    function: Option<F>,
}

impl<W, F> MapWait<W, F> {
    fn finish<T, U>(&mut self, output: T) -> U
    where
        F: FnOnce(T) -> U,
    {
        let function = self.function.take().expect("an operation that is ready is not polled again");
        function(output)
    }
}

impl<O, U, F> Operation for Map<O, F>
where
    O: Operation,
    F: FnOnce(O::Output) -> U,
{
    type Output = U;
    type Wait = MapWait<O::Wait, F>;

    fn begin(self) -> Self::Wait {
        MapWait { wait: self.operation.begin(), function: Some(self.function) }
    }

    fn poll(wait: &mut Self::Wait, again: impl FnOnce() -> Self, cx: &mut Context<'_>) -> Poll<U> {
        O::poll(&mut wait.wait, || again().operation, cx).map(|output| wait.finish(output))
    }

    fn what() -> &'static str {
        O::what()
    }

    fn poll_nested<'n>(
        wait: &mut Self::Wait,
        again: impl FnOnce() -> Self,
        cx: &mut Context<'_>,
        nest: &mut Nest<'n>,
        _outlives: PhantomData<&'n Self::Wait>,
    ) -> Poll<U> {
        O::poll_nested(&mut wait.wait, || again().operation, cx, nest, PhantomData).map(|output| wait.finish(output))
    }

    fn describe(wait: &mut Self::Wait, again: impl FnOnce() -> Self, report: &mut Report) {
        O::describe(&mut wait.wait, || again().operation, report);
    }
}

#[diagnostic::do_not_recommend]
impl<O, U, F> NeverAgain<Map<O, F>> for MapWait<O::Wait, F>
where
    O: Operation,
    F: FnOnce(O::Output) -> U,
    O::Wait: NeverAgain<O>,
{
}
