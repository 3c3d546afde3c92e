//! Child processes: waiting until they end, and reading what they print.
//!
//! A process is described by [`std::process::Command`]; [`spawn`] starts it, and its piped ends are streams.
//!
//! # Examples
//!
//! ```
#![doc = include_str!("../yield_in_docs.txt")]
//! use std::process::{Command, Stdio};
//! use multitask_core::process::spawn;
//!
//! // In a task:
//! let mut child = spawn(Command::new("cat").stdin(Stdio::piped()).stdout(Stdio::piped()))?;
//! let [input, output] = [child.stdin.take(), child.stdout.take()].map(|end| end.expect("it is piped"));
//! yield_!(input.write_all(b"hello"))?;
//! drop(input); // so that the process sees the end of it
//! assert_eq!(yield_!(output.recv(64))?, b"hello");
//! assert!(yield_!(child.wait())?.success());
//! # Ok::<(), std::io::Error>(())
//! ```

mod exit;

use core::cell::RefCell;
use std::{
    io,
    process::{Child as StdChild, Command, ExitStatus},
    rc::Rc,
};

pub use self::exit::Exit;
use crate::{io::FdStream, signal::unix::SignalKind};

/// Starts a process. This does not wait.
///
/// # Errors
///
/// Those of [`Command::spawn`], and of the system if the process cannot be watched; it has been killed then.
///
/// # Examples
///
/// See the [module](self).
pub fn spawn(command: &mut Command) -> io::Result<Child> {
    command.spawn()?.try_into()
}

/// A child process, and the ends of its standard streams that are piped.
///
/// Dropping it closes those ends, and does nothing else to the process: it goes on, and stays a zombie when it has ended
/// until this program ends. Wait for it, or [`kill`](Process::kill) it.
#[derive(Debug)]
pub struct Child {
    /// Where to write what the process reads. Drop it when that is all.
    pub stdin: Option<FdStream>,
    /// Where to read what the process prints.
    pub stdout: Option<FdStream>,
    /// Where to read what the process reports.
    pub stderr: Option<FdStream>,
    process: Process,
}

impl Child {
    /// A handle of the process, by which it can be waited for and killed, for other tasks say.
    pub fn process(&self) -> &Process {
        &self.process
    }

    /// Waits until the process ends: see [`Process::wait`].
    pub fn wait(&self) -> Exit {
        self.process.wait()
    }

    /// Kills the process: see [`Process::kill`].
    ///
    /// # Errors
    ///
    /// Those of the system.
    pub fn kill(&self) -> io::Result<()> {
        self.process.kill()
    }

    /// The number of the process.
    pub fn id(&self) -> u32 {
        self.process.id()
    }
}

/// Takes over a process that was started by other means.
impl TryFrom<StdChild> for Child {
    type Error = io::Error;

    fn try_from(mut child: StdChild) -> io::Result<Self> {
        let taken = take_over(&mut child);
        if taken.is_err() {
            // Nobody will have a handle of it. It may have ended by itself.
            let _ = child.kill();
            let _ = child.wait();
        }
        let (stdin, stdout, stderr, exit) = taken?;
        let process = Process { shared: Rc::new(Shared { child: RefCell::new(child), exit }) };
        Ok(Child { stdin, stdout, stderr, process })
    }
}

type Taken = (Option<FdStream>, Option<FdStream>, Option<FdStream>, exit::Watched);

fn take_over(child: &mut StdChild) -> io::Result<Taken> {
    let exit = exit::watch(child)?;
    let stdin = child.stdin.take().map(FdStream::new).transpose()?;
    let stdout = child.stdout.take().map(FdStream::new).transpose()?;
    let stderr = child.stderr.take().map(FdStream::new).transpose()?;
    Ok((stdin, stdout, stderr, exit))
}

/// A handle of a child process; clones are of the same one.
#[derive(Clone, Debug)]
pub struct Process {
    shared: Rc<Shared>,
}

#[derive(Debug)]
struct Shared {
    child: RefCell<StdChild>,
    exit: exit::Watched,
}

impl Process {
    /// Waits until the process ends: evaluates to how it ended.
    ///
    /// Any number of tasks may wait for it, any number of times, also after it has ended. Dropping the operation does
    /// nothing to the process.
    ///
    /// # Errors
    ///
    /// Those of the system; that there is no such child says that somebody else has waited for it.
    pub fn wait(&self) -> Exit {
        Exit::new(self.clone())
    }

    /// How the process ended, or `None` if it has not yet.
    ///
    /// # Errors
    ///
    /// Those of the system.
    pub fn try_wait(&self) -> io::Result<Option<ExitStatus>> {
        self.shared.child.borrow_mut().try_wait()
    }

    /// Kills the process, without giving it a say. Nothing happens if it has ended.
    ///
    /// # Errors
    ///
    /// Those of the system.
    pub fn kill(&self) -> io::Result<()> {
        self.shared.child.borrow_mut().kill()
    }

    /// Sends the process a signal. Nothing happens if it has ended.
    ///
    /// # Errors
    ///
    /// Those of the system.
    ///
    /// # Examples
    ///
    /// ```
    #[doc = include_str!("../yield_in_docs.txt")]
    /// use std::{os::unix::process::ExitStatusExt, process::Command};
    /// use multitask_core::{process::spawn, signal::unix::SignalKind};
    ///
    /// // In a task:
    /// let child = spawn(Command::new("sleep").arg("60"))?;
    /// child.process().signal(SignalKind::TERMINATE)?;
    /// assert_eq!(yield_!(child.wait())?.signal(), Some(SignalKind::TERMINATE.number()));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn signal(&self, signal: SignalKind) -> io::Result<()> {
        // Its number is its own until it has been waited for.
        if self.try_wait()?.is_none() {
            let pid = rustix::process::Pid::from_child(&self.shared.child.borrow());
            rustix::process::kill_process(pid, signal.to_send()?)?;
        }
        Ok(())
    }

    /// The number of the process.
    pub fn id(&self) -> u32 {
        self.shared.child.borrow().id()
    }
}
