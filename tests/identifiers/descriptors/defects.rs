//! Defects of the originals: D-M1, D-M2, D-M9, D-M13 to D-M15, D-M20, D-K10.

use std::{
    io::{self, ErrorKind, PipeReader, PipeWriter, Write},
    net::SocketAddr,
    os::fd::{AsFd, AsRawFd, OwnedFd},
    time::Duration,
};

use multitask::{
    TaskHandle, TaskManager,
    io::{Interest, Readiness, ready},
    net::{TcpListener, TcpStream, UnixStream},
    read, readable, task, writable, write_all, yield_,
};
use rustix::{
    fs::{OFlags, fcntl_getfl},
    io::fcntl_dupfd_cloexec,
    process::{Resource, getrlimit, setrlimit},
};

use super::{assert_idle, counted, done, listener, look, unix_pair};
use crate::support::{Log, thread_time};

#[task]
fn wait_until_readable<Fd: AsFd>(fd: Fd) -> io::Result<Readiness> {
    yield_!(readable(&fd))
}

#[test]
fn d_m1_descriptors_of_any_number() {
    const HIGH: i32 = 1500;
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    setrlimit(Resource::Nofile, limit).unwrap();
    let manager = TaskManager::new();
    let (ours, mut theirs) = std::os::unix::net::UnixStream::pair().unwrap();
    let high: OwnedFd = fcntl_dupfd_cloexec(&ours, HIGH).unwrap();
    assert!(high.as_raw_fd() >= HIGH);
    let waiting = manager.add(wait_until_readable(high));
    look(&manager);
    assert!(!waiting.is_finished());
    theirs.write_all(b"x").unwrap();
    assert!(manager.block_on(waiting).unwrap().unwrap().is_readable());
}

#[task]
fn receive(sock: UnixStream) -> io::Result<Vec<u8>> {
    yield_!(sock.recv(1))
}

#[task]
fn play(one: UnixStream, other: UnixStream, rounds: usize) -> io::Result<()> {
    for _ in 0..rounds {
        yield_!(one.send(b"x"))?;
        yield_!(other.recv(1))?;
        yield_!();
    }
    Ok(())
}

/// How long a message takes among so many connections on which nothing happens.
fn time_among(idle: usize) -> Duration {
    const ROUNDS: usize = 500;
    let manager = TaskManager::new();
    let (pairs, tasks): (Vec<_>, Vec<_>) = (0..idle)
        .map(|_| {
            let (ours, theirs) = unix_pair();
            let (task, resumes) = counted(receive(ours));
            (theirs, (manager.add(task), resumes))
        })
        .unzip();
    look(&manager);
    let before: usize = tasks.iter().map(|(_, resumes)| resumes.get()).sum();
    let (one, other) = unix_pair();
    let start = thread_time();
    manager.block_on(play(one, other, ROUNDS)).unwrap();
    let time = (thread_time() - start) / ROUNDS as u32;
    let after: usize = tasks.iter().map(|(_, resumes)| resumes.get()).sum();
    assert_eq!(after, before, "those who wait were resumed");
    drop(pairs);
    time
}

/// The original is twelve times slower among 150.
#[test]
fn d_m2_those_who_wait_cost_nothing() {
    let best = |idle| (0..20).map(|_| time_among(idle)).min().unwrap();
    let (few, many) = (best(1), best(300));
    assert!(many < 4 * few, "{many:?} among 300, {few:?} among 1");
}

#[cfg(target_os = "linux")]
#[test]
fn d_m9_a_bad_descriptor_is_reported_once_and_never_taken_for_ready() {
    use super::readiness::bad_descriptor;
    #[task]
    fn use_it(errors: Log<Option<i32>>) {
        let fd = bad_descriptor();
        let mut note = |result: io::Result<()>| errors.push(result.unwrap_err().raw_os_error());
        note(yield_!(readable(&fd)).map(drop));
        note(yield_!(writable(&fd)).map(drop));
        note(yield_!(read(&fd, 10)).map(drop));
        note(yield_!(write_all(&fd, b"x")));
    }
    let manager = TaskManager::new();
    let errors = Log::new();
    manager.add(use_it(errors.clone()));
    manager.run().unwrap();
    assert_eq!(errors.take(), [Some(rustix::io::Errno::BADF.raw_os_error()); 4]);
    assert_idle(&manager);
}

