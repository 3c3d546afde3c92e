//! M-7 to M-13: reading, writing, accepting and connecting.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, ErrorKind, PipeReader, PipeWriter, Read, Seek},
    net::{SocketAddr, TcpListener as StdListener},
    os::fd::{AsFd, OwnedFd},
    time::Duration,
};

use multitask::{
    TaskManager,
    io::{BufReader, FdStream, read_into},
    net::{TcpListener, TcpStream, UdpSocket, UnixDatagram, UnixListener, UnixStream, resolve},
    read, readable, readline, task, write, write_all, yield_,
};

use super::{LONG, SHORT, assert_idle, await_end, done, listener, look, tcp_pair, unix_pair};
use crate::support::Log;

/// Waits, then calls: an error of the call is one of the task that waited, as of any function.
#[test]
fn m07_a_call_when_a_descriptor_is_ready() {
    #[task]
    fn act<T: 'static>(pipe: PipeReader, action: impl Fn(&PipeReader) -> io::Result<T> + 'static) -> io::Result<T> {
        yield_!(readable(&pipe))?;
        action(&pipe)
    }
    let manager = TaskManager::new();
    for fails in [false, true] {
        let (reader, writer) = io::pipe().unwrap();
        let acting = manager.add(act(reader, move |mut pipe| {
            let mut buf = [0; 3];
            pipe.read_exact(&mut buf)?;
            if fails { Err(io::Error::other("foo")) } else { Ok(buf) }
        }));
        look(&manager);
        assert!(!acting.is_finished());
        manager.block_on(written(writer, b"bar")).unwrap();
        match manager.block_on(acting).unwrap() {
            Ok(bytes) => assert!(!fails && bytes == *b"bar"),
            Err(error) => assert!(fails && error.to_string() == "foo"),
        }
    }
}

#[task]
fn written(pipe: PipeWriter, data: &'static [u8]) -> io::Result<()> {
    yield_!(write_all(&pipe, data))
}

#[test]
fn m08_read_until_the_end() {
    #[task]
    fn read_all(pipe: PipeReader) -> io::Result<Vec<Vec<u8>>> {
        let mut pieces = Vec::new();
        loop {
            let piece = yield_!(read(&pipe, 4))?;
            pieces.push(piece);
            if pieces.last().is_some_and(Vec::is_empty) {
                return Ok(pieces);
            }
        }
    }
    let manager = TaskManager::new();
    let (reader, writer) = io::pipe().unwrap();
    let reading = manager.add(read_all(reader));
    look(&manager);
    assert!(manager.has_io_waits());
    manager.block_on(written(writer, b"abcdef")).unwrap();
    assert_eq!(manager.block_on(reading).unwrap().unwrap(), [&b"abcd"[..], b"ef", b""]);
    assert_idle(&manager);
}

#[test]
fn m08_read_of_a_file_and_into_a_buffer() {
    #[task]
    fn read_file(file: File) -> io::Result<(Vec<u8>, usize, [u8; 4])> {
        let first = yield_!(read(&file, 9))?;
        let mut buf = [0; 4];
        let n = yield_!(read_into(&file, &mut buf))?;
        Ok((first, n, buf))
    }
    let file = File::open(env!("CARGO_MANIFEST_PATH")).unwrap();
    let (first, n, buf) = multitask::block_on(read_file(file)).unwrap();
    let text = fs::read(env!("CARGO_MANIFEST_PATH")).unwrap();
    assert_eq!(([&first[..], &buf].concat(), n), (text[..13].to_vec(), 4));
}

/// Both ends of a terminal: the side of whoever types, and that of a program.
#[cfg(target_os = "linux")]
fn terminal() -> (OwnedFd, OwnedFd) {
    use rustix::{
        fs::{Mode, OFlags, open},
        pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt},
    };
    let typing = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC).unwrap();
    grantpt(&typing).unwrap();
    unlockpt(&typing).unwrap();
    let path = ptsname(&typing, Vec::new()).unwrap();
    let program = open(path, OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC, Mode::empty()).unwrap();
    (typing, program)
}

