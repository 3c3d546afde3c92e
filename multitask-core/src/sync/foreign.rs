//! `acquire`: locks of the standard library, which other threads may hold.

use core::{fmt, task::Poll, time::Duration};
use std::sync::{
    LockResult, Mutex, MutexGuard, RwLock, RwLockReadGuard, RwLockWriteGuard, TryLockError, TryLockResult,
};

use crate::{Context, Operation, Sleep, sleep};

/// How long a task waits before it tries again: at first, and at most. Each time it is twice as long as before.
const FIRST_PAUSE: Duration = Duration::from_millis(1);
const LONGEST_PAUSE: Duration = Duration::from_millis(50);

/// Locks a mutex that other threads use, while other tasks run.
///
/// The system does not say when such a lock is free, so it is tried again and again, after a millisecond at first, then
/// less and less often, but every 50 milliseconds at least. Who waits longest is not preferred. With a
/// [timeout](Operation::timeout) it is given up.
///
/// The guard is the standard library's own: it cannot be kept while the task waits for something else, which would keep
/// the other threads waiting too. Between tasks there is [`Mutex`](super::Mutex).
///
/// # Errors
///
/// If a thread has panicked while it held the lock, as with [`std::sync::Mutex::lock`].
///
/// # Panics
///
/// If it has to wait without a task manager.
///
/// # Examples
///
/// ```
#[doc = include_str!("../yield_in_docs.txt")]
/// use std::sync::{Arc, Mutex};
/// use multitask_core::acquire;
///
/// let total = Arc::new(Mutex::new(1));
/// // In a task:
/// *yield_!(acquire(&total)).unwrap() += 1;
/// assert_eq!(*total.lock().unwrap(), 2);
/// ```
pub fn acquire<T: ?Sized>(lock: &Mutex<T>) -> Acquire<&Mutex<T>> {
    Acquire(lock)
}

/// Locks a lock for reading that other threads use; like [`acquire`] in all else.
pub fn acquire_read<T: ?Sized>(lock: &RwLock<T>) -> Acquire<Reading<'_, T>> {
    Acquire(Reading(lock))
}

/// Locks a lock for writing that other threads use; like [`acquire`] in all else.
pub fn acquire_write<T: ?Sized>(lock: &RwLock<T>) -> Acquire<Writing<'_, T>> {
    Acquire(Writing(lock))
}

/// A lock, and how it is tried.
pub trait ForeignLock {
    /// What one has when it is locked.
    type Guard;

    /// Locks it, if that can be done at once.
    fn attempt(self) -> Option<LockResult<Self::Guard>>;
}

/// A lock that is wanted for reading.
#[derive(Debug)]
pub struct Reading<'a, T: ?Sized>(&'a RwLock<T>);

/// A lock that is wanted for writing.
#[derive(Debug)]
pub struct Writing<'a, T: ?Sized>(&'a RwLock<T>);

impl<'a, T: ?Sized> ForeignLock for &'a Mutex<T> {
    type Guard = MutexGuard<'a, T>;

    fn attempt(self) -> Option<LockResult<Self::Guard>> {
        unless_locked(self.try_lock())
    }
}

impl<'a, T: ?Sized> ForeignLock for Reading<'a, T> {
    type Guard = RwLockReadGuard<'a, T>;

    fn attempt(self) -> Option<LockResult<Self::Guard>> {
        unless_locked(self.0.try_read())
    }
}

impl<'a, T: ?Sized> ForeignLock for Writing<'a, T> {
    type Guard = RwLockWriteGuard<'a, T>;

    fn attempt(self) -> Option<LockResult<Self::Guard>> {
        unless_locked(self.0.try_write())
    }
}

fn unless_locked<G>(result: TryLockResult<G>) -> Option<LockResult<G>> {
    match result {
        Ok(guard) => Some(Ok(guard)),
        Err(TryLockError::Poisoned(error)) => Some(Err(error)),
        Err(TryLockError::WouldBlock) => None,
    }
}

/// The operation of [`acquire`], [`acquire_read`] and [`acquire_write`].
#[derive(Debug)]
#[must_use = "an operation does nothing before a task yields it"]
pub struct Acquire<L>(L);

/// The wait of an [`Acquire`]: until when it makes no attempt.
pub struct AcquireWait {
    pause: Option<Sleep>,
    next: Duration,
}

impl<L: ForeignLock> Operation for Acquire<L> {
    type Output = LockResult<L::Guard>;
    type Wait = AcquireWait;

    fn begin(self) -> AcquireWait {
        AcquireWait { pause: None, next: FIRST_PAUSE }
    }

    fn poll(wait: &mut AcquireWait, again: impl FnOnce() -> Self, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if !cx.may_go_on() {
            return Poll::Pending;
        }
        if let Some(guard) = again().0.attempt() {
            cx.count_ready();
            return Poll::Ready(guard);
        }
        wait.pause(cx);
        Poll::Pending
    }

    fn what() -> &'static str {
        "acquire"
    }
}

impl AcquireWait {
    /// Sees to it that the task is resumed for the next attempt.
    fn pause(&mut self, cx: &mut Context<'_>) {
        let pause = self.pause.get_or_insert_with(|| sleep(self.next));
        while Sleep::poll(pause, || unreachable!("it is stored"), cx).is_ready() {
            self.next = (self.next * 2).min(LONGEST_PAUSE);
            *pause = sleep(self.next);
        }
    }
}

impl fmt::Debug for AcquireWait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AcquireWait").field("next", &self.next).finish_non_exhaustive()
    }
}