/// The descriptor is in blocking mode: in the original, who comes too late blocks the process.
#[test]
fn d_m13_who_comes_too_late_waits_on() {
    #[task]
    fn read_one<Fd: AsFd>(fd: Fd) -> io::Result<Vec<u8>> {
        yield_!(read(&fd, 1))
    }
    let manager = TaskManager::new();
    let (reader, mut writer) = io::pipe().unwrap();
    let readers: Vec<_> = (0..3).map(|_| manager.add(read_one(reader.try_clone().unwrap()))).collect();
    look(&manager);
    let finished = |readers: &[TaskHandle<_>]| readers.iter().filter(|task| task.is_finished()).count();
    for n in 1..=3 {
        assert_eq!(finished(&readers), n - 1);
        writer.write_all(b"x").unwrap();
        look(&manager);
        assert_eq!(finished(&readers), n, "each byte is for one");
    }
    assert_idle(&manager);
}

#[test]
fn d_m14_writing_more_than_there_is_room_for_blocks_nobody() {
    #[task]
    fn write_much(pipe: PipeWriter) -> io::Result<()> {
        yield_!(write_all(&pipe, &vec![7; 1 << 20]))
    }
    #[task]
    fn read_much(pipe: PipeReader) -> io::Result<usize> {
        let mut all = 0;
        loop {
            match yield_!(read(&pipe, 1 << 16))?.len() {
                0 => return Ok(all),
                n => all += n,
            }
        }
    }
    let manager = TaskManager::new();
    let (reader, writer) = io::pipe().unwrap();
    let mode_of_reader = reader.try_clone().unwrap();
    let writing = manager.add(write_much(writer));
    look(&manager);
    assert!(!writing.is_finished() && manager.has_io_waits());
    assert_eq!(manager.block_on(read_much(reader)).unwrap(), 1 << 20);
    manager.block_on(writing).unwrap().unwrap();
    // Who else has the pipe open finds it as it was.
    assert!(!fcntl_getfl(&mode_of_reader).unwrap().contains(OFlags::NONBLOCK));
}

#[test]
fn d_m15_a_number_that_is_used_again_wakes_nobody() {
    let manager = TaskManager::new();
    let (ours, mut theirs) = std::os::unix::net::UnixStream::pair().unwrap();
    let number = ours.as_raw_fd();
    // The system goes on telling of it, since it is open elsewhere.
    let elsewhere = ours.try_clone().unwrap();
    let waiting = manager.add(wait_until_readable(ours));
    look(&manager);
    waiting.cancel();
    let (stranger, _silent) = std::os::unix::net::UnixStream::pair().unwrap();
    let stranger: OwnedFd = if stranger.as_raw_fd() == number {
        stranger.into()
    } else {
        // Other tests open descriptors too, so it may have got another one; the place in the poller is used again.
        stranger.try_clone().unwrap().into()
    };
    let (task, resumes) = counted(wait_until_readable(stranger));
    let stranger = manager.add(task);
    look(&manager);
    let before = resumes.get();
    theirs.write_all(b"x").unwrap();
    look(&manager);
    assert_eq!(resumes.get(), before);
    assert!(!stranger.is_finished());
    drop(elsewhere);
}

/// A descriptor stays open for as long as a task waits for it.
#[test]
fn d_m15_a_wait_keeps_what_it_waits_for() {
    let manager = TaskManager::new();
    let (ours, theirs) = unix_pair();
    let handle = ours.clone();
    let waiting = manager.add(receive(ours));
    look(&manager);
    // The task has a handle of its own.
    drop(handle);
    done(&manager, theirs.send(b"x".to_vec())).unwrap();
    assert_eq!(manager.block_on(waiting).unwrap().unwrap(), b"x");
}