/// A terminal gives out one line at a time, however much is asked for: the second must not wait for a third.
#[cfg(target_os = "linux")]
#[test]
fn m08_read_of_a_terminal() {
    #[task]
    fn by_borrowing<Fd: AsFd>(fd: Fd) -> io::Result<Vec<Vec<u8>>> {
        let first = yield_!(read(&fd, 100))?;
        Ok(vec![first, yield_!(read(&fd, 100))?, yield_!(readline(&fd))?])
    }
    #[task]
    fn by_owning(fd: OwnedFd) -> io::Result<Vec<Vec<u8>>> {
        let stream = FdStream::new(fd)?;
        let first = yield_!(stream.recv(100))?;
        let second = yield_!(stream.recv(100))?;
        let mut line = Vec::new();
        yield_!(stream.read_line(&mut line))?;
        Ok(vec![first, second, line])
    }
    let manager = TaskManager::new();
    for owning in [false, true] {
        let (typing, program) = terminal();
        let reading = if owning { manager.add(by_owning(program)) } else { manager.add(by_borrowing(program)) };
        look(&manager);
        assert!(!reading.is_finished() && manager.has_io_waits());
        rustix::io::write(&typing, b"one\ntwo\nthree\n").unwrap();
        await_end(&manager, &reading);
        let lines = [&b"one\n"[..], b"two\n", b"three\n"];
        assert_eq!(manager.block_on(reading).unwrap().unwrap(), lines);
        assert_idle(&manager);
    }
}

#[test]
fn m09_readline_waits_for_the_rest_of_the_line() {
    #[task]
    fn lines(pipe: PipeReader, log: Log<Vec<u8>>) -> io::Result<()> {
        loop {
            let line = yield_!(readline(&pipe))?;
            let is_end = line.is_empty();
            log.push(line);
            if is_end {
                return Ok(());
            }
        }
    }
    let manager = TaskManager::new();
    let (reader, writer) = io::pipe().unwrap();
    let log = Log::new();
    let reading = manager.add(lines(reader, log.clone()));
    // Part of a line blocks neither the process nor loses anything.
    let again = writer.try_clone().unwrap();
    manager.block_on(written(again, b"one\ntw")).unwrap();
    look(&manager);
    assert_eq!(log.take(), [b"one\n"]);
    manager.block_on(written(writer, b"o\n\nlast")).unwrap();
    manager.block_on(reading).unwrap().unwrap();
    assert_eq!(log.take(), [&b"two\n"[..], b"\n", b"last", b""]);
}

#[test]
fn m09_read_line_of_a_stream_that_is_given_up_goes_on_later() {
    #[task]
    fn patient(sock: UnixStream, log: Log<Vec<u8>>) -> io::Result<()> {
        let mut line = Vec::new();
        for _ in 0..2 {
            while yield_!(sock.read_line(&mut line).timeout(SHORT)).is_err() {
                log.push(line.clone());
            }
            log.push(std::mem::take(&mut line));
        }
        Ok(())
    }
    let manager = TaskManager::new();
    let (ours, theirs) = unix_pair();
    let log = Log::new();
    let reading = manager.add(patient(ours, log.clone()));
    done(&manager, theirs.send(b"on".to_vec())).unwrap();
    while log.len() == 0 {
        manager.run_next(Some(SHORT)).unwrap();
    }
    done(&manager, theirs.send(b"e\ntwo\n".to_vec())).unwrap();
    manager.block_on(reading).unwrap().unwrap();
    let log = log.take();
    // It may have been given up before the first piece came, and several times after that.
    assert!(log.iter().all(|line| [&b""[..], b"on", b"one\n", b"two\n"].contains(&&line[..])), "{log:?}");
    assert_eq!(log[log.len() - 2..], [b"one\n".to_vec(), b"two\n".to_vec()]);
}

