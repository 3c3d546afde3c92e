//! What a message costs beside connections on which nothing happens: read the ratio, which holds within one run.
//!
//!     cargo bench --bench idle_connections
//!
//! A hundred pairs of tasks send messages to and fro, on one manager; the median of several rounds, in which those
//! with and those without idle connections take turns.
#![cfg(unix)]

use std::{
    env,
    ffi::OsStr,
    fs, io,
    os::unix::net::{UnixListener as StdUnixListener, UnixStream as StdUnixStream},
    process::{self, Child, Command, Stdio},
    time::{Duration, Instant},
};

use multitask::{TaskManager, net::UnixStream, task, yield_};
use rustix::process::{Resource, getrlimit, setrlimit};

const IDLE: usize = 10_000;
const ACTIVE: usize = 100;
const MESSAGES: usize = 200;
const ROUNDS: usize = 15;

#[task]
fn idle(sock: UnixStream) -> io::Result<Vec<u8>> {
    yield_!(sock.recv(1))
}

#[task]
fn echo(sock: UnixStream) -> io::Result<()> {
    let mut buf = [0; 64];
    loop {
        let n = yield_!(sock.read(&mut buf))?;
        if n == 0 {
            return Ok(());
        }
        yield_!(sock.write_all(&buf[..n]))?;
    }
}

#[task]
fn client(sock: UnixStream) -> io::Result<()> {
    let message = [7; 64];
    let mut answer = [0; 64];
    for _ in 0..MESSAGES {
        yield_!(sock.write_all(&message))?;
        yield_!(sock.read_exact(&mut answer))?;
    }
    Ok(())
}

/// How long a message takes to and fro.
fn round(manager: &TaskManager) -> io::Result<Duration> {
    let mut clients = Vec::new();
    for _ in 0..ACTIVE {
        let (ours, theirs) = UnixStream::pair()?;
        manager.add(echo(theirs));
        clients.push(manager.add(client(ours)));
    }
    let start = Instant::now();
    for client in clients {
        manager.block_on(client).expect("a client does not panic")?;
    }
    Ok(start.elapsed() / (ACTIVE * MESSAGES) as u32)
}

/// Set for the process that holds the other ends: so many descriptors do not fit in one. It says where to connect.
const OTHER_ENDS: &str = "MULTITASK_IDLE_CONNECTIONS";

/// The other ends of the idle connections, open as long as the input is.
fn hold_other_ends(path: &OsStr) -> io::Result<()> {
    let _ends: Vec<_> = (0..IDLE).map(|_| StdUnixStream::connect(path)).collect::<Result<_, _>>()?;
    io::copy(&mut io::stdin(), &mut io::sink())?;
    Ok(())
}

/// The process that holds the other ends.
struct Holder(Child);

impl Drop for Holder {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        // It ends when its input does; if it does not, that is no concern of the figures.
        let _ = self.0.wait();
    }
}

/// A manager with so many tasks that wait for a message.
fn crowded() -> io::Result<(TaskManager, Holder)> {
    let path = env::temp_dir().join(format!("multitask-idle-{}", process::id()));
    let listener = StdUnixListener::bind(&path)?;
    let mut command = Command::new(env::current_exe()?);
    let holder = Holder(command.env(OTHER_ENDS, &path).stdin(Stdio::piped()).spawn()?);
    let manager = TaskManager::new();
    for _ in 0..IDLE {
        manager.add(idle(listener.accept()?.0.try_into()?));
    }
    fs::remove_file(path)?;
    // So that all of them wait.
    manager.run_next(Some(Duration::ZERO))?;
    Ok((manager, holder))
}

fn raise_limit() {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    setrlimit(Resource::Nofile, limit).expect("the limit may be raised to its maximum");
}

fn main() -> io::Result<()> {
    raise_limit();
    if let Some(path) = env::var_os(OTHER_ENDS) {
        return hold_other_ends(&path);
    }
    let alone = TaskManager::new();
    let (crowded, _holder) = crowded()?;
    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..ROUNDS {
        times[0].push(round(&alone)?);
        times[1].push(round(&crowded)?);
    }
    let [without, with] = times.map(|mut times| {
        times.sort();
        times[ROUNDS / 2]
    });
    let ratio = with.as_secs_f64() / without.as_secs_f64();
    println!("{ACTIVE} active connections, a message to and fro");
    println!("  no idle connections          {without:>10.1?}");
    println!("  {IDLE} idle connections       {with:>10.1?}   {ratio:.2}");
    Ok(())
}
