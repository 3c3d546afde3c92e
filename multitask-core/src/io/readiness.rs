//! Waiting until a descriptor is ready, without reading or writing.

use core::{
    fmt,
    ops::{BitOr, BitOrAssign},
    task::Poll,
};
use std::{
    io,
    os::fd::{AsFd, AsRawFd, BorrowedFd},
};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::{borrowed::FdWait, source::Direction};
use crate::{Context, Operation, Report};

/// Waits until a descriptor can be read: there are data, or a connection to accept, or the stream is at its end.
///
/// Evaluates to what the descriptor is ready for by then. That it can be read does not say that a read will not block:
/// another task may be faster. The operations that read deal with that themselves.
///
/// It works with every descriptor: one that is a socket of [`net`](crate::net), one that is in blocking mode, and a
/// regular file, which is always ready. Dropping the operation ends the wait and leaves nothing behind.
///
/// # Errors
///
/// Those of the system; `EBADF` says that this is no open descriptor.
///
/// # Examples
///
/// ```
#[doc = include_str!("../yield_in_docs.txt")]
/// # use std::{io::{Read, Write}, os::unix::net::UnixStream};
/// use multitask_core::readable;
///
/// # let (mut ours, mut theirs) = UnixStream::pair()?;
/// # theirs.write_all(b"hello")?;
/// // In a task; `ours` is a socket of the standard library.
/// yield_!(readable(&ours))?;
/// let mut buf = [0; 16];
/// let n = ours.read(&mut buf)?;
/// assert_eq!(&buf[..n], b"hello");
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn readable<Fd: AsFd + ?Sized>(fd: &Fd) -> Ready<'_> {
    ready(fd, Interest::READABLE)
}

/// Waits until a descriptor can be written: there is room, or nobody reads any more. Like [`readable`] in all else.
///
/// # Examples
///
/// ```
#[doc = include_str!("../yield_in_docs.txt")]
/// # use std::os::unix::net::UnixStream;
/// use multitask_core::writable;
///
/// # let (ours, _theirs) = UnixStream::pair()?;
/// // In a task:
/// assert!(yield_!(writable(&ours))?.is_writable());
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn writable<Fd: AsFd + ?Sized>(fd: &Fd) -> Ready<'_> {
    ready(fd, Interest::WRITABLE)
}

/// Waits until a descriptor is ready for one of several things. Like [`readable`] in all else.
///
/// An error and a hang-up end the wait too, whatever is waited for: a peer that is gone is never waited for in vain.
///
/// # Examples
///
/// ```
#[doc = include_str!("../yield_in_docs.txt")]
/// # use std::os::unix::net::UnixStream;
/// use multitask_core::io::{Interest, ready};
///
/// # let (ours, theirs) = UnixStream::pair()?;
/// # drop(theirs);
/// // In a task; the other end of `ours` is closed.
/// let found = yield_!(ready(&ours, Interest::READABLE | Interest::PRIORITY))?;
/// assert!(found.is_readable() && found.is_hang_up());
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn ready<Fd: AsFd + ?Sized>(fd: &Fd, interest: Interest) -> Ready<'_> {
    Ready { fd: fd.as_fd(), interest }
}

/// What to wait for: one thing, or several joined by `|`. There is no interest in nothing.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Interest(PollFlags);

impl Interest {
    /// There is something to read, or the end of it.
    pub const READABLE: Interest = Interest(PollFlags::IN);
    /// There is room to write.
    pub const WRITABLE: Interest = Interest(PollFlags::OUT);
    /// There is something out of band, such as urgent data of TCP.
    pub const PRIORITY: Interest = Interest(PollFlags::PRI);

    /// The directions by whose events the poller tells of it.
    fn directions(self) -> &'static [Direction] {
        let reads = self.0.intersects(PollFlags::IN | PollFlags::PRI);
        match (reads, self.0.contains(PollFlags::OUT)) {
            (true, true) => &[Direction::Read, Direction::Write],
            (true, false) => &[Direction::Read],
            (false, _) => &[Direction::Write],
        }
    }

    /// What the poller is asked for.
    fn of_poller(self) -> mio::Interest {
        let mut interest = None::<mio::Interest>;
        let mut add = |flag, more| {
            if self.0.contains(flag) {
                interest = Some(interest.map_or(more, |interest| interest | more));
            }
        };
        add(PollFlags::IN, mio::Interest::READABLE);
        add(PollFlags::OUT, mio::Interest::WRITABLE);
        #[cfg(any(target_os = "linux", target_os = "android"))]
        add(PollFlags::PRI, mio::Interest::PRIORITY);
        interest.unwrap_or(mio::Interest::READABLE)
    }
}

