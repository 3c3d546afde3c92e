//! Waiting for the end of a process, by a descriptor that can be read when it has come.

use core::{fmt, task::Poll};
use std::{
    io,
    os::fd::OwnedFd,
    process::{Child as StdChild, ExitStatus},
    thread,
};

use mio::Interest;
use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};

use super::Process;
use crate::{
    Context, Operation, Report,
    io::{
        IoWait,
        registered::{Io, retry},
        source::Direction,
    },
};

/// What can be read when the process has ended.
pub(super) type Watched = Io<OwnedFd>;

/// Watches a process for its end.
pub(super) fn watch(child: &StdChild) -> io::Result<Watched> {
    let pid = Pid::from_child(child);
    let descriptor = match descriptor_of(pid) {
        Err(error) if error.kind() == io::ErrorKind::Unsupported => watch_by_thread(pid)?,
        descriptor => descriptor?,
    };
    Ok(Io::new(descriptor, Interest::READABLE))
}

/// The system's own descriptor of a process.
#[cfg(target_os = "linux")]
fn descriptor_of(pid: Pid) -> io::Result<OwnedFd> {
    use rustix::process::{PidfdFlags, pidfd_open};
    Ok(pidfd_open(pid, PidfdFlags::empty())?)
}

#[cfg(not(target_os = "linux"))]
fn descriptor_of(_: Pid) -> io::Result<OwnedFd> {
    Err(io::ErrorKind::Unsupported.into())
}

/// The end of a pipe whose other end is closed by a thread that waits for the process, and leaves it to be waited for.
fn watch_by_thread(pid: Pid) -> io::Result<OwnedFd> {
    let (reader, writer) = io::pipe()?;
    thread::Builder::new().name(format!("end of {pid:?}")).spawn(move || {
        let wait = || Ok(waitid(WaitId::Pid(pid), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT)?);
        // If it cannot be waited for, whoever is woken will be told why.
        let _ = retry(wait);
        drop(writer);
    })?;
    Ok(reader.into())
}

/// The operation of [`Process::wait`].
#[must_use = "an operation does nothing before a task yields it"]
pub struct Exit {
    // Before the process: a wait ends before its descriptor may close.
    wait: IoWait,
    process: Process,
}

impl Exit {
    pub(super) fn new(process: Process) -> Self {
        Exit { wait: IoWait::new(), process }
    }
}

impl Operation for Exit {
    type Output = io::Result<ExitStatus>;
    type Wait = Self;

    fn begin(self) -> Self {
        self
    }

    fn poll(wait: &mut Self, _: impl FnOnce() -> Self, cx: &mut Context<'_>) -> Poll<io::Result<ExitStatus>> {
        let Exit { wait, process } = wait;
        process
            .shared
            .exit
            .poll(wait, Direction::Read, cx, |_| process.try_wait()?.ok_or_else(|| io::ErrorKind::WouldBlock.into()))
    }

    fn what() -> &'static str {
        "Process::wait"
    }

    fn describe(wait: &mut Self, _: impl FnOnce() -> Self, report: &mut Report) {
        report.waits_for(format!("the end of process {}", wait.process.id()));
    }
}

impl fmt::Debug for Exit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exit").field("process", &self.process).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        io::Read,
        process::{Command, Stdio},
    };

    #[test]
    #[cfg_attr(miri, ignore = "Miri starts no processes")]
    fn a_thread_tells_of_the_end_and_leaves_the_status_alone() {
        let mut child = Command::new("cat").stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        let watched = watch_by_thread(Pid::from_child(&child)).unwrap();
        assert!(child.try_wait().unwrap().is_none());
        drop(child.stdin.take());
        // Blocks until the other end is closed.
        assert_eq!(std::fs::File::from(watched).read(&mut [0]).unwrap(), 0);
        assert!(child.try_wait().unwrap().expect("it has ended").success());
    }
}
