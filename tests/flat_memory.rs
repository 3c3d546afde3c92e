//! A server at full load needs no more memory the longer it runs.
//!
//! It runs as a process of its own, and every part of it that could leave something behind is busy: clients that talk all
//! the time, clients that come and go (some in the middle of a message), clients that fall silent until the server's
//! patience is over, reads that lose against a timer, and tasks that are cancelled wherever they are.
//!
//!     MULTITASK_FLAT_SECONDS=600 cargo test --release --test flat_memory -- --nocapture
//!
//! runs it for ten minutes, and prints what it needed meanwhile.
#![cfg(target_os = "linux")]

mod support;

use std::{
    env, fs,
    io::{self, BufRead, BufReader},
    net::SocketAddr,
    process::{Child, ChildStdout, Command, Stdio},
    rc::Rc,
    time::{Duration, Instant},
};

use multitask::{
    Group, TaskHandle, TaskManager, any,
    combine::Any2,
    io::read_into,
    net::{TcpListener, TcpStream},
    sleep, task, yield_,
};
use support::{Count, process::end_of};

const SHORT: u64 = 4;

/// How long the server waits for a client that is silent.
const PATIENCE: Duration = Duration::from_millis(200);

/// How long a connection at the second address may last.
const LIFE: Duration = Duration::from_millis(50);

// The server.

/// Set for the process that is the server.
const SERVER: &str = "MULTITASK_FLAT_SERVER";

#[task]
fn listener(sock: TcpListener, life: Option<Duration>, served: Count) {
    loop {
        match yield_!(sock.accept()) {
            Ok((conn, _)) => {
                let handler = multitask::add(handler(conn, served.clone()));
                if let Some(life) = life {
                    multitask::add(reaper(handler, life));
                }
            }
            Err(_) => yield_!(sleep(Duration::from_millis(10))),
        }
    }
}

/// Cancels a task, in the middle of whatever it does.
#[task]
fn reaper(handler: TaskHandle<()>, life: Duration) {
    yield_!(sleep(life));
    handler.cancel();
}

#[task]
fn handler(conn: TcpStream, served: Count) {
    // Clients go as they like.
    let _ = yield_!(serve(conn, served));
}

#[task]
fn serve(sock: TcpStream, served: Count) -> io::Result<()> {
    let mut buf = [0; 4096];
    let mut since = Instant::now();
    loop {
        let n = match yield_!(any((sock.read(&mut buf), sleep(PATIENCE / 10)))) {
            Any2::First(n) => n?,
            Any2::Second(()) if since.elapsed() < PATIENCE => continue,
            Any2::Second(()) => return Ok(()),
        };
        if n == 0 {
            return Ok(());
        }
        yield_!(sock.write_all(&buf[..n]).timeout(10 * PATIENCE))??;
        served.up();
        since = Instant::now();
    }
}

/// Waits until the input ends.
#[task]
fn told_to_stop() -> io::Result<()> {
    let (input, mut buf) = (io::stdin(), [0]);
    yield_!(read_into(&input, &mut buf)).map(drop)
}

/// The server, until its input ends. It says where it listens, and at the end how often it has answered.
#[test]
#[ignore = "the other test starts it"]
fn server() {
    if env::var_os(SERVER).is_none() {
        return;
    }
    let manager = TaskManager::new();
    let (listeners, served) = (Group::of(&manager), Count::default());
    for life in [None, Some(LIFE)] {
        let sock = TcpListener::bind("127.0.0.1:0").unwrap();
        println!("{}", sock.local_addr().unwrap());
        listeners.add(listener(sock, life, served.clone()));
    }
    manager.block_on(told_to_stop()).unwrap();
    listeners.cancel_all();
    // Until the last connection has ended.
    manager.run().unwrap();
    assert!(!manager.has_io_waits() && !manager.has_timeouts(), "something is left behind");
    println!("{}", served.get());
}

/// The process of the server.
struct Server {
    child: Child,
    output: BufReader<ChildStdout>,
    /// Where connections last as long as they like, and where they do not.
    addresses: [SocketAddr; 2],
}

impl Server {
    fn start() -> Server {
        let mut command = Command::new(env::current_exe().unwrap());
        command.args(["--exact", "server", "--ignored", "--nocapture", "--quiet"]).env(SERVER, "1");
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let addresses = [(); 2].map(|()| next_that(&mut output, |line| line.parse().ok()));
        Server { child, output, addresses }
    }