/// What every protocol of the original's users had to write for itself: reading exactly so much, and putting it back.
#[test]
fn m09_a_buffer_for_exact_reads_and_lines() {
    #[task]
    fn read_all(pipe: PipeReader) -> io::Result<Vec<Vec<u8>>> {
        let mut reader = BufReader::new(FdStream::new(pipe)?);
        let mut parts = Vec::new();
        let mut head = [0; 2];
        yield_!(reader.read_exact(&mut head))?;
        parts.push(head.to_vec());
        reader.unread(b"!");
        loop {
            let mut part = Vec::new();
            if yield_!(reader.read_until(b';', &mut part))? == 0 {
                break;
            }
            parts.push(part);
        }
        assert_eq!(yield_!(reader.read_exact(&mut head)).unwrap_err().kind(), ErrorKind::UnexpectedEof);
        Ok(parts)
    }
    let manager = TaskManager::new();
    let (reader, writer) = io::pipe().unwrap();
    let reading = manager.add(read_all(reader));
    for part in [&b"a"[..], b"bc;d", b"e;", b"rest"] {
        look(&manager);
        manager.block_on(written(writer.try_clone().unwrap(), part)).unwrap();
    }
    drop(writer);
    let parts = manager.block_on(reading).unwrap().unwrap();
    assert_eq!(parts, [&b"ab"[..], b"!c;", b"de;", b"rest"]);
}

#[test]
fn m10_write_says_how_much() {
    #[task]
    fn fill(pipe: PipeWriter) -> io::Result<usize> {
        let mut sent = 0;
        let data = [0; 100_000];
        // It never writes more than there is room for, and never blocks the process.
        while let Ok(n) = yield_!(write(&pipe, &data).timeout(SHORT)) {
            sent += n?;
        }
        Ok(sent)
    }
    let (mut reader, writer) = io::pipe().unwrap();
    let sent = multitask::block_on(fill(writer)).unwrap();
    let mut all = Vec::new();
    assert_eq!(reader.read_to_end(&mut all).unwrap(), sent);
    assert!(sent > 0 && !sent.is_multiple_of(100_000), "{sent} bytes");
}

#[test]
fn m10_write_to_a_file_and_to_nobody() {
    #[task]
    fn write_to<Fd: AsFd>(fd: Fd) -> io::Result<usize> {
        yield_!(write(&fd, b"hello"))
    }
    let path = std::env::temp_dir().join(format!("multitask-m10-{}", std::process::id()));
    let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(true).open(&path).unwrap();
    assert_eq!(multitask::block_on(write_to(file.try_clone().unwrap())).unwrap(), 5);
    file.rewind().unwrap();
    assert_eq!(io::read_to_string(file).unwrap(), "hello");
    fs::remove_file(path).unwrap();

    let (reader, writer) = io::pipe().unwrap();
    drop(reader);
    assert_eq!(multitask::block_on(write_to(writer)).unwrap_err().kind(), ErrorKind::BrokenPipe);
}

#[test]
fn m11_accept_gives_one_connection_and_its_address() {
    #[task]
    fn accept(sock: TcpListener) -> io::Result<(TcpStream, SocketAddr)> {
        yield_!(sock.accept())
    }
    let manager = TaskManager::new();
    let (sock, address) = listener();
    let accepting = manager.add(accept(sock.clone()));
    look(&manager);
    let clients = [(); 2].map(|()| std::net::TcpStream::connect(address).unwrap());
    let (first, from) = manager.block_on(accepting).unwrap().unwrap();
    assert_eq!(first.peer_addr().unwrap(), from);
    let (_second, other) = manager.block_on(accept(sock)).unwrap();
    let expected = clients.map(|client| client.local_addr().unwrap());
    assert!([[from, other], [other, from]].contains(&expected));
}