#[test]
fn d_m20_connect_write_all_and_read_exact() {
    #[task]
    fn serve(sock: TcpListener) -> io::Result<Vec<u8>> {
        let (conn, _) = yield_!(sock.accept())?;
        let mut length = [0; 4];
        yield_!(conn.read_exact(&mut length))?;
        let mut data = vec![0; u32::from_be_bytes(length) as usize];
        yield_!(conn.read_exact(&mut data))?;
        let early = yield_!(conn.read_exact(&mut [0])).unwrap_err();
        assert_eq!(early.kind(), ErrorKind::UnexpectedEof);
        Ok(data)
    }
    #[task]
    fn visit(address: SocketAddr, data: Vec<u8>) -> io::Result<()> {
        let sock = yield_!(TcpStream::connect(address))?;
        let (reader, writer) = sock.into_split();
        yield_!(writer.write_all(&(data.len() as u32).to_be_bytes()))?;
        yield_!(writer.write_all(&data))?;
        drop(writer);
        assert_eq!(yield_!(reader.recv(1))?, b"");
        Ok(())
    }
    let manager = TaskManager::new();
    let (sock, address) = listener();
    let data: Vec<u8> = (0..3_000_000_u32).map(|n| (n / 5) as u8).collect();
    let serving = manager.add(serve(sock));
    manager.block_on(visit(address, data.clone())).unwrap();
    assert!(manager.block_on(serving).unwrap().unwrap() == data);
}

#[test]
fn d_k10_a_peer_that_is_gone_ends_every_wait() {
    #[task]
    fn wait<Fd: AsFd>(fd: Fd, interest: Interest) -> io::Result<Readiness> {
        yield_!(ready(&fd, interest))
    }
    let manager = TaskManager::new();
    // The one who writes is gone.
    let (reader, writer) = io::pipe().unwrap();
    let waiting = manager.add(wait(reader, Interest::READABLE));
    look(&manager);
    assert!(!waiting.is_finished());
    drop(writer);
    assert!(manager.block_on(waiting).unwrap().unwrap().is_hang_up());
    // The one who reads is gone.
    let (reader, writer) = io::pipe().unwrap();
    while rustix::io::write(&writer, &[0; 4096]).is_ok_and(|_| !is_full(&writer)) {}
    let waiting = manager.add(wait(writer, Interest::WRITABLE));
    look(&manager);
    assert!(!waiting.is_finished());
    drop(reader);
    assert!(manager.block_on(waiting).unwrap().unwrap().is_error());
    // Also who waits for something else altogether.
    let (ours, theirs) = unix_pair();
    let waiting = manager.add(wait(ours, Interest::PRIORITY));
    look(&manager);
    assert!(!waiting.is_finished());
    drop(theirs);
    assert!(manager.block_on(waiting).unwrap().unwrap().is_hang_up());
    assert_idle(&manager);
}

fn is_full(pipe: &PipeWriter) -> bool {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    let mut fds = [PollFd::new(pipe, PollFlags::OUT)];
    poll(&mut fds, Some(&Timespec { tv_sec: 0, tv_nsec: 0 })).unwrap() == 0
}

/// Half of the connection is closed, and nothing else will ever happen: the manager must not run in circles.
#[test]
fn d_k10_what_is_ready_for_something_else_does_not_spin() {
    #[task]
    fn wait(sock: UnixStream) -> io::Result<Readiness> {
        yield_!(ready(&sock, Interest::PRIORITY))
    }
    let manager = TaskManager::new();
    let (ours, theirs) = unix_pair();
    let (task, resumes) = counted(wait(ours));
    let waiting = manager.add(task);
    theirs.shutdown(std::net::Shutdown::Write).unwrap();
    done(&manager, theirs.send(b"x".to_vec())).unwrap_err();
    let rounds = 50;
    for _ in 0..rounds {
        manager.run_next(Some(Duration::from_millis(1))).unwrap();
    }
    assert!(resumes.get() < 5, "{} resumes", resumes.get());
    assert!(!waiting.is_finished());
}
