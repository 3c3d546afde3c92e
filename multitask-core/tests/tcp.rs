//! Sockets over the loopback interface.
#![cfg(feature = "std")]

mod support;

use std::{
    cell::{Cell, RefCell},
    io::{self, ErrorKind, Read as _, Write as _},
    net::{Shutdown, SocketAddr},
    rc::Rc,
    task::Poll,
    thread,
    time::{Duration, Instant},
};

use multitask_core::{
    Context, Operation, Task, TaskManager, block_on,
    net::{IoWait, TcpListener, TcpStream, TransferWait},
    sleep,
};
use support::{Log, attempt, from_fn, rounds, wait_for};

fn millis(n: u64) -> Duration {
    Duration::from_millis(n)
}

fn listener() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

/// Both ends of a connection, neither of them registered with a manager.
fn pair() -> (TcpStream, TcpStream) {
    let (ours, theirs) = std_pair();
    (ours, theirs.try_into().unwrap())
}

/// One end for tasks, and a blocking one.
fn std_pair() -> (TcpStream, std::net::TcpStream) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let theirs = std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    (listener.accept().unwrap().0.try_into().unwrap(), theirs)
}

/// Waits for an operation, and fails the test if only the attempt at the end of a long time made it succeed.
fn in_time<O: Operation>(manager: &TaskManager, operation: O) -> O::Output {
    let start = Instant::now();
    let output = manager.block_on(wait_for(operation.timeout(Duration::from_secs(10))));
    assert!(start.elapsed() < Duration::from_secs(5), "it was not woken");
    output.expect("in time")
}

/// Reads once, into a buffer of so many bytes.
fn read(sock: TcpStream, n: usize) -> impl Task<Output = io::Result<Vec<u8>>> {
    let mut wait = IoWait::default();
    let mut buf = vec![0; n];
    from_fn(move |cx| {
        let poll = attempt(&mut wait, sock.read(&mut buf), cx);
        poll.map_ok(|n| buf[..n].to_vec())
    })
}

fn write_all(sock: TcpStream, data: Vec<u8>) -> impl Task<Output = io::Result<()>> {
    let mut wait = sock.write_all(&data).begin();
    from_fn(move |cx| attempt(&mut wait, sock.write_all(&data), cx))
}

/// Sends back what it receives, until the end of the stream: what the macro makes of a loop of two `yield_!`.
struct Echo {
    sock: TcpStream,
    buf: [u8; 64],
    at: EchoAt,
}

enum EchoAt {
    Read(IoWait),
    Write(usize, TransferWait),
}

impl Echo {
    fn new(sock: TcpStream) -> Self {
        Echo { sock, buf: [0; 64], at: EchoAt::Read(IoWait::default()) }
    }
}

impl Task for Echo {
    type Output = io::Result<()>;

    fn resume(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        loop {
            match &mut self.at {
                EchoAt::Read(wait) => match attempt(wait, self.sock.read(&mut self.buf), cx) {
                    Poll::Ready(Ok(0)) => return Poll::Ready(Ok(())),
                    Poll::Ready(Ok(n)) => self.at = EchoAt::Write(n, self.sock.write_all(&self.buf[..n]).begin()),
                    Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                    Poll::Pending => return Poll::Pending,
                },
                EchoAt::Write(n, wait) => match attempt(wait, self.sock.write_all(&self.buf[..*n]), cx) {
                    Poll::Ready(Ok(())) => self.at = EchoAt::Read(IoWait::default()),
                    Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                    Poll::Pending => return Poll::Pending,
                },
            }
        }
    }
}

/// Accepts `n` connections and adds an `Echo` for each.
fn echo_server(listener: TcpListener, n: usize) -> impl Task<Output = io::Result<()>> {
    let mut accept = listener.accept();
    let mut accepted = 0;
    from_fn(move |cx| {
        while accepted < n {
            match multitask_core::net::Accept::poll(&mut accept, || unreachable!(), cx) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                Poll::Ready(Ok((sock, _))) => drop(multitask_core::add(Echo::new(sock))),
            }
            accepted += 1;
            accept = listener.accept();
        }
        Poll::Ready(Ok(()))
    })
}

