//! `any`: the first of several operations to finish.

use alloc::vec::Vec;
use core::task::Poll;

use super::group::{Anew, IntoGroup, TAKEN_ONCE, for_each_tuple};
use crate::{Context, Operation, Report, private::NeverAgain};

/// Waits for the first of several operations to finish, and cancels the others, which leaves nothing of them behind.
///
/// Of a tuple of two to twelve operations it evaluates to an enum ([`Any2`] to [`Any12`]) whose variant says which one
/// it was; of an array or a `Vec` to the index and the output.
///
/// They are attempted in the order in which they are written, each time that the task is resumed, and the first that is
/// ready wins: where several are ready at the same time, it is always the one that comes first. If that is ready from
/// the start, the others are not attempted at all. So something that is often ready is to stand behind what must not
/// be kept waiting by it.
///
/// Operations and tasks that borrow may be among them; a call that lends is written `f(&mut local).lend()` here.
///
/// # Panics
///
/// An empty `Vec` panics when it is yielded: it could never finish. An empty array does not compile.
///
/// # Examples
///
/// ```
#[doc = include_str!("../yield_stored_in_docs.txt")]
/// use std::time::Duration;
/// use multitask_core::{any, combine::Any2, sleep};
///
/// // In a task:
/// let (soon, late) = (Duration::from_millis(1), Duration::from_secs(60));
/// match yield_!(any((sleep(late), sleep(soon).map(|()| "soon")))) {
///     Any2::First(()) => unreachable!("a minute has passed"),
///     Any2::Second(words) => assert_eq!(words, "soon"),
/// }
/// assert_eq!(yield_!(any([sleep(late), sleep(soon), sleep(late)])), (1, ()));
/// ```
pub fn any<G: IntoGroup>(operations: G) -> Any<G::Group>
where
    Any<G::Group>: Operation,
{
    Any(operations.into_group())
}

/// The operation of [`any`].
#[derive(Clone, Debug)]
#[must_use = "an operation does nothing before a task yields it"]
pub struct Any<G>(G);

/// The wait of an [`Any`]: the waits of all, until one of them is over.
#[derive(Clone, Debug)]
pub struct AnyWait<W>(Option<W>);

impl<W> AnyWait<W> {
    fn waits(&mut self) -> &mut W {
        self.0.as_mut().expect("an operation that is ready is not polled again")
    }

    /// Cancels the losers if there is a winner.
    fn finish<T>(&mut self, poll: Poll<T>) -> Poll<T> {
        if poll.is_ready() {
            self.0 = None;
        }
        poll
    }
}

/// Tells what operations of one type wait for.
fn describe_each<O: Operation>(waits: &mut [O::Wait], mut again: impl FnMut(usize) -> O, report: &mut Report) {
    report.around("any of", |report| {
        for (index, wait) in waits.iter_mut().enumerate() {
            O::describe(wait, || again(index), report);
        }
    });
}

/// Attempts operations of one type in order; `again` makes the one at an index.
fn poll_first<O: Operation>(
    waits: &mut [O::Wait],
    mut again: impl FnMut(usize) -> O,
    cx: &mut Context<'_>,
) -> Poll<(usize, O::Output)> {
    for (index, wait) in waits.iter_mut().enumerate() {
        if let Poll::Ready(output) = O::poll(wait, || again(index), cx) {
            return Poll::Ready((index, output));
        }
    }
    Poll::Pending
}

impl<O: Operation, const N: usize> Operation for Any<[O; N]> {
    type Output = (usize, O::Output);
    type Wait = AnyWait<[O::Wait; N]>;

    fn begin(self) -> Self::Wait {
        const { assert!(N > 0, "any of no operation can never finish") }
        AnyWait(Some(self.0.map(O::begin)))
    }

    fn poll(wait: &mut Self::Wait, again: impl FnOnce() -> Self, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut anew = Anew::new(|| again().0.map(Some));
        let poll = poll_first(wait.waits(), |index| anew.get()[index].take().expect(TAKEN_ONCE), cx);
        wait.finish(poll)
    }

