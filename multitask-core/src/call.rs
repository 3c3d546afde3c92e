//! Waiting until one is called: callbacks, for code that knows nothing of tasks.
//!
//! [`call()`] makes a [`Callback`], to be handed out, and [`Calls`], which are for a task. The task waits for a call, gets
//! its arguments, and may answer it. Calls that come while it does something else are kept for it, in their order.
//!
//! ```
#![doc = include_str!("yield_in_docs.txt")]
//! use multitask_core::call;
//!
//! let (callback, calls) = call();
//! // It is handed out as an ordinary function:
//! let on_click = callback.into_fn(());
//! on_click((3, 4));
//! // In a task:
//! let click = yield_!(calls.wait()).unwrap();
//! assert_eq!(click.args, (3, 4));
//! ```

use core::{error::Error, fmt, task::Poll};
use std::rc::Rc;

use crate::{
    Context, Operation, Report, Task,
    queue::{Closed, Get, Queue, TryGetError},
};

/// A callback, and the calls that are made by it.
///
/// `A` are the arguments, as one value; `R` is what an answer is.
///
/// # Examples
///
/// A caller that waits for the answer:
///
/// ```
#[doc = include_str!("yield_stored_in_docs.txt")]
/// use multitask_core::call;
///
/// let (callback, calls) = call::<u32, u32>();
/// let reply = callback.call(20).unwrap();
/// // In the task that is called:
/// let called = yield_!(calls.wait()).unwrap();
/// called.answer.give(called.args + 1).unwrap();
/// // In the task that calls:
/// assert_eq!(yield_!(reply), Ok(21));
/// ```
pub fn call<A, R>() -> (Callback<A, R>, Calls<A, R>) {
    let queue = Queue::new();
    (Callback { open: Rc::new(Open(queue.clone())) }, Calls { queue })
}

/// Calls a task: see [`call()`]. Clones call the same task.
pub struct Callback<A, R = ()> {
    open: Rc<Open<A, R>>,
}

/// When this is dropped there will be no call any more.
struct Open<A, R>(Queue<Called<A, R>>);

impl<A, R> Drop for Open<A, R> {
    fn drop(&mut self) {
        self.0.close();
    }
}

impl<A, R> Callback<A, R> {
    /// Calls: the task gets the arguments when it waits for calls next. This neither waits nor resumes the task.
    ///
    /// By the reply the caller can wait for an answer; it may as well be dropped.
    ///
    /// # Errors
    ///
    /// If the task has done with calls. The error has the arguments.
    pub fn call(&self, args: A) -> Result<Reply<R>, CallError<A>> {
        let answer = Queue::new();
        let reply = Reply { get: answer.get(), queue: answer.clone() };
        match self.open.0.try_put(Called { args, answer: Answer { queue: answer } }) {
            Ok(()) => Ok(reply),
            Err(error) => Err(CallError(error.into_item().args)),
        }
    }

    /// Whether the task has done with calls.
    pub fn is_in_vain(&self) -> bool {
        self.open.0.is_closed()
    }

    /// An ordinary function, which calls and returns `answer` at once. An answer of the task goes nowhere.
    ///
    /// When the task has done with calls, it just returns `answer`.
    pub fn into_fn(self, answer: R) -> impl Fn(A) -> R
    where
        R: Clone,
    {
        move |args| {
            let _in_vain = self.call(args);
            answer.clone()
        }
    }
}

/// Clones call the same task.
impl<A, R> Clone for Callback<A, R> {
    fn clone(&self) -> Self {
        Callback { open: self.open.clone() }
    }
}

impl<A, R> fmt::Debug for Callback<A, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Callback").field("in_vain", &self.is_in_vain()).finish_non_exhaustive()
    }
}

/// The calls for a task: see [`call()`].
///
/// When this is dropped, calling is an error, and calls that were not taken remain without an answer.
pub struct Calls<A, R = ()> {
    queue: Queue<Called<A, R>>,
}

impl<A, R> Calls<A, R> {
    /// Takes the first call that was not taken yet, or waits for one. One that is cancelled takes none.
    ///
    /// It is an error if every [`Callback`] is gone, and no call is left.
    ///
    /// # Panics
    ///
    /// If it has to wait without a task manager.
    pub fn wait(&self) -> WaitForCall<A, R> {
        WaitForCall { get: self.queue.get() }
    }

