//! Attempts on a descriptor that is borrowed: any descriptor, in whatever mode, registered or not.
//!
//! The descriptor belongs to somebody else, who may have registered it already and may close it. So a task that has to
//! wait for it does so by a duplicate, which lives as long as the wait: that can be registered whatever the original
//! is, and its number is not used again before the wait is over.

use core::{fmt, task::Poll};
use std::{
    io,
    os::fd::{BorrowedFd, OwnedFd, RawFd},
};

use mio::Interest;
use rustix::{
    fs::{OFlags, fcntl_getfl, fcntl_setfl},
    io::fcntl_dupfd_cloexec,
};

use super::{
    channel::{Channel, Raw},
    registered::{Io, IoWait, retry},
    source::Direction,
};
use crate::Context;

/// A descriptor that operations borrow for an attempt at a time.
#[derive(Clone, Copy, Debug)]
pub struct Borrowed<'a>(pub(super) BorrowedFd<'a>);

/// What stays of an operation on a borrowed descriptor. Dropping it ends the wait.
#[derive(Default)]
pub struct FdWait {
    /// Nothing before the operation has to wait.
    waiting: Option<Box<Waiting>>,
}

struct Waiting {
    // Before the duplicate: a wait ends before its descriptor is closed.
    read: IoWait,
    write: IoWait,
    io: Io<OwnedFd>,
}

/// The first descriptor above those of the standard streams.
const ABOVE_STANDARD: RawFd = 3;

impl FdWait {
    /// Attempts something that would block unless the descriptor allows one of `directions`.
    pub(super) fn poll<T>(
        &mut self,
        fd: BorrowedFd<'_>,
        interest: Interest,
        directions: &[Direction],
        cx: &mut Context<'_>,
        mut attempt: impl FnMut() -> io::Result<T>,
    ) -> Poll<io::Result<T>> {
        if !cx.may_go_on() {
            return Poll::Pending;
        }
        if cx.is_last_attempt() || self.may_be_ready(directions) {
            match retry(&mut attempt) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => self.set_blocked(directions),
                result => {
                    self.waiting = None;
                    cx.count_ready();
                    return Poll::Ready(result);
                }
            }
        }
        match self.wait(fd, interest, directions, cx) {
            Ok(()) => Poll::Pending,
            Err(error) => Poll::Ready(Err(error)),
        }
    }

    fn may_be_ready(&self, directions: &[Direction]) -> bool {
        let waiting = self.waiting.as_ref();
        waiting.is_none_or(|waiting| directions.iter().any(|direction| waiting.io.may_be_ready(*direction)))
    }

    fn set_blocked(&self, directions: &[Direction]) {
        if let Some(waiting) = &self.waiting {
            directions.iter().for_each(|direction| waiting.io.set_blocked(*direction));
        }
    }

    fn wait(
        &mut self,
        fd: BorrowedFd<'_>,
        interest: Interest,
        directions: &[Direction],
        cx: &Context<'_>,
    ) -> io::Result<()> {
        if self.waiting.is_none() {
            let io = Io::new(fcntl_dupfd_cloexec(fd, ABOVE_STANDARD)?, interest);
            self.waiting = Some(Box::new(Waiting { read: IoWait::new(), write: IoWait::new(), io }));
        }
        let Waiting { read, write, io } = &mut **self.waiting.as_mut().expect("it has just been set");
        directions.iter().try_for_each(|direction| {
            let wait = if *direction == Direction::Read { &mut *read } else { &mut *write };
            io.wait(wait, *direction, cx)
        })
    }
}

impl fmt::Debug for FdWait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FdWait").field("waiting", &self.waiting.is_some()).finish()
    }
}

impl Channel for Borrowed<'_> {
    type Wait = FdWait;
    type Raw = Self;

    fn poll_transfer(
        &self,
        wait: &mut FdWait,
        direction: Direction,
        _: usize,
        cx: &mut Context<'_>,
        mut attempt: impl FnMut(&Self) -> io::Result<usize>,
    ) -> Poll<io::Result<usize>> {
        let interest = match direction {
            Direction::Read => Interest::READABLE,
            Direction::Write => Interest::WRITABLE,
        };
        wait.poll(self.0, interest, &[direction], cx, || {
            let _mode = NonBlocking::set(self.0)?;
            attempt(self)
        })
    }
}

impl Raw for Borrowed<'_> {
    fn read(&self, buf: &mut [u8]) -> io::Result<usize> {
        Ok(rustix::io::read(self.0, buf)?)
    }

    fn write(&self, data: &[u8]) -> io::Result<usize> {
        Ok(rustix::io::write(self.0, data)?)
    }
}

/// The non-blocking mode of somebody else's descriptor, for as long as an attempt takes.
struct NonBlocking<'a> {
    fd: BorrowedFd<'a>,
    /// The mode before, if it was another one.
    before: Option<OFlags>,
}

impl<'a> NonBlocking<'a> {
    fn set(fd: BorrowedFd<'a>) -> io::Result<Self> {
        let flags = fcntl_getfl(fd)?;
        let before = (!flags.contains(OFlags::NONBLOCK)).then_some(flags);
        if before.is_some() {
            fcntl_setfl(fd, flags | OFlags::NONBLOCK)?;
        }
        Ok(NonBlocking { fd, before })
    }
}

impl Drop for NonBlocking<'_> {
    fn drop(&mut self) {
        if let Some(before) = self.before {
            // It could be set a moment ago.
            let _ = fcntl_setfl(self.fd, before);
        }
    }
}
