//! M-5, M-6, M-34, M-35, M-37, M-38, K-31: waiting until a descriptor is ready.

use std::{
    fs::File,
    io::{self, PipeReader, Read, Write},
    os::fd::{AsFd, OwnedFd},
    task::Poll,
    thread,
    time::Duration,
};

use multitask::{
    Context, Task, TaskManager,
    io::{Interest, Readiness, ready},
    net::{TcpStream, UnixStream},
    readable, task, writable, yield_,
};

use super::{LONG, SHORT, assert_idle, done, look, tcp_pair, unix_pair};
use crate::support::Log;

#[task]
fn wait<Fd: AsFd>(fd: Fd, interest: Interest) -> io::Result<Readiness> {
    yield_!(ready(&fd, interest))
}

#[test]
fn m05_readable_and_writable() {
    #[task]
    fn read(mut pipe: PipeReader, log: Log<&'static str>) -> io::Result<()> {
        yield_!(readable(&pipe))?;
        log.push("readable");
        pipe.read_exact(&mut [0])
    }
    #[task]
    fn write(mut pipe: io::PipeWriter, log: Log<&'static str>) -> io::Result<()> {
        yield_!(writable(&pipe))?;
        log.push("writable");
        pipe.write_all(b"x")
    }
    let (reader, writer) = io::pipe().unwrap();
    let manager = TaskManager::new();
    let log = Log::new();
    let reading = manager.add(read(reader, log.clone()));
    let writing = manager.add(write(writer, log.clone()));
    manager.run().unwrap();
    manager.block_on(reading).unwrap().unwrap();
    manager.block_on(writing).unwrap().unwrap();
    assert_eq!(log.take(), ["writable", "readable"]);
}

#[test]
fn m05_a_regular_file_is_always_ready() {
    let manager = TaskManager::new();
    for interest in [Interest::READABLE, Interest::WRITABLE] {
        let file = File::open(env!("CARGO_MANIFEST_PATH")).unwrap();
        manager.block_on(wait(file, interest)).unwrap();
        assert_idle(&manager);
    }
}

#[test]
fn m06_any_of_the_chosen_kinds_and_which_one_it_was() {
    let manager = TaskManager::new();
    let (ours, theirs) = unix_pair();
    let found = manager.block_on(wait(ours.clone(), Interest::READABLE | Interest::WRITABLE)).unwrap();
    assert!(found.is_writable() && !found.is_readable() && !found.is_hang_up());
    done(&manager, theirs.send(b"x".to_vec())).unwrap();
    let found = manager.block_on(wait(ours, Interest::READABLE | Interest::WRITABLE)).unwrap();
    assert!(found.is_writable() && found.is_readable());
    assert_eq!(format!("{found:?}"), "READABLE | WRITABLE");
}

/// Urgent data of TCP, the "exceptional condition" of the original.
#[cfg(target_os = "linux")]
#[test]
fn m06_data_out_of_band() {
    let manager = TaskManager::new();
    let (ours, theirs) = tcp_pair();
    let waiting = manager.add(wait(ours.clone(), Interest::PRIORITY));
    look(&manager);
    assert!(manager.has_io_waits());
    // Ordinary data are not it.
    done(&manager, theirs.send(b"x".to_vec())).unwrap();
    look(&manager);
    assert!(!waiting.is_finished());
    socket2::SockRef::from(&theirs).send_out_of_band(b"!").unwrap();
    manager.run().unwrap();
    let found = manager.block_on(waiting).unwrap().unwrap();
    assert!(found.is_priority() && !found.is_readable());
}

#[test]
fn m06_the_descriptor_is_asked_for_when_the_operation_is_made() {
    struct NoDescriptor;
    impl AsFd for NoDescriptor {
        fn as_fd(&self) -> std::os::fd::BorrowedFd<'_> {
            panic!("there is none")
        }
    }
    #[task]
    fn ask() -> bool {
        let asked = std::panic::catch_unwind(|| drop(readable(&NoDescriptor)));
        yield_!();
        asked.is_err()
    }
    assert!(multitask::block_on(ask()));
}

