//! What a task may wait for.

use core::{marker::PhantomData, task::Poll};

use crate::{Context, Report, Task, combine::Map, private::Nest};

/// Something that a task can wait for with `yield_!`.
///
/// An operation has two parts, so that it may borrow the locals of the task that waits for it:
///
/// * the *operation* itself, which [`begin`](Operation::begin) consumes. It can borrow; it is never stored.
/// * its *wait*, which stays in the task's frame for as long as the task waits.
///
/// An operation that owns all it needs is *stored*: its `Wait` is the operation itself, and `again` is never called.
/// One that borrows is *begun again*: `again` evaluates its expression anew, with fresh borrows, for each attempt, and
/// the wait holds just what must last in between (what has been written so far, a deadline, a place in a queue).
///
/// Dropping the wait cancels the operation, and must leave nothing of it behind.
///
/// # Examples
///
/// A stored operation, and one that borrows:
///
/// ```
/// use std::{cell::RefCell, rc::Rc, task::Poll};
/// use multitask_core::{Context, Operation};
///
/// /// Waits until a cell that is shared with others holds a value, and takes it.
/// struct Take<T>(Rc<RefCell<Option<T>>>);
///
/// impl<T> Operation for Take<T> {
///     type Output = T;
///     type Wait = Self;
///     fn begin(self) -> Self { self }
///     fn poll(wait: &mut Self, _: impl FnOnce() -> Self, cx: &mut Context<'_>) -> Poll<T> {
///         match wait.0.borrow_mut().take() {
///             Some(value) => Poll::Ready(value),
///             None => { cx.give_way(); Poll::Pending }
///         }
///     }
/// }
///
/// /// Fills a buffer, one byte for each turn.
/// struct Fill<'a>(&'a mut [u8]);
///
/// impl Operation for Fill<'_> {
///     type Output = ();
///     type Wait = usize;
///     fn begin(self) -> usize { 0 }
///     fn poll(done: &mut usize, again: impl FnOnce() -> Self, cx: &mut Context<'_>) -> Poll<()> {
///         let Fill(buf) = again();
///         if *done == buf.len() {
///             return Poll::Ready(());
///         }
///         buf[*done] = 1;
///         *done += 1;
///         cx.give_way();
///         Poll::Pending
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "a task cannot wait for `{Self}`",
    label = "neither an operation nor a task",
    note = "`yield_!` takes an operation (`sleep(..)`, `sock.read(..)`, ..), a task (`f(..)` of a `#[task] fn f`), or an `Option` of one"
)]
#[must_use = "an operation does nothing before a task yields it"]
pub trait Operation: Sized {
    /// What `yield_!` of this operation evaluates to.
    type Output;

    /// What stays in the waiting task's frame.
    type Wait;

    /// Starts the operation. Nothing has been attempted when this returns: the first [`poll`](Operation::poll) follows.
    fn begin(self) -> Self::Wait;

    /// Attempts the operation; if it would block, tells `cx` what it waits for.
    ///
    /// It may be called although nothing has happened, and must then just wait on.
    fn poll(wait: &mut Self::Wait, again: impl FnOnce() -> Self, cx: &mut Context<'_>) -> Poll<Self::Output>;

    /// Tells what is waited for, where the [state](Task::state) of the task is asked for: [what](Operation::what) it is
    /// called, unless it is implemented. It attempts nothing.
    ///
    /// ```
    /// # use std::task::Poll;
    /// # use multitask_core::{Context, Operation};
    /// use multitask_core::Report;
    ///
    /// struct Lock { name: String }
    ///
    /// impl Operation for Lock {
    ///     # type Output = ();
    ///     # type Wait = Self;
    ///     # fn begin(self) -> Self { self }
    ///     # fn poll(_: &mut Self, _: impl FnOnce() -> Self, _: &mut Context<'_>) -> Poll<()> { Poll::Pending }
    ///     // ..
    ///     fn describe(wait: &mut Self, _: impl FnOnce() -> Self, report: &mut Report) {
    ///         report.waits_for(format!("the lock {}", wait.name));
    ///     }
    /// }
    /// ```
    fn describe(wait: &mut Self::Wait, again: impl FnOnce() -> Self, report: &mut Report) {
        let _ = (wait, again);
        report.waits_for(Self::what());
    }

    /// What a task that waits for it is said to wait for: in a [`Timeout`](crate::Timeout), in the task's
    /// [state](Task::state), and where tasks are listed.
    ///
    /// A few words, such as `"sleep"` or `"Queue::get"`. The type's name, if it is not said otherwise.
    fn what() -> &'static str {
        name_of(core::any::type_name::<Self>())
    }

