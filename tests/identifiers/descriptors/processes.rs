//! K-35, D-K11: the end of a process. Signals of the system, which neither of the originals has.

use std::{
    io,
    process::{Command, ExitStatus, Stdio},
    time::Duration,
};

use multitask::{
    TaskManager,
    process::{Process, spawn},
    signal::unix::{Signal, SignalKind, signal},
    task, yield_,
};
use rustix::process::{getpid, kill_process};

use super::{LONG, assert_idle, look};
use crate::support::Log;

fn shell(script: &str) -> Command {
    let mut command = Command::new("sh");
    command.arg("-c").arg(script);
    command
}

#[task]
fn end_of(process: Process) -> io::Result<ExitStatus> {
    yield_!(process.wait())
}

#[test]
fn k35_a_process_and_its_status() {
    let manager = TaskManager::new();
    let child = spawn(shell("read line; exit 7").stdin(Stdio::piped())).unwrap();
    let waiting = manager.add(end_of(child.process().clone()));
    look(&manager);
    assert!(!waiting.is_finished() && manager.has_io_waits());
    assert!(child.process().try_wait().unwrap().is_none());
    // The end of its input ends it.
    let process = child.process().clone();
    drop(child);
    assert_eq!(manager.block_on(waiting).unwrap().unwrap().code(), Some(7));
    assert_eq!(process.try_wait().unwrap().unwrap().code(), Some(7));
    assert_idle(&manager);
}

#[test]
fn k35_reading_what_a_process_prints() {
    #[task]
    fn lines(mut command: Command) -> io::Result<(Vec<String>, ExitStatus)> {
        let mut child = spawn(command.stdout(Stdio::piped()))?;
        let output = child.stdout.take().expect("it is piped");
        let mut lines = Vec::new();
        let mut line = Vec::new();
        while yield_!(output.read_line(&mut line))? > 0 {
            lines.push(String::from_utf8_lossy(&std::mem::take(&mut line)).trim_end().to_owned());
        }
        Ok((lines, yield_!(child.wait())?))
    }
    let (lines, status) = multitask::block_on(lines(shell("for n in 1 2 3; do echo line $n; done"))).unwrap();
    assert_eq!(lines, ["line 1", "line 2", "line 3"]);
    assert!(status.success());
}

/// In the original a second wait hangs for ever, and so does the second of two that share one.
#[test]
fn d_k11_a_process_may_be_waited_for_by_many_and_again() {
    #[task]
    fn twice(process: Process) -> io::Result<[Option<i32>; 2]> {
        let first = yield_!(process.wait())?.code();
        Ok([first, yield_!(process.wait())?.code()])
    }
    let manager = TaskManager::new();
    let child = spawn(shell("read line; exit 3").stdin(Stdio::piped())).unwrap();
    let waiting: Vec<_> = (0..3).map(|_| manager.add(twice(child.process().clone()))).collect();
    look(&manager);
    drop(child);
    for task in waiting {
        assert_eq!(manager.block_on(task).unwrap().unwrap(), [Some(3); 2]);
    }
    assert_idle(&manager);
}

#[test]
fn d_k11_giving_up_a_wait_leaves_the_process_alone() {
    #[task]
    fn impatient(process: Process) -> bool {
        yield_!(process.wait().timeout(Duration::from_millis(5))).is_err()
    }
    let manager = TaskManager::new();
    let child = spawn(shell("read line; exit 4").stdin(Stdio::piped())).unwrap();
    let process = child.process().clone();
    assert!(manager.block_on(impatient(process.clone())));
    assert_idle(&manager);
    drop(child);
    assert_eq!(manager.block_on(end_of(process)).unwrap().code(), Some(4));
}

#[test]
fn k35_killing_a_process() {
    use std::os::unix::process::ExitStatusExt;
    let manager = TaskManager::new();
    let child = spawn(&mut shell("while :; do sleep 1; done")).unwrap();
    child.kill().unwrap();
    assert_eq!(manager.block_on(end_of(child.process().clone())).unwrap().signal(), Some(9));
    // There is nobody left to kill, and nobody else is.
    child.kill().unwrap();
    child.process().signal(SignalKind::TERMINATE).unwrap();
}

#[task]
fn count(sub: Signal, n: usize, log: Log<SignalKind>) -> io::Result<()> {
    for _ in 0..n {
        yield_!(sub.wait().timeout(LONG))??;
        log.push(sub.kind());
    }
    Ok(())
}

/// The kinds are no other test's, since all of them are in one process.
#[test]
fn signals_of_the_system_reach_each_subscription() {
    let manager = TaskManager::new();
    let log = Log::new();
    let tasks: Vec<_> =
        (0..2).map(|_| manager.add(count(signal(SignalKind::USER_2).unwrap(), 2, log.clone()))).collect();
    let usr2 = rustix::process::Signal::USR2;
    // The first comes before anybody waits.
    kill_process(getpid(), usr2).unwrap();
    while log.len() < 2 {
        manager.run_next(Some(Duration::from_millis(5))).unwrap();
    }
    assert!(tasks.iter().all(|task| !task.is_finished()));
    kill_process(getpid(), usr2).unwrap();
    manager.run().unwrap();
    for task in tasks {
        manager.block_on(task).unwrap().unwrap();
    }
    assert_eq!(log.take(), [SignalKind::USER_2; 4]);
    assert_idle(&manager);
}

#[test]
fn a_signal_of_the_system_that_cannot_be_handled_is_refused() {
    for kind in [9, 11, 0, -1] {
        let error = signal(SignalKind::from_number(kind)).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
    }
    assert_eq!(format!("{:?}", SignalKind::TERMINATE), "SIGTERM");
}
