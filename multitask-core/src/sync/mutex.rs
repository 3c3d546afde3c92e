//! `Mutex`: a value that one task at a time uses.

use core::{
    cell::Cell,
    fmt,
    ops::{Deref, DerefMut},
    task::Poll,
};
use std::rc::Rc;

use super::{AcquirePermit, Permit, Semaphore};
use crate::{Context, Operation};

/// A value that one task at a time uses, also over several waits.
///
/// Tasks get it in the order in which they began to wait. The value is a handle: clones of it are the same mutex. A wait
/// that is cancelled takes nothing, also if it was its turn; a task that is cancelled, or panics, while it has the value
/// gives it back as it is.
///
/// # Examples
///
/// ```
#[doc = include_str!("../yield_in_docs.txt")]
/// use multitask_core::{give_way, sync::Mutex};
///
/// let account = Mutex::new(100);
/// // In a task:
/// let mut balance = yield_!(account.lock());
/// yield_!(give_way());
/// *balance -= 10;
/// drop(balance);
/// assert_eq!(account.try_lock().as_deref(), Some(&90));
/// ```
pub struct Mutex<T> {
    shared: Rc<Shared<T>>,
}

struct Shared<T> {
    /// Of one permit.
    semaphore: Semaphore,
    /// In a box, so that little moves. Who has the permit has the value.
    value: Cell<Option<Box<T>>>,
}

impl<T> Mutex<T> {
    /// A mutex with a value that nobody uses.
    pub fn new(value: T) -> Self {
        let shared = Shared { semaphore: Semaphore::new(1), value: Cell::new(Some(Box::new(value))) };
        Mutex { shared: Rc::new(shared) }
    }

    /// Takes the value to use it, or waits for it. It is given back when the guard is dropped.
    ///
    /// A task that locks what it has locked itself waits for ever.
    ///
    /// # Panics
    ///
    /// If it has to wait without a task manager.
    pub fn lock(&self) -> Lock<T> {
        Lock { shared: self.shared.clone(), acquire: self.shared.semaphore.acquire() }
    }

    /// Takes the value to use it, if nobody does.
    pub fn try_lock(&self) -> Option<MutexGuard<T>> {
        self.shared.semaphore.try_acquire().map(|permit| MutexGuard::new(&self.shared, permit))
    }

    /// Whether somebody uses the value.
    pub fn is_locked(&self) -> bool {
        self.shared.semaphore.available() == 0
    }
}

/// Clones are the same mutex.
impl<T> Clone for Mutex<T> {
    fn clone(&self) -> Self {
        Mutex { shared: self.shared.clone() }
    }
}

impl<T: Default> Default for Mutex<T> {
    fn default() -> Self {
        Mutex::new(T::default())
    }
}

impl<T> fmt::Debug for Mutex<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mutex")
            .field("locked", &self.is_locked())
            .field("waiting", &self.shared.semaphore.waiting())
            .finish_non_exhaustive()
    }
}

/// The value of a [`Mutex`], which is given back when this is dropped.
///
/// It borrows nothing: a task may hold it while it waits, and may hand it on to another one.
#[must_use = "a guard that is not kept gives the value back at once"]
pub struct MutexGuard<T> {
    shared: Rc<Shared<T>>,
    /// Absent only while the guard is dropped.
    value: Option<Box<T>>,
    /// Given back after the value.
    _permit: Permit,
}

impl<T> MutexGuard<T> {
    fn new(shared: &Rc<Shared<T>>, permit: Permit) -> Self {
        let value = shared.value.take();
        debug_assert!(value.is_some(), "the value is there for who has the permit");
        MutexGuard { shared: shared.clone(), value, _permit: permit }
    }
}

const PRESENT: &str = "the value is there until the guard is dropped";

impl<T> Deref for MutexGuard<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.value.as_deref().expect(PRESENT)
    }
}

impl<T> DerefMut for MutexGuard<T> {
    fn deref_mut(&mut self) -> &mut T {
        self.value.as_deref_mut().expect(PRESENT)
    }
}

impl<T> Drop for MutexGuard<T> {
    fn drop(&mut self) {
        self.shared.value.set(self.value.take());
    }
}

impl<T: fmt::Debug> fmt::Debug for MutexGuard<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

/// The operation of [`Mutex::lock`].
#[must_use = "an operation does nothing before a task yields it"]
pub struct Lock<T> {
    shared: Rc<Shared<T>>,
    acquire: AcquirePermit,
}

impl<T> Operation for Lock<T> {
    type Output = MutexGuard<T>;
    type Wait = Self;

    fn begin(self) -> Self {
        self
    }

    fn poll(wait: &mut Self, _: impl FnOnce() -> Self, cx: &mut Context<'_>) -> Poll<MutexGuard<T>> {
        AcquirePermit::poll(&mut wait.acquire, || unreachable!("it is stored"), cx)
            .map(|permit| MutexGuard::new(&wait.shared, permit))
    }

    fn what() -> &'static str {
        "Mutex::lock"
    }
}

impl<T> fmt::Debug for Lock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lock").field("acquire", &self.acquire).finish_non_exhaustive()
    }
}
