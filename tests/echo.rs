//! The acceptance test of the echo server, with clients that share no code with it.
//!
//! `MULTITASK_ECHO_LOAD=full cargo test --release --test echo a_thousand` draws the lengths of the messages evenly from
//! 1 byte to 64 KiB, which makes several gigabytes; by default there are as many messages, but most of them are short.

mod support;

use std::{
    env,
    io::{self, Read, Write},
    net::{Shutdown, SocketAddr, TcpStream as Peer},
    process::Command,
    sync::{
        Arc, Barrier,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use multitask::{
    TaskManager,
    net::{TcpListener, TcpStream},
    sleep, task, yield_,
};
use support::process::{PATIENCE, Server, end_of};

const LONGEST: usize = 64 * 1024;

// The seed program, and a clock beside it.

#[task]
fn listener(sock: TcpListener) -> io::Result<()> {
    loop {
        let (conn, _address) = yield_!(sock.accept())?;
        multitask::add(client_handler(conn));
    }
}

#[task]
fn client_handler(mut sock: TcpStream) -> io::Result<()> {
    let mut buf = [0; 4096];
    loop {
        let n = yield_!(sock.read(&mut buf))?;
        if n == 0 {
            return Ok(());
        }
        yield_!(sock.write_all(&buf[..n]))?;
    }
}

const TICK: Duration = Duration::from_millis(10);

/// When a task ran that sleeps for ten milliseconds at a time.
#[derive(Debug, Default)]
struct Ticks {
    count: u32,
    latest: Duration,
    time: Duration,
}

#[task]
fn tick(stop: Arc<AtomicBool>) -> Ticks {
    let mut ticks = Ticks::default();
    let start = Instant::now();
    while !stop.load(Ordering::Relaxed) {
        let due = Instant::now() + TICK;
        yield_!(sleep(TICK));
        ticks.count += 1;
        ticks.latest = ticks.latest.max(due.elapsed());
    }
    ticks.time = start.elapsed();
    ticks
}

/// Runs `load` against a server on a thread of its own, and evaluates to how its clock went meanwhile.
fn ticks_during(load: impl FnOnce(SocketAddr)) -> Ticks {
    let (send_address, address) = std::sync::mpsc::channel();
    let stop = Arc::new(AtomicBool::new(false));
    let stopped = stop.clone();
    let server = thread::spawn(move || {
        let manager = TaskManager::new();
        let sock = TcpListener::bind("127.0.0.1:0").unwrap();
        send_address.send(sock.local_addr().unwrap()).unwrap();
        let listening = manager.add(listener(sock));
        let ticks = manager.block_on(tick(stopped));
        assert!(!listening.is_finished(), "the listener has given up");
        ticks
    });
    load(address.recv().unwrap());
    stop.store(true, Ordering::Relaxed);
    server.join().unwrap()
}

/// That a clock has gone on. The bounds are wide: a machine may be busy with other things.
fn assert_went_on(ticks: &Ticks) {
    println!("{ticks:?}");
    assert!(ticks.latest < Duration::from_secs(2), "the clock stood still: {ticks:?}");
    let expected = ticks.time.as_millis() / TICK.as_millis();
    assert!(u128::from(ticks.count) >= expected / 50, "the clock hardly went: {ticks:?}");
}

/// Pseudo-random numbers (xorshift64*).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// A number below `bound`.
    fn below(&mut self, bound: usize) -> usize {
        (self.next() >> 16) as usize % bound
    }

    /// The length of a message: both ends of the range first, then evenly distributed logarithms.
    fn length(&mut self, number: usize, full: bool) -> usize {
        match number {
            _ if full => 1 + self.below(LONGEST),
            0 => 1,
            1 => LONGEST,
            _ => {
                let magnitude = 1 << self.below(15);
                magnitude + self.below(magnitude)
            }
        }
    }
}

fn connect(address: SocketAddr) -> Peer {
    let peer = Peer::connect(address).unwrap();
    peer.set_read_timeout(Some(PATIENCE)).unwrap();
    peer.set_write_timeout(Some(PATIENCE)).unwrap();
    peer
}

/// Sends `message` and awaits its echo.
fn assert_echoes(mut peer: &Peer, message: &[u8]) {
    peer.write_all(message).unwrap();
    let mut answer = vec![0; message.len()];
    peer.read_exact(&mut answer).unwrap();
    assert!(answer == message, "{} bytes came back changed", message.len());
}

/// A client that sends its messages in pieces, one after the other, and compares what comes back.
fn talk(mut peer: &Peer, pool: &[u8], seed: u64, messages: usize, full: bool) {
    let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    for number in 0..messages {
        let length = random.length(number, full);
        let start = random.below(pool.len() - length);
        let message = &pool[start..start + length];
        let mut rest = message;
        for _ in 0..random.below(4) {
            let (piece, later) = rest.split_at(random.below(rest.len() + 1));
            peer.write_all(piece).unwrap();
            rest = later;
        }
        peer.write_all(rest).unwrap();
        let mut answer = vec![0; length];
        peer.read_exact(&mut answer).unwrap();
        assert!(answer == message, "message {number} of {length} bytes came back changed");
    }
    peer.shutdown(Shutdown::Write).unwrap();
    assert_eq!(peer.read(&mut [0]).unwrap(), 0, "something came that was not sent");
}

/// So many clients at once, each on a thread of its own.
fn load(address: SocketAddr, connections: usize, messages: usize, full: bool) {
    let mut random = Random(20_070_611);
    let pool: Arc<[u8]> = (0..4 * 1024 * 1024).map(|_| (random.next() >> 32) as u8).collect();
    let all_connected = Arc::new(Barrier::new(connections));
    let clients: Vec<_> = (0..connections)
        .map(|number| {
            let (pool, all_connected) = (pool.clone(), all_connected.clone());
            let client = move || {
                let peer = connect(address);
                all_connected.wait();
                talk(&peer, &pool, number as u64 + 1, messages, full);
            };
            thread::Builder::new().stack_size(128 * 1024).spawn(client).unwrap()
        })
        .collect();
    for client in clients {
        client.join().unwrap();
    }
}

/// Room for the sockets of the server and, should they be in this process, of the clients.
#[cfg(unix)]
fn allow_descriptors(wanted: u64) {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let possible = maximum.map_or(wanted, |maximum| wanted.min(maximum));
    if current.is_some_and(|current| current < possible) {
        setrlimit(Resource::Nofile, Rlimit { current: Some(possible), maximum }).unwrap();
    }
}

#[cfg(not(unix))]
fn allow_descriptors(_: u64) {}

/// The load by a client in another language; false if there is no interpreter for it.
fn load_by_python(address: SocketAddr, connections: usize, messages: usize, full: bool) -> bool {
    if !Command::new("python3").arg("--version").output().is_ok_and(|output| output.status.success()) {
        return false;
    }
    let mut client = Command::new("python3");
    client.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/echo_load.py"));
    client.args([address.ip().to_string(), address.port().to_string()]);
    client.args(["--connections".to_owned(), connections.to_string()]);
    client.args(["--messages".to_owned(), messages.to_string()]);
    if full {
        client.arg("--full");
    }
    let output = client.output().unwrap();
    let [summary, errors] = [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text));
    println!("{}", summary.trim_end());
    assert!(output.status.success(), "{summary}{errors}");
    // It says what it has done: a client that did nothing would succeed, too.
    assert!(summary.contains(&format!("{connections} connections")) && summary.contains("0 failed"), "{summary}");
    true
}

