//! `Basic`: tasks, children, sleeping, merging, failures.

use std::{
    io,
    net::TcpListener as Listener,
    rc::Rc,
    thread,
    time::{Duration, Instant},
};

use multitask::{FailurePolicy, TaskManager, net::TcpStream, sleep, task, yield_};

use crate::support::{Log, Noted};

fn millis(n: u64) -> Duration {
    Duration::from_millis(n)
}

#[test]
fn test_simple_yield() {
    #[task]
    fn number(n: u32, results: Log<u32>) {
        for _ in 0..3 {
            results.push(n);
            yield_!();
        }
    }
    let manager = TaskManager::new();
    let results = Log::new();
    for n in 1..=3 {
        manager.add(number(n, results.clone()));
    }
    manager.run().unwrap();
    assert_eq!(results.take(), [1, 2, 3, 1, 2, 3, 1, 2, 3]);
}

/// A sleep that is not longer than no time is none: there are no negative durations, and zero is over at once.
#[test]
fn test_sleep() {
    #[task]
    fn sleeper(results: Log<&'static str>) {
        yield_!(sleep(Duration::ZERO));
        results.push("not slept");
        yield_!(sleep(millis(100)));
        results.push("slept");
    }
    #[task]
    fn other(results: Log<&'static str>) {
        yield_!();
        results.push("other");
    }
    let manager = TaskManager::new();
    let results = Log::new();
    let start = Instant::now();
    manager.add(sleeper(results.clone()));
    manager.add(other(results.clone()));
    manager.run().unwrap();
    assert_eq!(results.take(), ["not slept", "other", "slept"]);
    assert!(start.elapsed() >= millis(100));
}

#[test]
fn test_child_task() {
    #[task]
    fn nothing() {
        yield_!();
    }
    #[task]
    fn one() -> f64 {
        yield_!();
        1.0
    }
    #[task]
    fn three() -> (u32, u32, u32) {
        yield_!();
        (1, 2, 3)
    }
    #[task]
    fn error() -> Result<(), &'static str> {
        yield_!();
        Err("foo")
    }
    #[task]
    fn parent() -> &'static str {
        yield_!(nothing());
        assert_eq!(yield_!(one()), 1.0);
        assert_eq!(yield_!(three()), (1, 2, 3));
        yield_!(error()).unwrap_err()
    }
    assert_eq!(TaskManager::new().block_on(parent()), "foo");
}

/// What is no task does not compile: `manager.add(3)`. What is left to test is a task that was never one's business to run.
#[test]
fn test_bad_task() {
    #[task]
    fn guarded(guard: Noted<&'static str>) {
        let _guard = guard;
        yield_!();
    }
    let manager = TaskManager::new();
    let log = Log::new();
    drop(guarded(Noted("dropped", log.clone())));
    assert_eq!(log.take(), ["dropped"]);
    assert!(!manager.has_runnable());
}

/// A connected pair.
fn pair() -> (TcpStream, std::net::TcpStream) {
    #[task]
    fn connect(address: std::net::SocketAddr) -> io::Result<TcpStream> {
        yield_!(TcpStream::connect(address))
    }
    let listener = Listener::bind("127.0.0.1:0").unwrap();
    let ours = TaskManager::new().block_on(connect(listener.local_addr().unwrap())).unwrap();
    (ours, listener.accept().unwrap().0)
}

#[test]
fn test_cleanup() {
    #[task]
    fn reader(sock: Rc<TcpStream>) {
        let mut buf = [0];
        let _ = yield_!(sock.read(&mut buf));
    }
    let (sock, _peer) = pair();
    let sock = Rc::new(sock);
    let manager = TaskManager::new();
    let handle = manager.add(reader(sock.clone()));
    manager.run_next(Some(Duration::ZERO)).unwrap();
    assert!(manager.has_io_waits());
    drop(manager);
    // The task went with the manager, and its wait; so another manager may wait for the socket.
    assert!(handle.is_finished());
    assert_eq!(Rc::strong_count(&sock), 1);
    let other = TaskManager::new();
    other.add(reader(sock));
    other.run_next(Some(Duration::ZERO)).unwrap();
    assert!(other.has_io_waits());
}