/// Connects, then sends and expects back `n` messages.
fn echo_client(address: SocketAddr, n: usize) -> impl Task<Output = io::Result<usize>> {
    enum At {
        Connect(multitask_core::net::Connect),
        Write(TransferWait),
        Read(TransferWait),
    }
    let mut at = At::Connect(TcpStream::connect(address));
    let mut sock = None;
    let message = *b"0123456789";
    let mut buf = [0; 10];
    let mut done = 0;
    from_fn(move |cx| {
        loop {
            let stream: Option<&TcpStream> = sock.as_ref();
            let ready = match &mut at {
                At::Connect(connect) => {
                    multitask_core::net::Connect::poll(connect, || unreachable!(), cx).map_ok(|new| sock = Some(new))
                }
                At::Write(wait) => attempt(wait, stream.unwrap().write_all(&message), cx),
                At::Read(wait) => attempt(wait, stream.unwrap().read_exact(&mut buf), cx),
            };
            match ready {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                Poll::Ready(Ok(())) => {}
            }
            if let At::Read(_) = at {
                assert_eq!(buf, message);
                buf = [0; 10];
                done += 1;
                if done == n {
                    return Poll::Ready(Ok(done));
                }
            }
            let stream = sock.as_ref().unwrap();
            at = match at {
                At::Connect(_) | At::Read(_) => At::Write(stream.write_all(&message).begin()),
                At::Write(_) => At::Read(stream.read_exact(&mut buf).begin()),
            };
        }
    })
}

#[test]
fn an_echo_server_and_its_clients() {
    let manager = TaskManager::new();
    let (sock, address) = listener();
    let server = manager.add(echo_server(sock, 20));
    let clients: Vec<_> = (0..20).map(|_| manager.add(echo_client(address, 200))).collect();
    manager.run().unwrap();
    assert!(server.is_finished());
    for client in clients {
        assert_eq!(manager.block_on(wait_for(client)).unwrap().unwrap(), 200);
    }
    assert!(!manager.has_io_waits());
}

#[test]
fn a_read_waits_for_data_and_keeps_run_going() {
    let manager = TaskManager::new();
    let (ours, mut theirs) = std_pair();
    let handle = manager.add(read(ours, 10));
    manager.run_next(Some(Duration::ZERO)).unwrap();
    assert!(manager.has_io_waits() && !manager.has_runnable());
    let writer = thread::spawn(move || {
        thread::sleep(millis(10));
        theirs.write_all(b"hello").unwrap();
        theirs
    });
    manager.run().unwrap();
    assert!(!manager.has_io_waits());
    assert_eq!(manager.block_on(wait_for(handle)).unwrap().unwrap(), b"hello");
    writer.join().unwrap();
}

#[test]
fn an_operation_that_would_not_block_needs_no_manager() {
    let (ours, mut theirs) = std_pair();
    theirs.write_all(b"hello").unwrap();
    thread::sleep(millis(10));
    let mut task = read(ours, 10);
    let poll = task.resume(&mut Context::detached());
    assert!(matches!(poll, Poll::Ready(Ok(bytes)) if bytes == b"hello"));
}

#[test]
fn cancelling_a_reader_leaves_no_wait_and_loses_no_data() {
    let manager = TaskManager::new();
    let (ours, mut theirs) = std_pair();
    let handle = manager.add(read(ours.clone(), 10));
    manager.run_next(Some(Duration::ZERO)).unwrap();
    assert!(manager.has_io_waits());
    handle.cancel();
    assert!(!manager.has_io_waits());
    manager.run().unwrap();
    theirs.write_all(b"hello").unwrap();
    assert_eq!(manager.block_on(read(ours, 10)).unwrap(), b"hello");
}

#[test]
fn a_read_that_times_out_leaves_nothing_behind() {
    let manager = TaskManager::new();
    let (ours, _theirs) = std_pair();
    let late = manager.block_on(wait_for(ours.recv(10).timeout(millis(5))));
    assert_eq!(late.unwrap_err().limit(), millis(5));
    assert!(!manager.has_io_waits() && !manager.has_timeouts());
    // One that is begun again, too.
    let mut buf = [0; 10];
    let mut wait = ours.read(&mut buf).timeout(millis(5)).begin();
    let late = manager.block_on(from_fn(|cx| attempt(&mut wait, ours.read(&mut buf).timeout(millis(5)), cx)));
    assert!(late.is_err());
    assert!(!manager.has_io_waits() && !manager.has_timeouts());
}