#[test]
fn a_hundred_connections_of_threads() {
    let ticks = ticks_during(|address| load(address, 100, 20, false));
    assert_went_on(&ticks);
}

#[test]
fn a_thousand_connections_of_a_client_that_is_not_ours() {
    let (connections, messages) = (1000, 100);
    let full = env::var("MULTITASK_ECHO_LOAD").is_ok_and(|load| load == "full");
    allow_descriptors(4096);
    let ticks = ticks_during(|address| {
        if !load_by_python(address, connections, messages, full) {
            println!("there is no python3: the clients are threads of this test");
            load(address, connections, messages, full);
        }
    });
    assert_went_on(&ticks);
}

#[test]
fn a_peer_that_resets_its_connection_costs_its_own_task_only() {
    let mut server = Server::start();
    let (before, resetting) = (connect(server.address), connect(server.address));
    assert_echoes(&before, b"before");
    assert_echoes(&resetting, b"soon gone");
    // To linger for no time at all is to reset.
    socket2::SockRef::from(&resetting).set_linger(Some(Duration::ZERO)).unwrap();
    drop(resetting);
    let report = server.report();
    assert!(report.starts_with("lost a client: Connection reset"), "{report}");
    assert_echoes(&before, b"still there");
    assert_echoes(&connect(server.address), b"new");
    assert!(server.is_running());
    assert!(server.reports.try_recv().is_err(), "more than one client was lost");
}