#[test]
fn m34_what_is_ready_beats_the_time_that_is_over() {
    #[task]
    fn reader(sock: UnixStream) -> bool {
        let first = yield_!(sock.recv(10).timeout(2 * SHORT));
        first.is_ok_and(|bytes| bytes.unwrap() == b"in time")
    }
    #[task]
    fn busy(sock: UnixStream) {
        yield_!();
        // When the manager looks next, there are data, and the time is over.
        yield_!(sock.write_all(b"in time")).unwrap();
        thread::sleep(4 * SHORT);
    }
    let manager = TaskManager::new();
    let (ours, theirs) = unix_pair();
    let won = manager.add(reader(ours));
    manager.add(busy(theirs));
    assert!(manager.block_on(won).unwrap());
}

#[test]
fn m35_what_is_done_leaves_neither_timer_nor_registration() {
    #[task]
    fn read(sock: UnixStream, limit: Duration) -> Option<Vec<u8>> {
        yield_!(sock.recv(10).timeout(limit)).ok().map(Result::unwrap)
    }
    #[task]
    fn wait_until_readable(sock: UnixStream, limit: Duration) -> bool {
        yield_!(readable(&sock).timeout(limit)).is_ok()
    }
    let manager = TaskManager::new();
    let (ours, theirs) = unix_pair();
    // Nothing comes in time.
    assert_eq!(manager.block_on(read(ours.clone(), SHORT)), None);
    assert_idle(&manager);
    assert!(!manager.block_on(wait_until_readable(ours.clone(), SHORT)));
    assert_idle(&manager);
    // Something does.
    let waiting = manager.add(wait_until_readable(ours.clone(), LONG));
    look(&manager);
    assert!(manager.has_io_waits() && manager.has_timeouts());
    done(&manager, theirs.send(b"x".to_vec())).unwrap();
    assert!(manager.block_on(waiting).unwrap());
    assert_idle(&manager);
    assert_eq!(manager.block_on(read(ours, LONG)), Some(b"x".to_vec()));
    assert_idle(&manager);
}

#[test]
fn m37_all_who_wait_for_a_descriptor_are_woken() {
    let manager = TaskManager::new();
    let (ours, theirs) = unix_pair();
    let waiting: Vec<_> = (0..3).map(|_| manager.add(wait(ours.clone(), Interest::READABLE))).collect();
    look(&manager);
    assert!(waiting.iter().all(|task| !task.is_finished()));
    done(&manager, theirs.send(b"x".to_vec())).unwrap();
    manager.run().unwrap();
    assert!(waiting.iter().all(|task| task.is_finished()));
}

#[test]
fn m37_one_who_reads_and_one_who_writes_are_independent() {
    #[task]
    fn write_much(sock: TcpStream) -> io::Result<()> {
        yield_!(sock.write_all(&vec![7; 8 << 20]))
    }
    #[task]
    fn read(sock: TcpStream) -> io::Result<Vec<u8>> {
        yield_!(sock.recv(10))
    }
    #[task]
    fn drain(sock: TcpStream, mut left: usize) -> io::Result<()> {
        let mut buf = vec![0; 1 << 16];
        while left > 0 {
            left -= yield_!(sock.read(&mut buf))?;
        }
        Ok(())
    }
    let manager = TaskManager::new();
    let (ours, theirs) = tcp_pair();
    let writer = manager.add(write_much(ours.clone()));
    let reader = manager.add(read(ours));
    look(&manager);
    assert!(!reader.is_finished() && !writer.is_finished());
    done(&manager, theirs.send(b"hello".to_vec())).unwrap();
    assert_eq!(manager.block_on(reader).unwrap().unwrap(), b"hello");
    assert!(!writer.is_finished(), "nobody has read yet");
    manager.block_on(drain(theirs, 8 << 20)).unwrap();
    manager.block_on(writer).unwrap().unwrap();
}

