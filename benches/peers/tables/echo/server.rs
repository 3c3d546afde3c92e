//! A server in a process of its own.

use std::{
    env,
    io::{self, BufRead, BufReader},
    process::{Child, Command, Stdio},
};

use peers::{Work, resident};
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

use super::SERVE;

/// A server that runs until this is dropped.
pub(super) struct Server {
    child: Child,
    pub(super) port: u16,
}

impl Server {
    /// Starts this program as a server.
    pub(super) fn start(name: &str) -> io::Result<Server> {
        Server::run(Command::new(env::current_exe()?).args([SERVE, name]))
    }

    /// Starts a program that prints its port, and ends when its input does.
    pub(super) fn run(command: &mut Command) -> io::Result<Server> {
        // A process is born where its parent runs.
        let mut child = on_core(0, || command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn())?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("it is piped")).read_line(&mut line)?;
        let mut server = Server { child, port: 0 };
        server.port = line.trim().parse().map_err(|_| io::Error::other("the server prints no port"))?;
        Ok(server)
    }

    pub(super) fn work(&self) -> Option<Work> {
        Work::of(self.child.id())
    }

    /// In bytes.
    pub(super) fn resident(&self) -> Option<u64> {
        resident(&self.child.id().to_string())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        // It ends with its input; if it does not end well, the figures have been taken all the same.
        let _ = self.child.wait();
    }
}

/// Does something on one core, if the system has that and lets us choose.
pub(super) fn on_core<R>(core: usize, act: impl FnOnce() -> R) -> R {
    let Ok(before) = sched_getaffinity(None) else { return act() };
    let mut one = CpuSet::new();
    one.set(core);
    let chosen = before.count() > 1 && before.is_set(core) && sched_setaffinity(None, &one).is_ok();
    let result = act();
    if chosen {
        // Where it cannot go back it stays.
        let _ = sched_setaffinity(None, &before);
    }
    result
}
