//! Tasks written by hand, since `#[task]` is another crate's.
#![allow(dead_code, reason = "no test needs all of it")]

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    task::Poll,
};

use multitask_core::{Context, Operation, Task};

/// A task that is a function, called at each resume.
pub(crate) struct FromFn<F>(F);

pub(crate) fn from_fn<R, F: FnMut(&mut Context<'_>) -> Poll<R>>(resume: F) -> FromFn<F> {
    FromFn(resume)
}

impl<R, F: FnMut(&mut Context<'_>) -> Poll<R>> Task for FromFn<F> {
    type Output = R;

    fn resume(&mut self, cx: &mut Context<'_>) -> Poll<R> {
        (self.0)(cx)
    }
}

/// A task that waits for one operation, which must never be begun again.
pub(crate) struct WaitFor<O: Operation>(O::Wait);

pub(crate) fn wait_for<O: Operation>(operation: O) -> WaitFor<O> {
    WaitFor(operation.begin())
}

impl<O: Operation> Task for WaitFor<O> {
    type Output = O::Output;

    fn resume(&mut self, cx: &mut Context<'_>) -> Poll<O::Output> {
        O::poll(&mut self.0, || unreachable!("a stored operation is not begun again"), cx)
    }
}

/// Polls an operation that is begun again.
pub(crate) fn attempt<O: Operation>(wait: &mut O::Wait, operation: O, cx: &mut Context<'_>) -> Poll<O::Output> {
    O::poll(wait, || operation, cx)
}

/// What happened, in order.
#[derive(Clone, Debug)]
pub(crate) struct Log<T>(Rc<RefCell<Vec<T>>>);

impl<T> Log<T> {
    pub(crate) fn new() -> Self {
        Log(Rc::default())
    }

    pub(crate) fn push(&self, entry: T) {
        self.0.borrow_mut().push(entry);
    }

    pub(crate) fn take(&self) -> Vec<T> {
        self.0.take()
    }
}

/// Counts up when it is dropped.
pub(crate) struct Loud(pub(crate) Rc<Cell<u32>>);

impl Drop for Loud {
    fn drop(&mut self) {
        self.0.set(self.0.get() + 1);
    }
}

/// Gives way `rounds` times, and calls `each` before.
pub(crate) fn rounds(rounds: u32, mut each: impl FnMut(u32)) -> impl Task<Output = ()> {
    let mut round = 0;
    from_fn(move |cx| {
        if round == rounds {
            return Poll::Ready(());
        }
        each(round);
        round += 1;
        cx.give_way();
        Poll::Pending
    })
}

/// Waits until it is resumed when `flag` is set.
pub(crate) fn parked(flag: &Rc<Cell<bool>>) -> impl Task<Output = ()> + use<> {
    let flag = flag.clone();
    from_fn(move |_| if flag.get() { Poll::Ready(()) } else { Poll::Pending })
}