    /// Has it end: how often it has answered.
    fn stop(mut self) -> usize {
        drop(self.child.stdin.take());
        let served = next_that(&mut self.output, |line| line.parse().ok());
        assert!(end_of(&mut self.child).success());
        served
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The resident memory of a process, in bytes.
fn memory_of(process: u32) -> usize {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    1024 * line.trim().trim_end_matches(" kB").parse::<usize>().unwrap()
}

/// The next line that can be read as wanted; the harness prints lines of its own.
fn next_that<T>(output: &mut impl BufRead, read: impl Fn(&str) -> Option<T>) -> T {
    let mut lines = output.lines().map(|line| line.unwrap());
    lines.find_map(|line| read(line.trim())).expect("the server has ended")
}

// The load.

/// What the clients have met.
#[derive(Clone, Default)]
struct Met {
    answers: Count,
    connections: Count,
    losses: Count,
}

/// Sends a message and waits for its echo.
#[task]
fn exchange(sock: TcpStream, message: Rc<[u8]>) -> io::Result<()> {
    yield_!(sock.write_all(&message))?;
    let mut answer = vec![0; message.len()];
    yield_!(sock.read_exact(&mut answer))?;
    assert!(answer == *message, "it came back changed");
    Ok(())
}

/// What a client does with a connection.
#[derive(Clone, Copy)]
enum Manner {
    Steady,
    ComesAndGoes,
    GoesInTheMiddle,
    FallsSilent,
}

#[task]
fn visit(address: SocketAddr, manner: Manner, message: Rc<[u8]>, met: Met) -> io::Result<()> {
    let sock = yield_!(TcpStream::connect(address))?;
    met.connections.up();
    let messages = if let Manner::Steady = manner { usize::MAX } else { 3 };
    for _ in 0..messages {
        yield_!(exchange(sock.clone(), message.clone()))?;
        met.answers.up();
    }
    match manner {
        Manner::GoesInTheMiddle => {
            yield_!(sock.write_all(&message))?;
            // To linger for no time at all is to reset.
            socket2::SockRef::from(&sock).set_linger(Some(Duration::ZERO))?;
        }
        Manner::FallsSilent => assert!(yield_!(sock.recv(1))?.is_empty(), "the server says something by itself"),
        Manner::Steady | Manner::ComesAndGoes => {}
    }
    Ok(())
}

/// One visit after the other.
#[task]
fn client(address: SocketAddr, manner: Manner, message: Rc<[u8]>, met: Met) {
    loop {
        if yield_!(visit(address, manner, message.clone(), met.clone())).is_err() {
            met.losses.up();
        }
        // So that there are ports enough for all those connections.
        yield_!(sleep(Duration::from_millis(5)));
    }
}

fn load(manager: &TaskManager, [steady, limited]: [SocketAddr; 2], met: &Met) -> Group<()> {
    let clients = Group::of(manager);
    let plan = [
        (16, steady, Manner::Steady),
        (8, steady, Manner::ComesAndGoes),
        (4, steady, Manner::GoesInTheMiddle),
        (16, steady, Manner::FallsSilent),
        (8, limited, Manner::Steady),
    ];
    for (count, address, manner) in plan {
        for number in 0..count {
            let message = vec![number; 64 << (number % 7)].into();
            clients.add(client(address, manner, message, met.clone()));
        }
    }
    clients
}

/// What is known of the server at one time.
struct Sample {
    time: Duration,
    memory: usize,
    answers: usize,
}

/// Looks at the server for so long, ten times a second.
#[task]
fn watch(process: u32, time: Duration, met: Met) -> Vec<Sample> {
    let start = Instant::now();
    let mut samples = Vec::new();
    while start.elapsed() < time {
        yield_!(sleep(Duration::from_millis(100)));
        samples.push(Sample { time: start.elapsed(), memory: memory_of(process), answers: met.answers.get() });
    }
    samples
}

/// The most memory in a part of the samples.
fn most(samples: &[Sample]) -> usize {
    samples.iter().map(|sample| sample.memory).max().unwrap()
}

/// A line a minute, or for each tenth of a shorter time: the most memory in it.
fn print(samples: &[Sample]) {
    let a_line = (samples.len() / 10).clamp(1, 600);
    println!("      time    memory   answers");
    for part in samples.chunks(a_line) {
        let Sample { time, answers, .. } = part.last().unwrap();
        println!("{:>8.1} s {:>6} KiB {answers:>9}", time.as_secs_f64(), most(part) / 1024);
    }
}

#[test]
fn a_server_at_full_load_needs_no_more_memory_the_longer_it_runs() {
    let seconds = env::var("MULTITASK_FLAT_SECONDS").map_or(SHORT, |seconds| seconds.parse().unwrap());
    let server = Server::start();
    let (manager, met) = (TaskManager::new(), Met::default());
    let clients = load(&manager, server.addresses, &met);
    let samples = manager.block_on(watch(server.child.id(), Duration::from_secs(seconds), met.clone()));
    clients.cancel_all();
    manager.run().unwrap();
    let served = server.stop();
    print(&samples);
    println!("{served} served, {} connections, {} lost", met.connections.get(), met.losses.get());
    assert!(served >= met.answers.get(), "there are more answers than the server has given");
    // In the first quarter pools and buffers grow to what they need.
    let (first_half, rest) = samples[samples.len() / 4..].split_at(samples.len() / 4);
    let (before, after) = (most(first_half), most(&rest[rest.len() / 2..]));
    assert!(after <= before + before / 20, "it grew from {before} to {after} bytes");
}