    /// Whether later attempts need just the arguments that are lent, and not the whole operation.
    #[doc(hidden)]
    const LENDS: bool = false;

    /// Like `poll`, for the frames of a recursion: `nest` is where a child that recurses goes.
    #[doc(hidden)]
    #[inline]
    fn poll_nested<'n>(
        wait: &mut Self::Wait,
        again: impl FnOnce() -> Self,
        cx: &mut Context<'_>,
        nest: &mut Nest<'n>,
        _outlives: PhantomData<&'n Self::Wait>,
    ) -> Poll<Self::Output> {
        let _ = nest;
        if cx.is_describing() {
            cx.describe(|report| Self::describe(wait, again, report));
            return Poll::Pending;
        }
        Self::poll(wait, again, cx)
    }

    /// The same operation with `f` applied to what it evaluates to.
    ///
    /// ```
    /// use multitask_core::{Operation, give_way};
    /// let _seven = give_way().map(|()| 7);
    /// ```
    fn map<U, F>(self, f: F) -> Map<Self, F>
    where
        F: FnOnce(Self::Output) -> U,
    {
        Map::new(self, f)
    }

    /// The same operation, given up after `limit`: it then evaluates to `Err(Timeout)`, and is cancelled.
    ///
    /// The time runs from the moment that a task yields the operation. An operation that is ready when the limit is
    /// over has won. A limit of zero gives it one attempt.
    ///
    /// ```
    /// use std::time::Duration;
    /// use multitask_core::{Operation, sleep};
    /// let _at_most_a_second = sleep(Duration::from_secs(60)).timeout(Duration::from_secs(1));
    /// ```
    #[cfg(feature = "std")]
    fn timeout(self, limit: core::time::Duration) -> crate::combine::WithTimeout<Self> {
        crate::combine::WithTimeout::new(self, limit)
    }

    /// The same operation, given up when a deadline is over, which may be one of several steps: see
    /// [`Deadline`](crate::Deadline). In all else like [`timeout`](Operation::timeout).
    ///
    /// ```
    /// use std::time::Duration;
    /// use multitask_core::{Deadline, Operation, sleep};
    /// let deadline = Deadline::after(Duration::from_secs(1));
    /// let _at_most_until_then = sleep(Duration::from_secs(60)).deadline(deadline);
    /// ```
    #[cfg(feature = "std")]
    fn deadline(self, deadline: crate::Deadline) -> crate::combine::WithTimeout<Self> {
        crate::combine::WithTimeout::until(self, deadline)
    }
}

/// The name of a type without its module and its parameters.
fn name_of(path: &'static str) -> &'static str {
    let path = path.split_once('<').map_or(path, |(path, _)| path);
    path.rsplit_once("::").map_or(path, |(_, name)| name)
}

/// Anything that can be given to `yield_!`: every [`Operation`], and so every [`Task`] and an `Option` of either.
///
/// Implement it for a type of your own that stands for an operation.
#[diagnostic::on_unimplemented(
    message = "a task cannot wait for `{Self}`",
    label = "neither an operation nor a task",
    note = "`yield_!` takes an operation (`sleep(..)`, `sock.read(..)`, ..), a task (`f(..)` of a `#[task] fn f`), or an `Option` of one"
)]
pub trait IntoOperation {
    /// What `yield_!` evaluates to.
    type Output;

    /// The operation that is waited for.
    type Operation: Operation<Output = Self::Output>;

    /// The operation that this stands for.
    fn into_operation(self) -> Self::Operation;
}

impl<O: Operation> IntoOperation for O {
    type Output = O::Output;
    type Operation = O;