impl BitOr for Interest {
    type Output = Interest;

    fn bitor(self, other: Interest) -> Interest {
        Interest(self.0 | other.0)
    }
}

impl BitOrAssign for Interest {
    fn bitor_assign(&mut self, other: Interest) {
        self.0 |= other.0;
    }
}

/// What a descriptor is ready for.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Readiness(PollFlags);

impl Readiness {
    /// Whether there is something to read, or the end of it.
    pub fn is_readable(self) -> bool {
        self.0.contains(PollFlags::IN)
    }

    /// Whether there is room to write.
    pub fn is_writable(self) -> bool {
        self.0.contains(PollFlags::OUT)
    }

    /// Whether there is something out of band.
    pub fn is_priority(self) -> bool {
        self.0.contains(PollFlags::PRI)
    }

    /// Whether an error is pending, or nobody reads what is written.
    pub fn is_error(self) -> bool {
        self.0.contains(PollFlags::ERR)
    }

    /// Whether the other end is closed. There may be data left to read.
    pub fn is_hang_up(self) -> bool {
        self.0.contains(PollFlags::HUP)
    }
}

/// What the descriptor is ready for now; `WouldBlock` if that is nothing of what is asked for.
fn look(fd: BorrowedFd<'_>, interest: Interest) -> io::Result<Readiness> {
    let mut fds = [PollFd::from_borrowed_fd(fd, interest.0)];
    poll(&mut fds, Some(&Timespec { tv_sec: 0, tv_nsec: 0 }))?;
    let found = fds[0].revents();
    if found.contains(PollFlags::NVAL) {
        Err(rustix::io::Errno::BADF.into())
    } else if found.is_empty() {
        Err(io::ErrorKind::WouldBlock.into())
    } else {
        Ok(Readiness(found))
    }
}

/// The operation of [`readable`], [`writable`] and [`ready`].
#[derive(Clone, Debug)]
#[must_use = "an operation does nothing before a task yields it"]
pub struct Ready<'a> {
    fd: BorrowedFd<'a>,
    interest: Interest,
}

impl Operation for Ready<'_> {
    type Output = io::Result<Readiness>;
    type Wait = FdWait;

    fn begin(self) -> FdWait {
        FdWait::default()
    }

    fn poll(wait: &mut FdWait, again: impl FnOnce() -> Self, cx: &mut Context<'_>) -> Poll<io::Result<Readiness>> {
        let Ready { fd, interest } = again();
        wait.poll(fd, interest.of_poller(), interest.directions(), cx, || look(fd, interest))
    }

    fn what() -> &'static str {
        "ready"
    }

    fn describe(_: &mut FdWait, again: impl FnOnce() -> Self, report: &mut Report) {
        let Ready { fd, interest } = again();
        report.waits_for(format!("descriptor {}: {interest:?}", fd.as_raw_fd()));
    }
}

/// The names of what is in a set, joined by `|`.
fn write_names(f: &mut fmt::Formatter<'_>, flags: PollFlags) -> fmt::Result {
    const NAMES: [(PollFlags, &str); 5] = [
        (PollFlags::IN, "READABLE"),
        (PollFlags::OUT, "WRITABLE"),
        (PollFlags::PRI, "PRIORITY"),
        (PollFlags::ERR, "ERROR"),
        (PollFlags::HUP, "HANG_UP"),
    ];
    let names: Vec<_> = NAMES.iter().filter(|(flag, _)| flags.contains(*flag)).map(|(_, name)| *name).collect();
    f.write_str(&names.join(" | "))
}

impl fmt::Debug for Interest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_names(f, self.0)
    }
}

impl fmt::Debug for Readiness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_names(f, self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_joined_and_printed() {
        let mut both = Interest::WRITABLE;
        both |= Interest::READABLE;
        assert_eq!(both, Interest::READABLE | Interest::WRITABLE);
        assert_eq!(format!("{both:?}"), "READABLE | WRITABLE");
        assert_eq!(format!("{:?}", Readiness(PollFlags::IN | PollFlags::HUP)), "READABLE | HANG_UP");
        assert_eq!((both | Interest::PRIORITY).directions(), [Direction::Read, Direction::Write]);
        assert_eq!(Interest::PRIORITY.directions(), [Direction::Read]);
    }
}
