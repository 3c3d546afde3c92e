//! Signals of the operating system, for tasks.

use core::{fmt, task::Poll};
use std::{io, rc::Rc};

use signal_hook::{SigId, consts, low_level};

use crate::{
    Context, Operation, Report,
    io::{IoWait, channel::Channel},
    net::UnixStream,
};

/// Subscribes to a signal: from now on it does not do to this process what it does by default, and is kept for those who
/// wait for it.
///
/// # Errors
///
/// [`InvalidInput`](io::ErrorKind::InvalidInput) if the signal cannot be handled, such as `SIGKILL`, or must not be, such
/// as `SIGSEGV`; and those of the system.
///
/// # Examples
///
/// ```
#[doc = include_str!("../yield_in_docs.txt")]
/// use multitask_core::signal::unix::{SignalKind, signal};
///
/// let hang_up = signal(SignalKind::HANG_UP)?;
/// # rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::HUP)?;
/// // In a task:
/// yield_!(hang_up.wait())?;
/// println!("told to read the configuration again");
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn signal(kind: SignalKind) -> io::Result<Signal> {
    if kind.0 <= 0 || consts::FORBIDDEN.contains(&kind.0) {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    let (ours, handlers) = std::os::unix::net::UnixStream::pair()?;
    let id = low_level::pipe::register(kind.0, handlers)?;
    // From here on it is unregistered if anything fails.
    let _registration = Rc::new(Registration(id));
    Ok(Signal { kind, stream: ours.try_into()?, _registration })
}

/// Which signal: the usual ones have names, the others numbers.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SignalKind(i32);

impl SignalKind {
    /// `SIGALRM`: a timer of the system is over.
    pub const ALARM: SignalKind = SignalKind(consts::SIGALRM);
    /// `SIGCHLD`: a child process has ended, or been stopped.
    pub const CHILD: SignalKind = SignalKind(consts::SIGCHLD);
    /// `SIGHUP`: the terminal is closed; for a daemon, that it should read its configuration again.
    pub const HANG_UP: SignalKind = SignalKind(consts::SIGHUP);
    /// `SIGINT`: Ctrl+C.
    pub const INTERRUPT: SignalKind = SignalKind(consts::SIGINT);
    /// `SIGQUIT`: Ctrl+\.
    pub const QUIT: SignalKind = SignalKind(consts::SIGQUIT);
    /// `SIGTERM`: that the process should end.
    pub const TERMINATE: SignalKind = SignalKind(consts::SIGTERM);
    /// `SIGUSR1`: whatever the program makes of it.
    pub const USER_1: SignalKind = SignalKind(consts::SIGUSR1);
    /// `SIGUSR2`: whatever the program makes of it.
    pub const USER_2: SignalKind = SignalKind(consts::SIGUSR2);
    /// `SIGWINCH`: the size of the terminal has changed.
    pub const WINDOW_CHANGE: SignalKind = SignalKind(consts::SIGWINCH);

    /// The signal of a number, as the system has it.
    pub const fn from_number(number: i32) -> Self {
        SignalKind(number)
    }

    /// The number that the system has for it.
    pub const fn number(self) -> i32 {
        self.0
    }

    /// The same, for sending it.
    pub(crate) fn to_send(self) -> io::Result<rustix::process::Signal> {
        rustix::process::Signal::from_named_raw(self.0).ok_or_else(|| io::ErrorKind::InvalidInput.into())
    }
}

impl fmt::Debug for SignalKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match low_level::signal_name(self.0) {
            Some(name) => f.write_str(name),
            None => write!(f, "SignalKind({})", self.0),
        }
    }
}

/// A subscription to a signal; a handle that can be cloned. It ends when the last handle is dropped, and the signal is
/// ignored from then on, unless somebody else has subscribed to it.
///
/// Each subscription sees each signal, and keeps it until a task waits for it: none is lost while nobody waits. Of
/// several tasks that wait by clones of one subscription, one gets it; give each a subscription of its own if all are to
/// know. Many signals of a kind that nobody has waited for may become fewer, though never none: the system does not count
/// them either.
#[derive(Clone)]
pub struct Signal {
    kind: SignalKind,
    stream: UnixStream,
    _registration: Rc<Registration>,
}

impl Signal {
    /// Waits for the signal. One that has come since the subscription, and that nobody has waited for, is ready at once.
    ///
    /// Dropping the operation loses no signal.
    ///
    /// # Errors
    ///
    /// Those of the system's poller.
    pub fn wait(&self) -> WaitForSignal {
        WaitForSignal { wait: IoWait::new(), signal: self.clone() }
    }

    /// Which signal this is about.
    pub fn kind(&self) -> SignalKind {
        self.kind
    }
}

impl fmt::Debug for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Signal").field(&self.kind).finish()
    }
}

/// What the handler of a signal is known by. Dropping it takes the handler away, and its end of the stream is closed.
struct Registration(SigId);

impl Drop for Registration {
    fn drop(&mut self) {
        low_level::unregister(self.0);
    }
}

/// The operation of [`Signal::wait`].
#[derive(Debug)]
#[must_use = "an operation does nothing before a task yields it"]
pub struct WaitForSignal {
    // Before the signal: a wait ends before its descriptor may close.
    wait: IoWait,
    signal: Signal,
}

impl Operation for WaitForSignal {
    type Output = io::Result<()>;
    type Wait = Self;

    fn begin(self) -> Self {
        self
    }

    /// The handler writes a byte for each signal; the subscription keeps it from ever closing its end.
    fn poll(wait: &mut Self, _: impl FnOnce() -> Self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let WaitForSignal { wait, signal } = wait;
        signal.stream.poll_read(wait, &mut [0], cx).map_ok(|_| ())
    }

    fn what() -> &'static str {
        "Signal::wait"
    }

    fn describe(wait: &mut Self, _: impl FnOnce() -> Self, report: &mut Report) {
        report.waits_for(format!("{:?}", wait.signal.kind));
    }
}