    fn into_operation(self) -> O {
        self
    }
}

/// A task as an operation is a child: it lies in the frame of the task that waits for it, and dies with it.
impl<T: Task> Operation for T {
    type Output = T::Output;
    type Wait = T;

    fn begin(self) -> T {
        self
    }

    fn poll(wait: &mut T, _: impl FnOnce() -> T, cx: &mut Context<'_>) -> Poll<T::Output> {
        wait.resume(cx)
    }

    fn what() -> &'static str {
        <T as Task>::what()
    }

    #[inline]
    fn poll_nested<'n>(
        wait: &mut T,
        _: impl FnOnce() -> T,
        cx: &mut Context<'_>,
        nest: &mut Nest<'n>,
        _outlives: PhantomData<&'n T>,
    ) -> Poll<T::Output> {
        wait.step(cx, nest)
    }

    fn describe(wait: &mut T, _: impl FnOnce() -> T, report: &mut Report) {
        wait.describe(report);
    }
}

/// An operation that may be absent: `None` is ready at once.
impl<O: Operation> Operation for Option<O> {
    type Output = Option<O::Output>;
    type Wait = Option<O::Wait>;

    fn begin(self) -> Option<O::Wait> {
        self.map(O::begin)
    }

    fn poll(wait: &mut Option<O::Wait>, again: impl FnOnce() -> Self, cx: &mut Context<'_>) -> Poll<Option<O::Output>> {
        match wait {
            None => Poll::Ready(None),
            Some(wait) => O::poll(wait, || again().expect(PRESENT), cx).map(Some),
        }
    }

    fn describe(wait: &mut Option<O::Wait>, again: impl FnOnce() -> Self, report: &mut Report) {
        if let Some(wait) = wait {
            O::describe(wait, || again().expect(PRESENT), report);
        }
    }

    fn what() -> &'static str {
        O::what()
    }
}

const PRESENT: &str = "the operation was there when it was begun";

/// An operation that is ready from the start, and evaluates to `value`.
///
/// It takes the place of one where there is nothing to wait for.
///
/// ```
#[cfg_attr(feature = "std", doc = include_str!("yield_stored_in_docs.txt"))]
#[cfg_attr(not(feature = "std"), doc = "# macro_rules! yield_ { ($operation:expr) => {{ let _ = $operation; 5 }} }")]
/// use multitask_core::ready;
///
/// // In a task:
/// assert_eq!(yield_!(ready(5)), 5);
/// ```
pub fn ready<T>(value: T) -> Ready<T> {
    Ready { value: Some(value) }
}

/// The operation of [`ready`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[must_use = "an operation does nothing before a task yields it"]
pub struct Ready<T> {
    value: Option<T>,
}

impl<T> Operation for Ready<T> {
    type Output = T;
    type Wait = Self;

    fn begin(self) -> Self {
        self
    }

    fn poll(wait: &mut Self, _: impl FnOnce() -> Self, _: &mut Context<'_>) -> Poll<T> {
        Poll::Ready(wait.value.take().expect("an operation that is ready is not polled again"))
    }

    fn what() -> &'static str {
        "nothing"
    }
}

/// Gives way to the other tasks: what `yield_!()` waits for.
///
/// The task goes to the end of the run queue and is resumed when its turn comes. Evaluates to `()`.
///
/// ```
/// use multitask_core::give_way;
/// let _operation = give_way();
/// ```
pub fn give_way() -> GiveWay {
    GiveWay { resumed: false }
}

/// The operation of [`give_way`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[must_use = "an operation does nothing before a task yields it"]
pub struct GiveWay {
    resumed: bool,
}

impl Operation for GiveWay {
    type Output = ();
    type Wait = Self;

    fn begin(self) -> Self {
        self
    }

    #[inline]
    fn poll(wait: &mut Self, _: impl FnOnce() -> Self, cx: &mut Context<'_>) -> Poll<()> {
        if wait.resumed {
            return Poll::Ready(());
        }
        wait.resumed = true;
        cx.give_way();
        Poll::Pending
    }

    fn what() -> &'static str {
        "its turn"
    }
}
