//! Sockets whose operations tasks wait for: TCP, UDP, and on Unix those in the file system.
//!
//! A socket is a cheap handle: clones of it are the same socket, which is closed when the last of them is dropped. An
//! operation is attempted at once, and the task waits only if it would block; so a task on whose socket there is always
//! something to do is made to give way now and then.
//!
//! A socket belongs to the task manager of the first task that had to wait for it. When no task waits for it any more,
//! a task of another manager may, and it then belongs to that one; before that, waiting for it there is an error.
//!
//! Streams have operations of two kinds. `read(&mut buf)`, `write(&data)` and their like borrow, and copy nothing; `recv(n)`
//! and `send(data)` own what they return and are given, so that they can be kept and handed on. What several of them need
//! in common is in [`io`](crate::io), which also has a reader with a buffer.
//!
//! Any number of tasks may wait for the same socket. All of them are woken when something happens, and try again.
//!
//! Dropping an operation that waits cancels it, and leaves nothing behind.
//!
//! # Examples
//!
//! ```
#![doc = include_str!("../yield_in_docs.txt")]
//! # use std::{io::{Read, Write}, net::Shutdown};
//! # use multitask_core::net::TcpListener;
//! # let listener = TcpListener::bind("127.0.0.1:0")?;
//! # let mut peer = std::net::TcpStream::connect(listener.local_addr()?)?;
//! # peer.write_all(b"hello")?;
//! # peer.shutdown(Shutdown::Write)?;
//! // In a task: sends back what it receives.
//! let (sock, _address) = yield_!(listener.accept())?;
//! let mut buf = [0; 4096];
//! loop {
//!     let n = yield_!(sock.read(&mut buf))?;
//!     if n == 0 {
//!         break;
//!     }
//!     yield_!(sock.write_all(&buf[..n]))?;
//! }
//! # drop(sock);
//! # let mut echo = String::new();
//! # peer.read_to_string(&mut echo)?;
//! # assert_eq!(echo, "hello");
//! # Ok::<(), std::io::Error>(())
//! ```

pub(crate) mod accept;
mod addresses;
mod backoff;
pub(crate) mod connect;
mod datagram;
mod tcp;
mod udp;
#[cfg(unix)]
mod unix;
#[cfg(unix)]
mod unix_datagram;

use mio::Interest;

pub use self::{
    accept::Accept,
    addresses::{Host, Resolve, resolve},
    connect::Connect,
    datagram::{ReadFrom, RecvFrom, SendTo, SendToWait},
    tcp::{TcpListener, TcpStream},
    udp::UdpSocket,
};
#[cfg(unix)]
pub use self::{
    unix::{UnixListener, UnixStream},
    unix_datagram::UnixDatagram,
};
pub use crate::io::{
    Data, IoWait, Peek, Read, ReadExact, ReadHalf, ReadLine, Recv, Send, SendWait, TransferWait, Write, WriteAll,
    WriteHalf,
};

/// Urgent data are of interest because reading stops there.
#[cfg(any(target_os = "linux", target_os = "android"))]
const STREAM_INTEREST: Interest = Interest::READABLE.add(Interest::WRITABLE).add(Interest::PRIORITY);
#[cfg(not(any(target_os = "linux", target_os = "android")))]
const STREAM_INTEREST: Interest = Interest::READABLE.add(Interest::WRITABLE);