#[test]
fn m11_accept_of_a_unix_socket() {
    #[task]
    fn serve(sock: UnixListener) -> io::Result<Vec<u8>> {
        let (conn, _address) = yield_!(sock.accept())?;
        yield_!(conn.recv(100))
    }
    #[task]
    fn visit(path: std::path::PathBuf) -> io::Result<()> {
        let conn = yield_!(UnixStream::connect(&path))?;
        yield_!(conn.write_all(b"hello"))
    }
    let path = std::env::temp_dir().join(format!("multitask-m11-{}", std::process::id()));
    let _ = fs::remove_file(&path);
    let manager = TaskManager::new();
    let serving = manager.add(serve(UnixListener::bind(&path).unwrap()));
    manager.block_on(visit(path.clone())).unwrap();
    assert_eq!(manager.block_on(serving).unwrap().unwrap(), b"hello");
    // The file is still there, and nobody listens.
    assert_eq!(manager.block_on(visit(path.clone())).unwrap_err().kind(), ErrorKind::ConnectionRefused);
    fs::remove_file(path).unwrap();
}

#[test]
fn m12_recv_and_send() {
    #[task]
    fn exchange(one: TcpStream, other: TcpStream) -> io::Result<()> {
        assert_eq!(yield_!(one.send(b"four"))?, 4);
        assert_eq!(yield_!(other.recv(3))?, b"fou");
        assert_eq!(yield_!(other.recv(3))?, b"r");
        assert_eq!(yield_!(other.send("by value".to_owned()))?, 8);
        let mut buf = [0; 20];
        assert_eq!(yield_!(one.peek(&mut buf))?, 8);
        assert_eq!(yield_!(one.read(&mut buf))?, 8);
        Ok(())
    }
    let (one, other) = tcp_pair();
    multitask::block_on(exchange(one, other)).unwrap();
}

#[test]
fn m12_recv_from_and_send_to() {
    #[task]
    fn exchange(one: UdpSocket, other: UdpSocket) -> io::Result<()> {
        let [first, second] = [one.local_addr()?, other.local_addr()?];
        yield_!(one.send_to(b"four", second))?;
        yield_!(one.send_to(b"", second))?;
        yield_!(one.send_to(b"too long".to_vec(), second))?;
        assert_eq!(yield_!(other.recv_from(100))?, (b"four".to_vec(), first));
        // Nothing is a datagram too, and no end of anything.
        assert_eq!(yield_!(other.recv_from(100))?, (Vec::new(), first));
        let mut buf = [0; 3];
        assert_eq!(yield_!(other.peek(&mut buf))?, 3);
        assert_eq!(yield_!(other.read_from(&mut buf))?, (3, first));
        assert_eq!(&buf, b"too");
        Ok(())
    }
    let sockets = [(); 2].map(|()| UdpSocket::bind("127.0.0.1:0").unwrap());
    let [one, other] = sockets;
    multitask::block_on(exchange(one, other)).unwrap();
}

/// A sender that finds no room waits until there is some: of that nothing but time tells.
#[test]
fn m12_send_to_a_unix_socket_that_is_full() {
    #[task]
    fn send(sock: UnixDatagram, path: std::path::PathBuf, n: u32) -> io::Result<()> {
        for count in 0..n {
            yield_!(sock.send_to(count.to_le_bytes(), &path))?;
        }
        Ok(())
    }
    #[task]
    fn receive(sock: UnixDatagram, n: u32) -> io::Result<()> {
        for count in 0..n {
            assert_eq!(yield_!(sock.recv(8))?, count.to_le_bytes());
        }
        Ok(())
    }
    let path = std::env::temp_dir().join(format!("multitask-m12-{}", std::process::id()));
    let _ = fs::remove_file(&path);
    let manager = TaskManager::new();
    let receiver = UnixDatagram::bind(&path).unwrap();
    let sending = manager.add(send(UnixDatagram::unbound().unwrap(), path.clone(), 2000));
    look(&manager);
    assert!(!sending.is_finished(), "the system has room for a great many");
    manager.block_on(receive(receiver, 2000)).unwrap();
    manager.block_on(sending).unwrap().unwrap();
    fs::remove_file(path).unwrap();
}