#[test]
fn a_timeout_of_nothing_finds_the_data_that_are_there() {
    let (ours, mut theirs) = std_pair();
    let (mut reads, mut pending) = (0, None);
    block_on(from_fn(|cx| {
        // It never comes back to its manager after the first wait, so nobody asks the poller.
        while reads < 10 {
            let limit = if reads == 0 { Duration::from_secs(10) } else { Duration::ZERO };
            let task = pending.get_or_insert_with(|| wait_for(ours.recv(100).timeout(limit)));
            if reads > 0 {
                theirs.write_all(b"x").unwrap();
                thread::sleep(millis(1));
            }
            match task.resume(cx) {
                Poll::Ready(bytes) => assert_eq!(bytes.expect("in time").unwrap(), b"x"),
                Poll::Pending if reads == 0 => {
                    theirs.write_all(b"x").unwrap();
                    return Poll::Pending;
                }
                Poll::Pending => unreachable!("it has no time to wait"),
            }
            pending = None;
            reads += 1;
        }
        Poll::Ready(())
    }));
}

#[test]
fn data_that_came_in_time_beat_the_timeout() {
    let manager = TaskManager::new();
    let (ours, mut theirs) = std_pair();
    let mut other = false;
    manager.add(from_fn(move |cx| {
        if !other {
            other = true;
            cx.give_way();
            return Poll::Pending;
        }
        // By the time that the manager looks, there are data, and the time is over.
        theirs.write_all(b"hello").unwrap();
        thread::sleep(millis(20));
        Poll::Ready(())
    }));
    let result = manager.block_on(wait_for(ours.recv(10).timeout(millis(10))));
    assert_eq!(result.unwrap().unwrap(), b"hello");
}

#[test]
fn all_who_wait_for_a_socket_are_woken_and_try_again() {
    let manager = TaskManager::new();
    let (ours, mut theirs) = std_pair();
    let log = Log::new();
    for name in ["a", "b", "c"] {
        let mut read = read(ours.clone(), 2);
        let log = log.clone();
        manager.add(from_fn(move |cx| read.resume(cx).map_ok(|bytes| log.push((name, bytes)))));
    }
    manager.run_next(Some(Duration::ZERO)).unwrap();
    assert!(manager.has_io_waits());
    theirs.write_all(b"1122").unwrap();
    while manager.has_io_waits() && log_len(&log) < 2 {
        manager.run_next(Some(millis(5))).unwrap();
    }
    assert_eq!(log.take(), [("a", b"11".to_vec()), ("b", b"22".to_vec())]);
    // The third waits on.
    assert!(manager.has_io_waits());
    theirs.write_all(b"33").unwrap();
    manager.run().unwrap();
    assert_eq!(log.take(), [("c", b"33".to_vec())]);
    assert!(!manager.has_io_waits());
}

fn log_len<T: Clone>(log: &Log<T>) -> usize {
    let entries = log.take();
    entries.iter().for_each(|entry| log.push(entry.clone()));
    entries.len()
}

#[test]
fn a_reader_and_a_writer_wait_for_the_same_socket_independently() {
    let manager = TaskManager::new();
    let (ours, mut theirs) = std_pair();
    const MANY: usize = 4 << 20;
    let writer = manager.add(write_all(ours.clone(), vec![7; MANY]));
    let reader = manager.add(read(ours, 10));
    manager.run_next(Some(Duration::ZERO)).unwrap();
    manager.run_next(Some(Duration::ZERO)).unwrap();
    assert!(!writer.is_finished() && !reader.is_finished());
    theirs.write_all(b"hello").unwrap();
    while !reader.is_finished() {
        manager.run_next(Some(millis(5))).unwrap();
    }
    assert!(!writer.is_finished(), "nobody has read yet");
    let drain = thread::spawn(move || {
        let mut all = vec![0; MANY];
        theirs.read_exact(&mut all).unwrap();
        all
    });
    manager.run().unwrap();
    manager.block_on(wait_for(writer)).unwrap().unwrap();
    assert!(drain.join().unwrap().iter().all(|byte| *byte == 7));
}

#[test]
fn the_end_of_the_stream_and_a_half_closed_connection() {
    let manager = TaskManager::new();
    let (ours, theirs) = pair();
    ours.shutdown(Shutdown::Write).unwrap();
    assert_eq!(manager.block_on(read(theirs.clone(), 10)).unwrap(), b"");
    assert_eq!(manager.block_on(wait_for(theirs.recv(10))).unwrap(), b"");
    // The other direction works on.
    assert_eq!(manager.block_on(wait_for(theirs.send(String::from("back")))).unwrap(), 4);
    assert_eq!(manager.block_on(wait_for(ours.recv(10))).unwrap(), b"back");
    let mut buf = [0; 3];
    let mut wait = theirs.read_exact(&mut buf).begin();
    let error = manager.block_on(from_fn(|cx| attempt(&mut wait, theirs.read_exact(&mut buf), cx))).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnexpectedEof);
}

