//! A stack for each client, on one worker thread of `may`.

use std::{
    io::{self, Read, Write},
    net::TcpListener,
    os::fd::{FromRawFd, IntoRawFd},
};

use may::{coroutine, net::TcpStream};

use super::ROOM;

#[expect(unsafe_code, reason = "so it is with may")]
pub(super) fn serve(listener: TcpListener) -> io::Result<()> {
    may::config().set_workers(1);
    // SAFETY: the descriptor is that of a listener, and belongs to nobody else.
    let listener = unsafe { may::net::TcpListener::from_raw_fd(listener.into_raw_fd()) };
    // SAFETY: no task here touches a thread local, nor needs more stack than a coroutine of may has.
    let server = unsafe {
        coroutine::spawn(move || -> io::Result<()> {
            loop {
                let sock = listener.accept()?.0;
                coroutine::spawn(move || client(sock));
            }
        })
    };
    server.join().expect("it does not panic")
}

fn client(mut sock: TcpStream) -> io::Result<()> {
    let mut buf = [0; ROOM];
    loop {
        let n = sock.read(&mut buf)?;
        if n == 0 {
            return Ok(());
        }
        sock.write_all(&buf[..n])?;
    }
}