    /// Takes the first call that was not taken yet, if there is one.
    ///
    /// # Errors
    ///
    /// If there is none, and there will not be one.
    pub fn try_take(&self) -> Result<Option<Called<A, R>>, NeverCalled> {
        match self.queue.try_get() {
            Ok(called) => Ok(Some(called)),
            Err(TryGetError::Empty) => Ok(None),
            Err(TryGetError::Closed) => Err(NeverCalled),
        }
    }

    /// How many calls were not taken yet.
    pub fn len(&self) -> usize {
        self.queue.len()
    }

    /// Whether all calls were taken.
    pub fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }
}

impl<A, R> Drop for Calls<A, R> {
    fn drop(&mut self) {
        self.queue.close();
        self.queue.drain().for_each(drop);
    }
}

impl<A, R> fmt::Debug for Calls<A, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Calls")
            .field("len", &self.len())
            .field("waiting", &self.queue.getter_count())
            .finish_non_exhaustive()
    }
}

/// A call that was made.
#[derive(Debug)]
pub struct Called<A, R = ()> {
    /// What it was made with.
    pub args: A,
    /// By which it is answered.
    pub answer: Answer<R>,
}

/// Answers a call. When it is dropped without, the caller is told that there is no answer.
pub struct Answer<R = ()> {
    queue: Queue<R>,
}

impl<R> Answer<R> {
    /// Answers the call.
    ///
    /// # Errors
    ///
    /// If the caller does not wait for an answer. It comes back.
    pub fn give(self, answer: R) -> Result<(), R> {
        self.queue.try_put(answer).map_err(|error| error.into_item())
    }
}

impl<R> Drop for Answer<R> {
    fn drop(&mut self) {
        self.queue.close();
    }
}

impl<R> fmt::Debug for Answer<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer").field("awaited", &!self.queue.is_closed()).finish()
    }
}

/// By which a caller waits for the answer to a [`Callback::call`].
///
/// It may be dropped, or cancelled: the call is made all the same.
pub struct Reply<R = ()> {
    get: Get<R>,
    queue: Queue<R>,
}

/// Waiting for the answer is a task: it can be yielded like any operation, and given to
/// [`block_on`](crate::TaskManager::block_on) by a caller that is no task.
impl<R> Task for Reply<R> {
    type Output = Result<R, Unanswered>;

    fn resume(&mut self, cx: &mut Context<'_>) -> Poll<Self::Output> {
        Get::poll(&mut self.get, || unreachable!("it is stored"), cx).map_err(|Closed| Unanswered)
    }

    fn describe(&mut self, report: &mut Report) {
        report.waits_for(<Self as Task>::what());
    }

    fn what() -> &'static str {
        "Callback::call"
    }
}

impl<R> Drop for Reply<R> {
    fn drop(&mut self) {
        self.queue.close();
    }
}

impl<R> fmt::Debug for Reply<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply").field("answered", &!self.queue.is_empty()).finish()
    }
}

/// The operation of [`Calls::wait`].
#[must_use = "an operation does nothing before a task yields it"]
pub struct WaitForCall<A, R = ()> {
    get: Get<Called<A, R>>,
}

impl<A, R> Operation for WaitForCall<A, R> {
    type Output = Result<Called<A, R>, NeverCalled>;
    type Wait = Self;

    fn begin(self) -> Self {
        self
    }

    fn poll(wait: &mut Self, _: impl FnOnce() -> Self, cx: &mut Context<'_>) -> Poll<Self::Output> {
        Get::poll(&mut wait.get, || unreachable!("it is stored"), cx).map_err(|Closed| NeverCalled)
    }

    fn what() -> &'static str {
        "Calls::wait"
    }
}

impl<A, R> fmt::Debug for WaitForCall<A, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WaitForCall").finish_non_exhaustive()
    }
}

/// The error of a call to a task that has done with calls. It has the arguments.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct CallError<A>(pub A);

impl<A> fmt::Debug for CallError<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CallError(..)")
    }
}

impl<A> fmt::Display for CallError<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the task that was called has done with calls")
    }
}

impl<A> Error for CallError<A> {}

/// The error of waiting for calls when nobody can make one.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct NeverCalled;

impl fmt::Display for NeverCalled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("every callback is gone, and no call is left")
    }
}

impl Error for NeverCalled {}

/// The error of waiting for an answer that was not given.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Unanswered;

impl fmt::Display for Unanswered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the call was not answered")
    }
}

impl Error for Unanswered {}