#[test]
fn the_end_that_comes_together_with_data_is_seen_after_a_short_read() {
    let manager = TaskManager::new();
    let (ours, mut theirs) = std_pair();
    let handle = manager.add(read(ours.clone(), 100));
    manager.run_next(Some(Duration::ZERO)).unwrap();
    theirs.write_all(b"bye").unwrap();
    drop(theirs);
    // Both are there before the manager looks, so there is one event for them.
    thread::sleep(millis(20));
    assert_eq!(manager.block_on(wait_for(handle)).unwrap().unwrap(), b"bye");
    let end = in_time(&manager, ours.recv(100));
    assert_eq!(end.unwrap(), b"");
}

#[test]
fn a_short_read_then_more_data() {
    let manager = TaskManager::new();
    let (ours, mut theirs) = std_pair();
    for round in 0..50u8 {
        let handle = manager.add(read(ours.clone(), 100));
        manager.run_next(Some(Duration::ZERO)).unwrap();
        theirs.write_all(&[round; 3]).unwrap();
        assert_eq!(in_time(&manager, handle).unwrap().unwrap(), [round; 3]);
    }
}

#[test]
fn a_reset_concerns_one_task_only() {
    let manager = TaskManager::new();
    let (ours, theirs) = std_pair();
    let (steady, mut other) = std_pair();
    let broken = manager.add(read(ours.clone(), 10));
    let healthy = manager.add(read(steady, 10));
    manager.run_next(Some(Duration::ZERO)).unwrap();
    // Closing with unread data resets the connection.
    assert_eq!(manager.block_on(wait_for(ours.send(vec![1, 2, 3]))).unwrap(), 3);
    thread::sleep(millis(10));
    drop(theirs);
    let error = manager.block_on(wait_for(broken)).unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    other.write_all(b"fine").unwrap();
    assert_eq!(manager.block_on(wait_for(healthy)).unwrap().unwrap(), b"fine");
}

#[test]
fn connecting_to_nobody_is_refused_and_the_next_address_tried() {
    let manager = TaskManager::new();
    let (sock, address) = listener();
    let nobody = {
        let (_closed, address) = listener();
        address
    };
    let error = manager.block_on(wait_for(TcpStream::connect(nobody))).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
    let stream = manager.block_on(wait_for(TcpStream::connect(&[nobody, address][..]))).unwrap();
    assert_eq!(stream.peer_addr().unwrap(), address);
    let (accepted, from) = manager.block_on(wait_for(sock.accept())).unwrap();
    assert_eq!(from, stream.local_addr().unwrap());
    assert_eq!(accepted.peer_addr().unwrap(), from);
    let error = manager.block_on(wait_for(TcpStream::connect(&[] as &[SocketAddr]))).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    let error = manager.block_on(wait_for(TcpStream::connect("no port"))).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(!manager.has_io_waits());
}

#[test]
fn several_accept_from_one_listener() {
    let manager = TaskManager::new();
    let (sock, address) = listener();
    let handles: Vec<_> = (0..3).map(|_| manager.add(wait_for(sock.accept()))).collect();
    manager.run_next(Some(Duration::ZERO)).unwrap();
    let _clients: Vec<_> = (0..3).map(|_| std::net::TcpStream::connect(address).unwrap()).collect();
    manager.run().unwrap();
    let mut ports: Vec<_> =
        handles.into_iter().map(|handle| manager.block_on(wait_for(handle)).unwrap().unwrap().1.port()).collect();
    ports.dedup();
    assert_eq!(ports.len(), 3);
}

#[test]
fn a_connection_that_is_left_in_the_queue_is_accepted_later() {
    // Both come with one event; the second must not wait for another.
    let manager = TaskManager::new();
    let (sock, address) = listener();
    let first = manager.add(wait_for(sock.accept()));
    manager.run_next(Some(Duration::ZERO)).unwrap();
    let _clients = [(); 2].map(|()| std::net::TcpStream::connect(address).unwrap());
    manager.run().unwrap();
    assert!(first.is_finished());
    in_time(&manager, sock.accept()).unwrap();
}