/// A descriptor that stands for a place in the file system, which is none to read or to wait for. No other kind of bad
/// one can be had without unchecked code.
#[cfg(target_os = "linux")]
pub(super) fn bad_descriptor() -> OwnedFd {
    use rustix::fs::{Mode, OFlags, open};
    open("/", OFlags::PATH | OFlags::CLOEXEC, Mode::empty()).unwrap()
}

#[cfg(target_os = "linux")]
#[test]
fn m38_a_bad_descriptor_is_an_error_of_its_task_alone() {
    let manager = TaskManager::new();
    let (ours, theirs) = unix_pair();
    let good = manager.add(wait(ours, Interest::READABLE));
    let bad = manager.add(wait(bad_descriptor(), Interest::READABLE));
    look(&manager);
    let error = manager.block_on(bad).unwrap().unwrap_err();
    assert_eq!(error.raw_os_error(), Some(rustix::io::Errno::BADF.raw_os_error()));
    assert!(!good.is_finished());
    done(&manager, theirs.send(b"x".to_vec())).unwrap();
    assert!(manager.block_on(good).unwrap().unwrap().is_readable());
    assert_idle(&manager);
}

#[test]
fn k31_the_condition_that_occurred_and_again() {
    #[task]
    fn watch(sock: UnixStream, log: Log<Readiness>) -> io::Result<()> {
        loop {
            let found = yield_!(ready(&sock, Interest::READABLE))?;
            log.push(found);
            if found.is_hang_up() {
                return Ok(());
            }
            // What is not read is found again: it is the state that counts, and not its change.
            log.push(yield_!(ready(&sock, Interest::READABLE))?);
            yield_!(sock.recv(100))?;
        }
    }
    let manager = TaskManager::new();
    let (ours, theirs) = unix_pair();
    let log = Log::new();
    let watching = manager.add(watch(ours, log.clone()));
    for _ in 0..2 {
        look(&manager);
        done(&manager, theirs.send(b"x".to_vec())).unwrap();
    }
    drop(theirs);
    manager.run().unwrap();
    assert!(watching.is_finished());
    let found = log.take();
    assert!(found.iter().all(|found| found.is_readable()), "{found:?}");
    assert!(found.len() >= 3 && found.last().unwrap().is_hang_up(), "{found:?}");
}

#[test]
fn m15_a_timeout_says_what_was_waited_for() {
    #[task]
    fn wait(sock: UnixStream) -> [&'static str; 3] {
        let limit = Duration::from_millis(1);
        let read = yield_!(sock.recv(1).timeout(limit)).unwrap_err();
        let line = yield_!(sock.read_line(&mut Vec::new()).timeout(limit)).unwrap_err();
        let ready = yield_!(readable(&sock).timeout(limit)).unwrap_err();
        [read.what(), line.what(), ready.what()]
    }
    let (ours, _theirs) = unix_pair();
    assert_eq!(multitask::block_on(wait(ours)), ["recv", "read_line", "ready"]);
}

#[test]
fn m39_where_a_task_waits_for_a_descriptor() {
    use multitask::State;
    use std::os::fd::AsRawFd;
    let (ours, _theirs) = unix_pair();
    let number = ours.as_raw_fd();
    let mut task = wait(ours, Interest::READABLE | Interest::PRIORITY);
    assert!(multitask::block_on(Begin(&mut task)));
    let state = State::of(&mut task).to_string();
    assert!(state.contains(&format!("descriptor {number}: READABLE | PRIORITY")), "{state}");
}

/// Resumes a task once: says whether it waits.
struct Begin<'a, T>(&'a mut T);

impl<T: Task> Task for Begin<'_, T> {
    type Output = bool;

    fn resume(&mut self, cx: &mut Context<'_>) -> Poll<bool> {
        Poll::Ready(self.0.resume(cx).is_pending())
    }
}
