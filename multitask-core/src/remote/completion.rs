//! One value from another thread, for one task.

use core::{
    error::Error,
    fmt, mem,
    task::{Poll, Waker},
};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::ForeignWait;
use crate::{Context, Operation};

/// A value that another thread will provide: the first half is for that thread, the second for the task that waits.
///
/// As long as a task waits for it, the manager's [`run`](crate::TaskManager::run) does not return.
///
/// # Examples
///
/// ```
#[doc = include_str!("../yield_stored_in_docs.txt")]
/// use std::thread;
/// use multitask_core::completion;
///
/// // In a task:
/// let (completer, sum) = completion();
/// thread::spawn(move || completer.complete((1..=100).sum::<u64>()));
/// assert_eq!(yield_!(sum), Ok(5050));
/// ```
pub fn completion<T: Send>() -> (Completer<T>, Completion<T>) {
    let slot = Arc::new(Mutex::new(Slot::Empty(None)));
    (Completer { slot: slot.clone() }, Completion { slot, wait: None })
}

/// What the two halves share.
enum Slot<T> {
    /// Nothing yet; with who is to be woken, if somebody waits.
    Empty(Option<Waker>),
    Full(T),
    /// One of the halves is gone.
    Closed,
}

/// No code of a user runs while it is locked, so it is sound even after a panic.
fn lock<T>(slot: &Mutex<Slot<T>>) -> MutexGuard<'_, Slot<T>> {
    slot.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Provides the value of a [`Completion`], from any thread.
///
/// Dropping it without doing so ends the wait with [`Abandoned`].
pub struct Completer<T> {
    slot: Arc<Mutex<Slot<T>>>,
}

impl<T> Completer<T> {
    /// Provides the value, and wakes the task that waits for it.
    ///
    /// # Errors
    ///
    /// The value comes back if nobody can receive it: the other half has been dropped.
    pub fn complete(self, value: T) -> Result<(), T> {
        let mut slot = lock(&self.slot);
        let waker = match &mut *slot {
            Slot::Empty(waker) => waker.take(),
            Slot::Full(_) | Slot::Closed => return Err(value),
        };
        *slot = Slot::Full(value);
        drop(slot);
        waker.into_iter().for_each(Waker::wake);
        Ok(())
    }

    /// Whether nobody waits for the value any more: a reason not to compute it.
    pub fn is_cancelled(&self) -> bool {
        matches!(*lock(&self.slot), Slot::Closed)
    }
}

impl<T> Drop for Completer<T> {
    fn drop(&mut self) {
        let mut slot = lock(&self.slot);
        if let Slot::Empty(waker) = &mut *slot {
            let waker = waker.take();
            *slot = Slot::Closed;
            drop(slot);
            waker.into_iter().for_each(Waker::wake);
        }
    }
}

impl<T> fmt::Debug for Completer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Completer").field("cancelled", &self.is_cancelled()).finish()
    }
}

/// The operation of [`completion`]: waits for the value that its [`Completer`] provides.
///
/// It evaluates to `Err(Abandoned)` if the completer is dropped before. Dropping it cancels the wait; a value that comes
/// later goes back to the one who provides it.
#[must_use = "an operation does nothing before a task yields it"]
pub struct Completion<T> {
    slot: Arc<Mutex<Slot<T>>>,
    wait: Option<ForeignWait>,
}

impl<T> Operation for Completion<T> {
    type Output = Result<T, Abandoned>;
    type Wait = Self;

    fn begin(self) -> Self {
        self
    }

    fn poll(wait: &mut Self, _: impl FnOnce() -> Self, cx: &mut Context<'_>) -> Poll<Result<T, Abandoned>> {
        if !cx.may_go_on() {
            return Poll::Pending;
        }
        let mut slot = lock(&wait.slot);
        let outcome = match mem::replace(&mut *slot, Slot::Closed) {
            Slot::Full(value) => Ok(value),
            Slot::Closed => Err(Abandoned),
            Slot::Empty(_) => {
                *slot = Slot::Empty(Some(cx.foreign(&mut wait.wait, "another thread").clone()));
                return Poll::Pending;
            }
        };
        drop(slot);
        wait.wait = None;
        cx.count_ready();
        Poll::Ready(outcome)
    }
}

impl<T> Drop for Completion<T> {
    fn drop(&mut self) {
        let content = mem::replace(&mut *lock(&self.slot), Slot::Closed);
        // A value that nobody waits for is dropped when the lock is free.
        drop(content);
    }
}

impl<T> fmt::Debug for Completion<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Completion").field("waiting", &self.wait.is_some()).finish_non_exhaustive()
    }
}

/// The error of a [`Completion`] whose [`Completer`] was dropped without providing a value.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Abandoned;

impl fmt::Display for Abandoned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("whoever was to provide the value has given up")
    }
}

impl Error for Abandoned {}