#[test]
fn a_send_that_owns_its_data_waits_with_them() {
    let manager = TaskManager::new();
    let (ours, mut theirs) = std_pair();
    // Fills what the system takes.
    let mut sent = 0;
    let full = loop {
        let handle = manager.add(wait_for(ours.send(vec![1; 1 << 20])));
        manager.run_next(Some(Duration::ZERO)).unwrap();
        manager.run_next(Some(millis(50))).unwrap();
        if !handle.is_finished() {
            break handle;
        }
        sent += manager.block_on(wait_for(handle)).unwrap().unwrap();
    };
    assert!(manager.has_io_waits());
    let reader = thread::spawn(move || {
        let mut all = Vec::new();
        theirs.read_to_end(&mut all).unwrap();
        all.len()
    });
    sent += manager.block_on(wait_for(full)).unwrap().unwrap();
    drop(ours);
    assert_eq!(reader.join().unwrap(), sent);
}

#[test]
fn a_send_that_borrows_is_begun_again() {
    let manager = TaskManager::new();
    let (ours, theirs) = pair();
    let data = *b"hello, world";
    let mut wait = ours.send(&data[..5]).begin();
    let sent = manager.block_on(from_fn(|cx| attempt(&mut wait, ours.send(&data[..5]), cx))).unwrap();
    assert_eq!(sent, 5);
    assert_eq!(manager.block_on(wait_for(theirs.recv(100))).unwrap(), b"hello");
}

#[test]
fn a_task_whose_socket_is_always_ready_gives_way() {
    let manager = TaskManager::new();
    let (sock, address) = listener();
    let clients: Vec<_> = (0..100).map(|_| std::net::TcpStream::connect(address).unwrap()).collect();
    let rounds_of_other = Rc::new(Cell::new(0));
    let count = rounds_of_other.clone();
    let mut accepted = 0;
    let busy = manager.add(from_fn(move |cx| {
        while accepted < clients.len() {
            let mut accept = sock.accept();
            match multitask_core::net::Accept::poll(&mut accept, || unreachable!(), cx) {
                Poll::Ready(result) => drop(result.unwrap()),
                Poll::Pending => return Poll::Pending,
            }
            accepted += 1;
        }
        Poll::Ready(rounds_of_other.get())
    }));
    manager.add(rounds(3, move |_| count.set(count.get() + 1)));
    assert_eq!(manager.block_on(wait_for(busy)).unwrap(), 1, "it has more than one turn's work, and less than three's");
}

#[test]
fn a_task_that_waits_for_more_than_its_share_gets_to_all_of_it() {
    let manager = TaskManager::new();
    let mut streams: Vec<_> = (0..150).map(|_| std_pair()).collect();
    let mut waits: Vec<_> = streams.iter().map(|(ours, _)| Some(wait_for(ours.recv(10)))).collect();
    let mut left = waits.len();
    let all = manager.add(from_fn(move |cx| {
        for wait in &mut waits {
            if wait.as_mut().is_some_and(|task| task.resume(cx).is_ready()) {
                *wait = None;
                left -= 1;
            }
        }
        if left == 0 { Poll::Ready(()) } else { Poll::Pending }
    }));
    manager.run_next(Some(Duration::ZERO)).unwrap();
    // The last first: those before it are not ready, and must not use up the turn.
    for (_, theirs) in streams.iter_mut().rev() {
        theirs.write_all(b"x").unwrap();
    }
    manager.run().unwrap();
    assert!(all.is_finished());
}

#[test]
fn a_spinner_does_not_starve_a_reader() {
    let manager = TaskManager::new();
    let (ours, mut theirs) = std_pair();
    let done = Rc::new(Cell::new(false));
    let (flag, set) = (done.clone(), done);
    let start = Instant::now();
    let spinner = manager.add(from_fn(move |cx| {
        if flag.get() {
            return Poll::Ready(true);
        }
        if start.elapsed() > Duration::from_secs(10) {
            return Poll::Ready(false);
        }
        cx.give_way();
        Poll::Pending
    }));
    let mut read = read(ours, 10);
    manager.add(from_fn(move |cx| {
        let poll = read.resume(cx);
        set.set(poll.is_ready());
        poll
    }));
    manager.run_next(None).unwrap();
    theirs.write_all(b"x").unwrap();
    assert!(manager.block_on(wait_for(spinner)).unwrap(), "the reader was not resumed");
}