#[test]
fn a_peer_that_stops_sending_still_gets_its_bytes_back() {
    let server = Server::start();
    let mut peer = connect(server.address);
    let message: Vec<u8> = (0..20_000_u32).map(|n| n as u8).collect();
    peer.write_all(&message).unwrap();
    peer.shutdown(Shutdown::Write).unwrap();
    let mut answer = Vec::new();
    // To the end: the server closes the connection when it has seen the end of ours.
    peer.read_to_end(&mut answer).unwrap();
    assert!(answer == message, "{} of {} bytes came back", answer.len(), message.len());
    assert!(server.reports.try_recv().is_err(), "the server has lost a client");
}

#[test]
fn a_peer_that_does_not_read_holds_up_nobody_else() {
    let server = Server::start();
    let lazy = connect(server.address);
    // Until its own buffers, those of the server and the server's task are all full.
    lazy.set_write_timeout(Some(Duration::from_millis(300))).unwrap();
    let mut sent = 0;
    loop {
        let piece: Vec<u8> = (sent..sent + 4096).map(|n| (n / 7) as u8).collect();
        match (&lazy).write(&piece) {
            Ok(n) => sent += n,
            Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => break,
            Err(error) => panic!("{error}"),
        }
    }
    assert_echoes(&connect(server.address), b"somebody else");
    // Nothing of it was lost.
    let reading = lazy.try_clone().unwrap();
    let reader = thread::spawn(move || {
        let mut answer = Vec::new();
        (&reading).read_to_end(&mut answer).map(|_| answer)
    });
    lazy.shutdown(Shutdown::Write).unwrap();
    let answer = reader.join().unwrap().unwrap();
    assert_eq!(answer.len(), sent);
    assert!(answer.iter().enumerate().all(|(n, byte)| *byte == (n / 7) as u8), "it came back changed");
}

#[cfg(unix)]
#[test]
fn a_server_without_descriptors_left_says_so_and_goes_on_when_there_are() {
    const DESCRIPTORS: u32 = 40;
    let mut server = Server::start_with_descriptors(DESCRIPTORS);
    let mut peers: Vec<Peer> = (0..2 * DESCRIPTORS).map(|_| connect(server.address)).collect();
    let report = server.report();
    assert!(report.starts_with("cannot accept a connection: Too many open files"), "{report}");
    // Connections are accepted in the order in which they were made; a few descriptors are the server's own.
    let waiting = peers.split_off(DESCRIPTORS as usize);
    for peer in &peers[..20] {
        assert_echoes(peer, b"in time");
    }
    drop(peers);
    // The rest does not fit at once either: each is closed when it has been served.
    for peer in waiting {
        assert_echoes(&peer, b"after a while");
    }
    assert!(server.is_running());
}

#[test]
fn the_server_of_the_example_ends_only_by_a_signal() {
    let mut server = Server::start();
    drop(connect(server.address));
    assert_echoes(&connect(server.address), b"hello");
    assert!(server.is_running());
    // An address that is taken is said to be.
    let mut second = Command::new(support::process::example("echo_server"));
    let mut second = second.arg(server.address.to_string()).stderr(std::process::Stdio::null()).spawn().unwrap();
    assert!(!end_of(&mut second).success());
}
