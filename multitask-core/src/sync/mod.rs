//! Locks: between tasks, and those that other threads hold.
//!
//! A [`Mutex`] or a [`Semaphore`] is for the tasks of one thread; a guard of theirs may be held while its task waits for
//! something else. The locks of the standard library are for threads: a task gets them with [`acquire`], which keeps no
//! other task from running meanwhile.

mod foreign;
mod mutex;
mod semaphore;

pub use foreign::{Acquire, AcquireWait, ForeignLock, Reading, Writing, acquire, acquire_read, acquire_write};
pub use mutex::{Lock, Mutex, MutexGuard};
pub use semaphore::{AcquirePermit, Permit, Semaphore};