#[test]
fn what_comes_for_a_closed_socket_wakes_no_stranger() {
    let manager = TaskManager::new();
    let (ours, mut theirs) = std_pair();
    let duplicate = duplicate(&ours);
    let handle = manager.add(read(ours, 10));
    manager.run_next(Some(Duration::ZERO)).unwrap();
    handle.cancel();
    // The place in the poller's table is used again, while the system still knows the old socket by its duplicate.
    let (stranger, _silent) = std_pair();
    let resumes = Rc::new(Cell::new(0));
    let count = resumes.clone();
    let mut read = read(stranger, 10);
    manager.add(from_fn(move |cx| {
        count.set(count.get() + 1);
        read.resume(cx)
    }));
    manager.run_next(Some(Duration::ZERO)).unwrap();
    manager.run_next(Some(millis(1))).unwrap();
    let before = resumes.get();
    theirs.write_all(b"hello").unwrap();
    for _ in 0..3 {
        manager.run_next(Some(millis(5))).unwrap();
    }
    assert_eq!(resumes.get(), before);
    drop(duplicate);
}

#[cfg(unix)]
fn duplicate(stream: &TcpStream) -> impl Sized + use<> {
    std::os::fd::AsFd::as_fd(stream).try_clone_to_owned().unwrap()
}

#[cfg(not(unix))]
fn duplicate(_: &TcpStream) -> impl Sized + use<> {}

#[test]
fn a_socket_goes_to_another_manager_when_nobody_waits_for_it() {
    let [first, second] = [TaskManager::new(), TaskManager::new()];
    let (ours, mut theirs) = std_pair();
    let handle = first.add(read(ours.clone(), 10));
    first.run_next(Some(Duration::ZERO)).unwrap();
    let error = second.block_on(read(ours.clone(), 10)).unwrap_err();
    assert!(error.to_string().contains("another task manager"), "{error}");
    assert!(!second.has_io_waits());
    handle.cancel();
    let handle = second.add(read(ours.clone(), 10));
    second.run_next(Some(Duration::ZERO)).unwrap();
    theirs.write_all(b"hello").unwrap();
    assert_eq!(second.block_on(wait_for(handle)).unwrap().unwrap(), b"hello");
    // And when the manager that it belonged to is gone.
    drop(second);
    let handle = first.add(read(ours, 10));
    first.run_next(Some(Duration::ZERO)).unwrap();
    theirs.write_all(b"again").unwrap();
    assert_eq!(first.block_on(wait_for(handle)).unwrap().unwrap(), b"again");
}

#[test]
fn dropping_the_manager_closes_the_sockets_of_its_tasks() {
    let manager = TaskManager::new();
    let (ours, mut theirs) = std_pair();
    manager.add(read(ours, 10));
    manager.run_next(Some(Duration::ZERO)).unwrap();
    drop(manager);
    assert_eq!(theirs.read(&mut [0; 10]).unwrap(), 0);
}

#[test]
fn dropping_the_last_handle_closes_the_socket() {
    let (ours, mut theirs) = std_pair();
    let clone = ours.clone();
    drop(ours);
    theirs.set_nonblocking(true).unwrap();
    assert_eq!(theirs.read(&mut [0; 10]).unwrap_err().kind(), ErrorKind::WouldBlock);
    drop(clone);
    theirs.set_nonblocking(false).unwrap();
    assert_eq!(theirs.read(&mut [0; 10]).unwrap(), 0);
}

#[test]
fn recv_of_a_few_bytes_keeps_no_large_buffer() {
    let (ours, mut theirs) = std_pair();
    theirs.write_all(b"hello").unwrap();
    let bytes = block_on(wait_for(ours.recv(1 << 16))).unwrap();
    assert_eq!(bytes, b"hello");
    assert!(bytes.capacity() < 1 << 12);
}

#[test]
fn a_wait_that_lies_in_a_frame_is_small() {
    assert!(size_of::<IoWait>() <= 24);
    assert!(size_of::<TransferWait>() <= 32);
}

#[test]
fn a_sleeping_and_a_reading_task_wait_at_once() {
    let manager = TaskManager::new();
    let (ours, mut theirs) = std_pair();
    let log = Rc::new(RefCell::new(Vec::new()));
    let (mut pause, first) = (wait_for(sleep(millis(5))), log.clone());
    manager.add(from_fn(move |cx| {
        pause.resume(cx).map(|()| {
            first.borrow_mut().push("slept");
            theirs.write_all(b"x").unwrap();
        })
    }));
    let (mut read, second) = (read(ours, 1), log.clone());
    manager.add(from_fn(move |cx| read.resume(cx).map(|_| second.borrow_mut().push("read"))));
    let start = Instant::now();
    manager.run().unwrap();
    assert!(start.elapsed() < Duration::from_secs(5));
    assert_eq!(*log.borrow(), ["slept", "read"]);
}