    fn describe(wait: &mut Self::Wait, again: impl FnOnce() -> Self, report: &mut Report) {
        let mut anew = Anew::new(|| again().0.map(Some));
        describe_each(wait.waits(), |index| anew.get()[index].take().expect(TAKEN_ONCE), report);
    }

    fn what() -> &'static str {
        "any(..)"
    }
}

impl<O: Operation> Operation for Any<Vec<O>> {
    type Output = (usize, O::Output);
    type Wait = AnyWait<Vec<O::Wait>>;

    fn begin(self) -> Self::Wait {
        assert!(!self.0.is_empty(), "any of no operation can never finish");
        AnyWait(Some(self.0.into_iter().map(O::begin).collect()))
    }

    fn poll(wait: &mut Self::Wait, again: impl FnOnce() -> Self, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut anew = Anew::new(|| again().0.into_iter().map(Some).collect::<Vec<_>>());
        let poll = poll_first(wait.waits(), |index| anew.get()[index].take().expect(TAKEN_ONCE), cx);
        wait.finish(poll)
    }

    fn describe(wait: &mut Self::Wait, again: impl FnOnce() -> Self, report: &mut Report) {
        let mut anew = Anew::new(|| again().0.into_iter().map(Some).collect::<Vec<_>>());
        describe_each(wait.waits(), |index| anew.get()[index].take().expect(TAKEN_ONCE), report);
    }

    fn what() -> &'static str {
        "any(..)"
    }
}

#[diagnostic::do_not_recommend]
impl<O, const N: usize> NeverAgain<Any<[O; N]>> for AnyWait<[O::Wait; N]>
where
    O: Operation,
    O::Wait: NeverAgain<O>,
{
}

#[diagnostic::do_not_recommend]
impl<O> NeverAgain<Any<Vec<O>>> for AnyWait<Vec<O::Wait>>
where
    O: Operation,
    O::Wait: NeverAgain<O>,
{
}

macro_rules! any_of_tuple {
    ($name:ident: $($O:ident $variant:ident $index:tt),*) => {
        #[doc = "Which of the operations of an [`any`](super::any) has finished, and its output."]
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        pub enum $name<$($O),*> {
            $(
                #[doc = concat!("The ", stringify!($variant), " one, in the order in which they are written.")]
                $variant($O),
            )*
        }

        impl<$($O: Operation),*> Operation for Any<($($O,)*)> {
            type Output = $name<$($O::Output),*>;
            type Wait = AnyWait<($($O::Wait,)*)>;

            fn begin(self) -> Self::Wait {
                AnyWait(Some(($(self.0.$index.begin(),)*)))
            }

            fn poll(wait: &mut Self::Wait, again: impl FnOnce() -> Self, cx: &mut Context<'_>) -> Poll<Self::Output> {
                let mut anew = Anew::new(|| {
                    let Any(group) = again();
                    ($(Some(group.$index),)*)
                });
                let waits = wait.waits();
                let poll = 'first: {
                    $(
                        let again = || anew.get().$index.take().expect(TAKEN_ONCE);
                        if let Poll::Ready(output) = $O::poll(&mut waits.$index, again, cx) {
                            break 'first Poll::Ready($name::$variant(output));
                        }
                    )*
                    Poll::Pending
                };
                wait.finish(poll)
            }

            fn describe(wait: &mut Self::Wait, again: impl FnOnce() -> Self, report: &mut Report) {
                let mut anew = Anew::new(|| {
                    let Any(group) = again();
                    ($(Some(group.$index),)*)
                });
                let waits = wait.waits();
                report.around("any of", |report| {
                    $( $O::describe(&mut waits.$index, || anew.get().$index.take().expect(TAKEN_ONCE), report); )*
                });
            }

            fn what() -> &'static str {
                "any(..)"
            }
        }

        #[diagnostic::do_not_recommend]
        impl<$($O),*> NeverAgain<Any<($($O,)*)>> for AnyWait<($($O::Wait,)*)>
        where
            $($O: Operation, $O::Wait: NeverAgain<$O>,)*
        {
        }
    };
}

for_each_tuple!(any_of_tuple);
