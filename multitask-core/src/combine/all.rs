//! `all`: the results of several operations.

use alloc::vec::Vec;
use core::{mem, task::Poll};

use super::group::{Anew, IntoGroup, TAKEN_ONCE, for_each_tuple};
use crate::{Context, Operation, Report, private::NeverAgain};

/// Waits for all of several operations, which wait side by side; evaluates to their outputs, in the order in which they
/// are written.
///
/// It takes a tuple of two to twelve operations, and evaluates to a tuple; or an array or a `Vec` of one type, and
/// evaluates to the same of the outputs. Of none at all it is ready at once.
///
/// Each time that the task is resumed, those that are not ready are attempted in that order. Dropping it cancels those
/// that have not finished, and drops the outputs of the others.
///
/// Operations and tasks that borrow may be among them; a call that lends is written `f(&mut local).lend()` here. An `Err` is an output like any other: the rest is waited for.
///
/// # Examples
///
/// ```
#[doc = include_str!("../yield_stored_in_docs.txt")]
/// use std::time::Duration;
/// use multitask_core::{all, give_way, sleep};
///
/// // In a task:
/// let wait = Duration::from_millis(1);
/// let (words, ()) = yield_!(all((sleep(wait).map(|()| "both"), give_way())));
/// assert_eq!(words, "both");
/// assert_eq!(yield_!(all([1, 2, 3].map(|n| sleep(wait).map(move |()| n)))), [1, 2, 3]);
/// ```
pub fn all<G: IntoGroup>(operations: G) -> All<G::Group>
where
    All<G::Group>: Operation,
{
    All(operations.into_group())
}

/// The operation of [`all`].
#[derive(Clone, Debug)]
#[must_use = "an operation does nothing before a task yields it"]
pub struct All<G>(G);

/// The wait of an [`All`]: of each operation its wait, then its output.
#[derive(Clone, Debug)]
pub struct AllWait<I>(I);

/// One operation of an [`All`].
#[derive(Clone, Debug)]
pub enum Item<W, T> {
    /// It has not finished.
    Waiting(W),
    /// It has.
    Done(T),
    /// Its output has been handed out.
    Gone,
}

impl<W, T> Item<W, T> {
    /// Attempts the operation, unless it has finished; true if it has by now.
    fn attempt<O>(&mut self, again: impl FnOnce() -> O, cx: &mut Context<'_>) -> bool
    where
        O: Operation<Wait = W, Output = T>,
    {
        if let Item::Waiting(wait) = self {
            match O::poll(wait, again, cx) {
                Poll::Ready(output) => *self = Item::Done(output),
                Poll::Pending => return false,
            }
        }
        true
    }

    /// Tells what the operation waits for, unless it has finished.
    fn describe<O>(&mut self, again: impl FnOnce() -> O, report: &mut Report)
    where
        O: Operation<Wait = W, Output = T>,
    {
        if let Item::Waiting(wait) = self {
            O::describe(wait, again, report);
        }
    }

    fn take(&mut self) -> T {
        match mem::replace(self, Item::Gone) {
            Item::Done(output) => output,
            Item::Waiting(_) => unreachable!("all operations have finished"),
            Item::Gone => panic!("an operation that is ready is not polled again"),
        }
    }
}

/// Attempts operations of one type; true if all have finished. `again` makes the one at an index.
fn attempt_each<O: Operation>(
    items: &mut [Item<O::Wait, O::Output>],
    mut again: impl FnMut(usize) -> O,
    cx: &mut Context<'_>,
) -> bool {
    let mut done = true;
    for (index, item) in items.iter_mut().enumerate() {
        done &= item.attempt(|| again(index), cx);
    }
    done
}

/// Tells what operations of one type wait for.
fn describe_each<O: Operation>(
    items: &mut [Item<O::Wait, O::Output>],
    mut again: impl FnMut(usize) -> O,
    report: &mut Report,
) {
    report.around("all of", |report| {
        for (index, item) in items.iter_mut().enumerate() {
            item.describe(|| again(index), report);
        }
    });
}

impl<O: Operation, const N: usize> Operation for All<[O; N]> {
    type Output = [O::Output; N];
    type Wait = AllWait<[Item<O::Wait, O::Output>; N]>;

    fn begin(self) -> Self::Wait {
        AllWait(self.0.map(|operation| Item::Waiting(operation.begin())))
    }