/// What is no manager does not compile. Two that cannot be merged are told apart.
#[test]
fn test_bad_merge() {
    let error = TaskManager::new().merge(&TaskManager::with_virtual_clock()).unwrap_err();
    assert_eq!(error, multitask::MergeError::Clocks);
}

#[test]
fn test_merge() {
    #[task]
    fn runnable(name: &'static str, results: Log<&'static str>) {
        yield_!();
        results.push(name);
    }
    #[task]
    fn sleeper(wait: Duration, name: &'static str, results: Log<&'static str>) {
        yield_!(sleep(wait));
        results.push(name);
    }
    /// A silent socket, which is given up.
    #[task]
    fn silent(sock: TcpStream, limit: Duration, name: &'static str, results: Log<&'static str>) {
        let mut buf = [0];
        assert!(yield_!(sock.read(&mut buf).timeout(limit)).is_err());
        results.push(name);
    }
    let (first, second) = (TaskManager::new(), TaskManager::new());
    let results = Log::new();
    let mut peers = Vec::new();
    let names = [(&first, "task1", "fd1", 10, "timeout1", 200), (&second, "task2", "fd2", 20, "timeout2", 100)];
    for (manager, task, fd, limit, timeout, wait) in names {
        let (ours, theirs) = pair();
        peers.push(theirs);
        manager.add(runnable(task, results.clone()));
        manager.add(sleeper(millis(wait), timeout, results.clone()));
        manager.add(silent(ours, millis(limit), fd, results.clone()));
        manager.run_next(Some(Duration::ZERO)).unwrap();
    }
    assert_eq!(results.len(), 0);
    first.merge(&second).unwrap();
    second.run().unwrap();
    assert_eq!(results.take(), ["task1", "task2", "fd1", "fd2", "timeout2", "timeout1"]);
}

#[test]
fn test_unhandled_exception() {
    #[task]
    fn fails() -> Result<(), &'static str> {
        yield_!();
        Err("foo")
    }
    let manager = TaskManager::new();
    manager.set_failure_policy(FailurePolicy::Stop);
    manager.add(fails());
    let error = manager.run().unwrap_err();
    assert!(error.to_string().ends_with("failed: foo"), "{error}");
}

/// The self-test of 0.2.0: three managers that are merged, and run at once.
#[test]
fn test_self_test_of_0_2_0() {
    #[task]
    fn printer(name: &'static str, results: Log<String>) {
        for n in 0..3 {
            results.push(format!("{name}{n}"));
            yield_!();
        }
    }
    #[task]
    fn child(n: u32) -> Result<(u32, u32, u32), &'static str> {
        yield_!();
        if n > 0 { Ok((n, n + 1, n + 2)) } else { Err("foo") }
    }
    #[task]
    fn parent(results: Log<String>) {
        results.push(format!("{:?}", yield_!(child(1))));
        results.push(format!("{:?}", yield_!(child(0))));
        yield_!(sleep(millis(20)));
        results.push("slept".to_owned());
    }
    let managers = [TaskManager::new(), TaskManager::new(), TaskManager::new()];
    let results = Log::new();
    for (manager, name) in managers.iter().zip(["a", "b", "c"]) {
        manager.add(printer(name, results.clone()));
    }
    managers[1].add(parent(results.clone()));
    managers[1].merge(&managers[2]).unwrap();
    managers[0].merge(&managers[1]).unwrap();
    let stopper = managers[2].remote();
    thread::spawn(move || stopper.wake()).join().unwrap().unwrap();
    managers[2].run().unwrap();
    let expected = "a0 b0 c0 a1 b1 Ok((1, 2, 3)) c1 a2 b2 Err(\"foo\") c2 slept";
    assert_eq!(results.take().join(" "), expected);
    for manager in managers {
        assert!(!manager.has_runnable() && !manager.has_timeouts() && !manager.has_io_waits());
    }
}
