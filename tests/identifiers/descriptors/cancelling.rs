//! D-M4, of descriptors: whatever a task waits for, cancelling it leaves nothing.

use std::{
    io::{self, PipeReader, PipeWriter},
    process::{Command, Stdio},
};

use multitask::{
    TaskManager, all, any,
    io::{FdStream, Interest, read_into, ready},
    net::{TcpListener, TcpStream, UdpSocket, UnixStream},
    process::{Child, spawn},
    read, readable, readline,
    signal::unix::{SignalKind, signal},
    task, writable, write, write_all, yield_,
};

use super::{LONG, assert_idle, listener, look, tcp_pair, unix_pair};
use crate::support::{Log, Noted};

/// More than the system takes.
const MUCH: usize = 16 << 20;

fn fill(pipe: &PipeWriter) {
    use rustix::{
        fs::{OFlags, fcntl_getfl, fcntl_setfl},
        io::write,
    };
    let mode = fcntl_getfl(pipe).unwrap();
    fcntl_setfl(pipe, mode | OFlags::NONBLOCK).unwrap();
    while write(pipe, &[0; 4096]).is_ok() {}
    fcntl_setfl(pipe, mode).unwrap();
}

/// Ends when its input does, which is when this is dropped.
fn sleeper() -> Child {
    spawn(Command::new("cat").stdin(Stdio::piped()).stdout(Stdio::null())).unwrap()
}

/// What waits is kept in a task with a guard, whose drop shows that the task is gone.
macro_rules! waits {
    ($manager:expr, $drops:expr; $($name:ident($($keep:ident: $type:ty = $value:expr),*) $wait:expr;)*) => { $(
        {
            #[task]
            fn $name(guard: Noted<&'static str>, $($keep: $type),*) {
                let _guard = guard;
                let _output = $wait;
            }
            let task = $manager.add($name(Noted(stringify!($name), $drops.clone()) $(, $value)*));
            look(&$manager);
            assert!(!task.is_finished(), "{} does not wait", stringify!($name));
            assert!($manager.has_io_waits() || $manager.has_timeouts(), "{} waits for nothing", stringify!($name));
            task.cancel();
            assert_eq!($drops.take(), [stringify!($name)]);
            assert_idle(&$manager);
        }
    )* };
}

#[test]
fn d_m4_cancelling_leaves_nothing_of_any_wait_for_a_descriptor() {
    let manager = TaskManager::new();
    let drops = Log::new();
    let (ours, _theirs) = tcp_pair();
    let (local, _remote) = unix_pair();
    let datagrams = UdpSocket::bind("127.0.0.1:0").unwrap();
    let (listening, _) = listener();
    let pipe = || io::pipe().unwrap();
    let [(reader, _w1), (line_reader, _w2), (into_reader, _w3)] = [pipe(), pipe(), pipe()];
    let (_r, all_writer) = pipe();
    let (owned, _w4) = pipe();
    let owned = FdStream::new(owned).unwrap();
    let (_full, full) = pipe();
    fill(&full);
    waits! { manager, drops;
        wait_readable(fd: TcpStream = ours.clone()) yield_!(readable(&fd));
        wait_ready(fd: TcpStream = ours.clone()) yield_!(ready(&fd, Interest::READABLE | Interest::PRIORITY));
        wait_writable(fd: PipeWriter = full.try_clone().unwrap()) yield_!(writable(&fd));
        wait_read(fd: PipeReader = reader) yield_!(read(&fd, 10));
        wait_read_into(fd: PipeReader = into_reader) yield_!(read_into(&fd, &mut [0; 10]));
        wait_readline(fd: PipeReader = line_reader) yield_!(readline(&fd));
        wait_write(fd: PipeWriter = full.try_clone().unwrap()) yield_!(write(&fd, b"x"));
        wait_write_all(fd: PipeWriter = all_writer) yield_!(write_all(&fd, &vec![0; MUCH]));
        wait_owned(fd: FdStream = owned.clone()) yield_!(fd.recv(10));
        wait_owned_line(fd: FdStream = owned) yield_!(fd.read_line(&mut Vec::new()));
        wait_recv(sock: TcpStream = ours.clone()) yield_!(sock.recv(10));
        wait_read_exact(sock: TcpStream = ours.clone()) yield_!(sock.read_exact(&mut [0; 10]));
        wait_peek(sock: TcpStream = ours.clone()) yield_!(sock.peek(&mut [0; 10]));
        wait_read_line(sock: UnixStream = local.clone()) yield_!(sock.read_line(&mut Vec::new()));
        wait_send_all(sock: UnixStream = local.clone()) yield_!(sock.write_all(&vec![0; MUCH]));
        wait_send(sock: UnixStream = local.clone()) yield_!(sock.send(vec![0; MUCH]));
        wait_accept(sock: TcpListener = listening) yield_!(sock.accept());
        wait_recv_from(sock: UdpSocket = datagrams.clone()) yield_!(sock.recv_from(10));
        wait_datagram(sock: UdpSocket = datagrams) yield_!(sock.recv(10));
        wait_with_limit(sock: TcpStream = ours.clone()) yield_!(sock.recv(10).timeout(LONG));
        wait_any(one: TcpStream = ours.clone(), other: UnixStream = local.clone()) yield_!(any((one.recv(1), other.recv(1))));
        wait_all(one: TcpStream = ours, other: UnixStream = local) yield_!(all((one.recv(1), other.recv(1))));
        wait_signal(kind: SignalKind = SignalKind::WINDOW_CHANGE) yield_!(signal(kind).unwrap().wait());
        wait_process(child: Child = sleeper()) yield_!(child.wait());
    }
}
