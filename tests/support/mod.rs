//! What several test files need.
#![allow(dead_code, reason = "no test file needs all of it")]

pub(crate) mod process;

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    time::Duration,
};

/// What happened, in order; clones are the same log.
#[derive(Debug)]
pub(crate) struct Log<T>(Rc<RefCell<Vec<T>>>);

impl<T> Log<T> {
    pub(crate) fn new() -> Self {
        Log(Rc::default())
    }

    pub(crate) fn push(&self, entry: T) {
        self.0.borrow_mut().push(entry);
    }

    pub(crate) fn len(&self) -> usize {
        self.0.borrow().len()
    }

    /// The entries so far, which are then forgotten.
    pub(crate) fn take(&self) -> Vec<T> {
        self.0.take()
    }
}

impl<T> Clone for Log<T> {
    fn clone(&self) -> Self {
        Log(self.0.clone())
    }
}

/// Notes in a log when it is dropped.
pub(crate) struct Noted<T: Copy>(pub(crate) T, pub(crate) Log<T>);

impl<T: Copy> Drop for Noted<T> {
    fn drop(&mut self) {
        self.1.push(self.0);
    }
}

/// Counts; clones are the same counter.
#[derive(Clone, Debug, Default)]
pub(crate) struct Count(Rc<Cell<usize>>);

impl Count {
    pub(crate) fn up(&self) {
        self.0.set(self.0.get() + 1);
    }

    pub(crate) fn get(&self) -> usize {
        self.0.get()
    }
}

/// How long the processor has worked for this thread: what others do beside it does not count.
#[cfg(unix)]
pub(crate) fn thread_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

#[cfg(not(unix))]
pub(crate) fn thread_time() -> Duration {
    use std::{sync::LazyLock, time::Instant};
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    START.elapsed()
}
