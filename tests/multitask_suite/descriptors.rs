//! `FDReadyTest` and `FDActionTest`: waiting for descriptors, and reading and writing.
#![cfg(unix)]

use std::{
    env,
    io::{self, BufRead, BufReader, ErrorKind, Read, Write},
    net::{SocketAddr, TcpListener as StdListener, TcpStream as StdStream},
    process::{Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use multitask::{
    TaskManager,
    io::{Interest, ready},
    net::{TcpListener, TcpStream, UdpSocket},
    readable, sleep, task, writable, yield_,
};

use crate::support::{Log, process::end_of};

const LONG: Duration = Duration::from_secs(60);

/// A listener, for as long as nobody accepts, and its address.
fn listener() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

/// Two connected sockets in blocking mode, as the original has them.
fn pair() -> (StdStream, StdStream) {
    let listener = StdListener::bind("127.0.0.1:0").unwrap();
    let one = StdStream::connect(listener.local_addr().unwrap()).unwrap();
    (one, listener.accept().unwrap().0)
}

mod fd_ready {
    use super::*;

    /// The original refuses to wait for nothing when it is run; here there is no way to say that.
    #[test]
    fn test_all_false() {
        let everything = [Interest::READABLE, Interest::WRITABLE, Interest::PRIORITY];
        let printed = everything.map(|interest| format!("{interest:?}"));
        assert_eq!(printed, ["READABLE", "WRITABLE", "PRIORITY"]);
        // Joining can only add.
        for one in everything {
            for other in everything {
                assert_eq!(one | other, other | one);
                assert_ne!(format!("{:?}", one | other), "");
            }
        }
    }

    #[cfg(target_os = "linux")]
    mod bad {
        use super::*;
        use std::os::fd::{AsFd, OwnedFd};

        /// A descriptor that is none for whoever wants to wait for it or to read: it stands for a place in the file
        /// system. No other kind of bad one can be had without unchecked code.
        fn bad_descriptor() -> OwnedFd {
            use rustix::fs::{Mode, OFlags, open};
            open("/", OFlags::PATH | OFlags::CLOEXEC, Mode::empty()).unwrap()
        }

        #[task]
        fn wait_for<Fd: AsFd>(name: &'static str, fd: Fd, errors: Log<(&'static str, Option<i32>)>) {
            let everything = Interest::READABLE | Interest::WRITABLE | Interest::PRIORITY;
            if let Err(error) = yield_!(ready(&fd, everything)) {
                errors.push((name, error.raw_os_error()));
            }
        }

        #[test]
        fn test_bad_file_descriptor() {
            let errors = Log::new();
            let manager = TaskManager::new();
            let (ours, _theirs) = pair();
            manager.add(wait_for("first", bad_descriptor(), errors.clone()));
            manager.add(wait_for("second", bad_descriptor(), errors.clone()));
            manager.add(wait_for("good", ours, errors.clone()));
            assert!(!manager.has_io_waits());
            manager.run().unwrap();
            assert!(!manager.has_io_waits());
            let bad = Some(rustix::io::Errno::BADF.raw_os_error());
            assert_eq!(errors.take(), [("first", bad), ("second", bad)]);
        }

        #[test]
        fn test_bad_file_descriptor_2() {
            #[task]
            fn wait() -> io::Result<()> {
                let fd = bad_descriptor();
                yield_!(readable(&fd))?;
                Ok(())
            }
            let error = multitask::block_on(wait()).unwrap_err();
            assert_eq!(error.raw_os_error(), Some(rustix::io::Errno::BADF.raw_os_error()));
        }
    }

    #[test]
    fn test_timeout() {
        #[task]
        fn silent(sock: StdStream, log: Log<&'static str>) {
            let late = yield_!(readable(&sock).timeout(Duration::from_millis(100)));
            log.push(if late.is_err() { "s1 timeout" } else { "s1 notimeout" });
        }
        #[task]
        fn with_room(sock: StdStream, log: Log<&'static str>) {
            let result = yield_!(writable(&sock).timeout(Duration::from_millis(100)));
            log.push(if result.is_err() { "s2 timeout" } else { "s2 notimeout" });
        }
        let (s1, s2) = pair();
        let peer_of_s1 = s2.try_clone().unwrap();
        let log = Log::new();
        let manager = TaskManager::new();
        manager.add(silent(s1, log.clone()));
        manager.add(with_room(s2, log.clone()));
        assert!(manager.has_runnable() && !manager.has_timeouts() && !manager.has_io_waits());
        manager.run_next(Some(Duration::ZERO)).unwrap();
        assert!(!manager.has_runnable() && manager.has_timeouts() && manager.has_io_waits());
        manager.run().unwrap();
        assert!(!manager.has_runnable() && !manager.has_timeouts() && !manager.has_io_waits());
        assert_eq!(log.take(), ["s2 notimeout", "s1 timeout"]);
        drop(peer_of_s1);
    }

    #[test]
    fn test_readable_writable() {
        #[task]
        fn reader(mut sock: StdStream, log: Log<String>) -> io::Result<()> {
            yield_!(readable(&sock))?;
            let mut data = [0; 4];
            sock.read_exact(&mut data)?;
            log.push(format!("reader {}", String::from_utf8_lossy(&data)));
            Ok(())
        }
        #[task]
        fn writer(mut sock: StdStream, log: Log<String>) -> io::Result<()> {
            yield_!(writable(&sock))?;
            log.push(format!("writer {}", sock.write(b"four")?));
            Ok(())
        }
        let (s1, s2) = pair();
        let log = Log::new();
        let manager = TaskManager::new();
        manager.add(reader(s1, log.clone()));
        manager.add(writer(s2, log.clone()));
        manager.run().unwrap();
        assert_eq!(log.take(), ["writer 4", "reader four"]);
    }

    /// Signals that come during a wait change nothing. (The original uses SIGALRM.)
    ///
    /// The wait is that of a process of its own, this test once more, with one thread: so that is who gets the signals.
    #[test]
    fn test_eintr() {
        use rustix::process::{Pid, Signal, kill_process};
        const INSIDE: &str = "MULTITASK_SUITE_INTERRUPTED";
        if env::var_os(INSIDE).is_some() {
            return wait_and_be_interrupted();
        }
        let mut command = Command::new(env::current_exe().unwrap());
        command.args(["--exact", "descriptors::fd_ready::test_eintr", "--test-threads=1", "--nocapture"]);
        let mut child = command.env(INSIDE, "1").stdout(Stdio::piped()).spawn().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        while !line.contains("waiting") {
            line.clear();
            assert_ne!(output.read_line(&mut line).unwrap(), 0, "it ended before it waited");
        }
        for _ in 0..5 {
            thread::sleep(Duration::from_millis(30));
            kill_process(Pid::from_child(&child), Signal::USR1).unwrap();
        }
        io::copy(&mut output, &mut io::sink()).unwrap();
        assert!(end_of(&mut child).success());
    }

    fn wait_and_be_interrupted() {
        #[task]
        fn wait(sock: StdStream) -> bool {
            println!("waiting");
            yield_!(readable(&sock).timeout(Duration::from_secs(1))).is_err()
        }
        let handled = Arc::new(AtomicBool::new(false));
        signal_hook::flag::register(signal_hook::consts::SIGUSR1, handled.clone()).unwrap();
        let (s1, _s2) = pair();
        let start = Instant::now();
        assert!(TaskManager::new().block_on(wait(s1)), "it did not time out");
        assert!(start.elapsed() >= Duration::from_secs(1));
        assert!(handled.load(Ordering::SeqCst), "no signal came");
    }
}

mod fd_action {
    use super::*;
    use std::os::fd::AsFd;

    #[test]
    fn test_processing_error() {
        #[task]
        fn write(sock: TcpStream) -> io::Result<usize> {
            yield_!(sock.write(b"foo"))
        }
        let (ours, theirs) = pair();
        ours.shutdown(std::net::Shutdown::Write).unwrap();
        let error = multitask::block_on(write(ours.try_into().unwrap())).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BrokenPipe);
        drop(theirs);
    }

    #[test]
    fn test_read_write() {
        #[task]
        fn reader<Fd: AsFd>(fd: Fd) -> io::Result<Vec<u8>> {
            yield_!(multitask::read(&fd, 4))
        }
        #[task]
        fn writer<Fd: AsFd>(fd: Fd) -> io::Result<usize> {
            yield_!(multitask::write(&fd, b"four"))
        }
        let (r, w) = io::pipe().unwrap();
        let manager = TaskManager::new();
        let reading = manager.add(reader(r));
        let writing = manager.add(writer(w));
        manager.run().unwrap();
        assert_eq!(manager.block_on(reading).unwrap().unwrap(), b"four");
        assert_eq!(manager.block_on(writing).unwrap().unwrap(), 4);
    }

    #[test]
    fn test_accept_connect() {
        #[task]
        fn other(log: Log<&'static str>) {
            log.push("other");
            yield_!();
        }
        #[task]
        fn accept(sock: TcpListener, log: Log<&'static str>) -> io::Result<()> {
            yield_!(sock.accept())?;
            log.push("accepted");
            Ok(())
        }
        #[task]
        fn connect(address: SocketAddr, log: Log<&'static str>) -> io::Result<()> {
            yield_!(TcpStream::connect(address))?;
            log.push("connected");
            Ok(())
        }
        let log = Log::new();
        let manager = TaskManager::new();
        let (sock, address) = listener();
        let connecting = manager.add(connect(address, log.clone()));
        let accepting = manager.add(accept(sock, log.clone()));
        manager.add(other(log.clone()));
        manager.run().unwrap();
        manager.block_on(connecting).unwrap().unwrap();
        manager.block_on(accepting).unwrap().unwrap();
        let order = log.take();
        assert_eq!(order.len(), 3, "{order:?}");
        assert!(order.contains(&"connected") && order.contains(&"accepted") && order.contains(&"other"));

        // Nobody listens there any more.
        let refused = manager.block_on(connect(address, log.clone())).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::ConnectionRefused);
        assert!(!manager.has_io_waits());
    }

    /// What connects at once does so without another task in between.
    #[test]
    fn test_connect_noblock() {
        #[task]
        fn connect(peer: SocketAddr, log: Log<&'static str>) -> io::Result<()> {
            let sock = UdpSocket::bind("127.0.0.1:0")?;
            log.push("connecting");
            sock.connect(peer)?;
            log.push("connected");
            Ok(())
        }
        #[task]
        fn other(log: Log<&'static str>) {
            log.push("other");
            yield_!();
        }
        let peer = UdpSocket::bind("127.0.0.1:0").unwrap();
        let log = Log::new();
        let manager = TaskManager::new();
        manager.add(connect(peer.local_addr().unwrap(), log.clone()));
        manager.add(other(log.clone()));
        manager.run().unwrap();
        assert_eq!(log.take(), ["connecting", "connected", "other"]);
    }

    #[test]
    fn test_send_recv() {
        #[task]
        fn receiver(sock: TcpStream) -> io::Result<Vec<u8>> {
            yield_!(sock.recv(4).timeout(LONG))?
        }
        #[task]
        fn sender(sock: TcpStream) -> io::Result<usize> {
            yield_!(sock.send(b"four".to_vec()))
        }
        let (s1, s2) = pair();
        let manager = TaskManager::new();
        let received = manager.add(receiver(s1.try_into().unwrap()));
        let sent = manager.add(sender(s2.try_into().unwrap()));
        manager.run().unwrap();
        assert_eq!(manager.block_on(received).unwrap().unwrap(), b"four");
        assert_eq!(manager.block_on(sent).unwrap().unwrap(), 4);
    }

    #[test]
    fn test_sendto_recvfrom() {
        #[task]
        fn receiver(sock: UdpSocket) -> io::Result<(Vec<u8>, SocketAddr)> {
            yield_!(sock.recv_from(4).timeout(LONG))?
        }
        #[task]
        fn sender(sock: UdpSocket, address: SocketAddr) -> io::Result<usize> {
            // After the other one has begun to wait.
            yield_!(sleep(Duration::from_millis(1)));
            yield_!(sock.send_to(b"four", address))
        }
        let [one, other] = [(); 2].map(|()| UdpSocket::bind("127.0.0.1:0").unwrap());
        let [address, from] = [&one, &other].map(|sock| sock.local_addr().unwrap());
        let manager = TaskManager::new();
        let received = manager.add(receiver(one));
        let sent = manager.add(sender(other, address));
        manager.run().unwrap();
        assert_eq!(manager.block_on(received).unwrap().unwrap(), (b"four".to_vec(), from));
        assert_eq!(manager.block_on(sent).unwrap().unwrap(), 4);
    }
}