    fn poll(wait: &mut Self::Wait, again: impl FnOnce() -> Self, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut anew = Anew::new(|| again().0.map(Some));
        if !attempt_each(&mut wait.0, |index| anew.get()[index].take().expect(TAKEN_ONCE), cx) {
            return Poll::Pending;
        }
        Poll::Ready(wait.0.each_mut().map(Item::take))
    }

    fn describe(wait: &mut Self::Wait, again: impl FnOnce() -> Self, report: &mut Report) {
        let mut anew = Anew::new(|| again().0.map(Some));
        describe_each(&mut wait.0, |index| anew.get()[index].take().expect(TAKEN_ONCE), report);
    }

    fn what() -> &'static str {
        "all(..)"
    }
}

impl<O: Operation> Operation for All<Vec<O>> {
    type Output = Vec<O::Output>;
    type Wait = AllWait<Vec<Item<O::Wait, O::Output>>>;

    fn begin(self) -> Self::Wait {
        AllWait(self.0.into_iter().map(|operation| Item::Waiting(operation.begin())).collect())
    }

    fn poll(wait: &mut Self::Wait, again: impl FnOnce() -> Self, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut anew = Anew::new(|| again().0.into_iter().map(Some).collect::<Vec<_>>());
        if !attempt_each(&mut wait.0, |index| anew.get()[index].take().expect(TAKEN_ONCE), cx) {
            return Poll::Pending;
        }
        Poll::Ready(wait.0.iter_mut().map(Item::take).collect())
    }

    fn describe(wait: &mut Self::Wait, again: impl FnOnce() -> Self, report: &mut Report) {
        let mut anew = Anew::new(|| again().0.into_iter().map(Some).collect::<Vec<_>>());
        describe_each(&mut wait.0, |index| anew.get()[index].take().expect(TAKEN_ONCE), report);
    }

    fn what() -> &'static str {
        "all(..)"
    }
}

#[diagnostic::do_not_recommend]
impl<O, const N: usize> NeverAgain<All<[O; N]>> for AllWait<[Item<O::Wait, O::Output>; N]>
where
    O: Operation,
    O::Wait: NeverAgain<O>,
{
}

#[diagnostic::do_not_recommend]
impl<O> NeverAgain<All<Vec<O>>> for AllWait<Vec<Item<O::Wait, O::Output>>>
where
    O: Operation,
    O::Wait: NeverAgain<O>,
{
}

macro_rules! all_of_tuple {
    ($name:ident: $($O:ident $variant:ident $index:tt),*) => {
        impl<$($O: Operation),*> Operation for All<($($O,)*)> {
            type Output = ($($O::Output,)*);
            type Wait = AllWait<($(Item<$O::Wait, $O::Output>,)*)>;

            fn begin(self) -> Self::Wait {
                AllWait(($(Item::Waiting(self.0.$index.begin()),)*))
            }

            fn poll(wait: &mut Self::Wait, again: impl FnOnce() -> Self, cx: &mut Context<'_>) -> Poll<Self::Output> {
                let mut anew = Anew::new(|| {
                    let All(group) = again();
                    ($(Some(group.$index),)*)
                });
                let mut done = true;
                $(
                    done &= wait.0.$index.attempt::<$O>(|| anew.get().$index.take().expect(TAKEN_ONCE), cx);
                )*
                if !done {
                    return Poll::Pending;
                }
                Poll::Ready(($(wait.0.$index.take(),)*))
            }

            fn describe(wait: &mut Self::Wait, again: impl FnOnce() -> Self, report: &mut Report) {
                let mut anew = Anew::new(|| {
                    let All(group) = again();
                    ($(Some(group.$index),)*)
                });
                report.around("all of", |report| {
                    $( wait.0.$index.describe::<$O>(|| anew.get().$index.take().expect(TAKEN_ONCE), report); )*
                });
            }

            fn what() -> &'static str {
                "all(..)"
            }
        }

        #[diagnostic::do_not_recommend]
        impl<$($O),*> NeverAgain<All<($($O,)*)>> for AllWait<($(Item<$O::Wait, $O::Output>,)*)>
        where
            $($O: Operation, $O::Wait: NeverAgain<$O>,)*
        {
        }
    };
}

for_each_tuple!(all_of_tuple);