#[test]
fn m13_connect() {
    #[task]
    fn connect(address: SocketAddr) -> io::Result<TcpStream> {
        yield_!(TcpStream::connect(address).timeout(LONG))?
    }
    let manager = TaskManager::new();
    let (sock, address) = listener();
    let connected = manager.block_on(connect(address)).unwrap();
    assert_eq!(connected.peer_addr().unwrap(), address);
    drop(sock);
    assert_eq!(manager.block_on(connect(address)).unwrap_err().kind(), ErrorKind::ConnectionRefused);
    assert_idle(&manager);
}

#[test]
fn m13_connect_by_name_and_to_the_first_address_that_answers() {
    #[task]
    fn connect(port: u16, nobody: SocketAddr, address: SocketAddr) -> io::Result<()> {
        let named = yield_!(TcpStream::connect(("localhost", port)))?;
        assert_eq!(named.peer_addr()?.port(), port);
        let second = yield_!(TcpStream::connect([nobody, address]))?;
        assert_eq!(second.peer_addr()?, address);
        let addresses = yield_!(resolve(("localhost", port)))?;
        assert!(addresses.contains(&address), "{addresses:?}");
        // Names that cannot exist.
        assert!(yield_!(resolve("no port")).is_err());
        assert!(yield_!(TcpStream::connect("does.not.exist.invalid:1")).is_err());
        assert_eq!(yield_!(TcpStream::connect([])).unwrap_err().kind(), ErrorKind::InvalidInput);
        Ok(())
    }
    let nobody = StdListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let (_sock, address) = listener();
    let manager = TaskManager::new();
    manager.block_on(connect(address.port(), nobody, address)).unwrap();
    assert_idle(&manager);
}

/// Other tasks go on while a name is looked up and while a call blocks.
#[test]
fn m13_a_call_that_blocks_keeps_nobody() {
    #[task]
    fn blocked(log: Log<&'static str>) {
        let answer = yield_!(multitask::blocking(|| {
            std::thread::sleep(Duration::from_millis(50));
            42
        }));
        assert_eq!(answer, 42);
        log.push("answer");
    }
    #[task]
    fn other(log: Log<&'static str>) {
        for _ in 0..3 {
            yield_!();
            log.push("other");
        }
    }
    let manager = TaskManager::new();
    let log = Log::new();
    manager.add(blocked(log.clone()));
    manager.add(other(log.clone()));
    manager.run().unwrap();
    assert_eq!(log.take(), ["other", "other", "other", "answer"]);
}

#[test]
fn m13_a_panic_of_a_call_that_blocks_is_one_of_its_task() {
    #[task]
    fn fail() {
        yield_!(multitask::blocking(|| panic!("on another thread")));
    }
    let manager = TaskManager::new();
    let failing = manager.add(fail());
    let error = manager.block_on(failing).unwrap_err();
    assert!(error.to_string().contains("on another thread"), "{error}");
    assert_idle(&manager);
}

/// A read stops where urgent data were, so that there may be more than it says.
#[cfg(target_os = "linux")]
#[test]
fn m12_data_behind_urgent_data_are_received() {
    #[task]
    fn receive(sock: TcpStream) -> io::Result<Vec<u8>> {
        let mut all = Vec::new();
        while all.len() < 4 {
            all.extend(yield_!(sock.recv(100).timeout(LONG))??);
        }
        Ok(all)
    }
    let manager = TaskManager::new();
    let (ours, theirs) = tcp_pair();
    let receiving = manager.add(receive(ours));
    look(&manager);
    let raw = socket2::SockRef::from(&theirs);
    raw.send(b"ab").unwrap();
    raw.send_out_of_band(b"!").unwrap();
    raw.send(b"cd").unwrap();
    await_end(&manager, &receiving);
    assert_eq!(manager.block_on(receiving).unwrap().unwrap(), b"abcd");
}
