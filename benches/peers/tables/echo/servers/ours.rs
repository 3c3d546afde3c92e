//! A task for each client, as in the README; and one that keeps no buffer while it waits.

use std::io;

use multitask::{
    net::{TcpListener, TcpStream},
    task, yield_,
};

use super::ROOM;

#[task]
fn listener(sock: TcpListener) -> io::Result<()> {
    loop {
        let (conn, _address) = yield_!(sock.accept())?;
        multitask::add(client(conn));
    }
}

#[task]
fn client(sock: TcpStream) -> io::Result<()> {
    let mut buf = [0; ROOM];
    loop {
        let n = yield_!(sock.read(&mut buf))?;
        if n == 0 {
            return Ok(());
        }
        yield_!(sock.write_all(&buf[..n]))?;
    }
}

pub(super) fn serve(sock: std::net::TcpListener) -> io::Result<()> {
    multitask::block_on(listener(sock.try_into()?))
}

#[task]
fn listener_by_recv(sock: TcpListener) -> io::Result<()> {
    loop {
        let (conn, _address) = yield_!(sock.accept())?;
        multitask::add(client_by_recv(conn));
    }
}

#[task]
fn client_by_recv(sock: TcpStream) -> io::Result<()> {
    loop {
        let bytes = yield_!(sock.recv(ROOM))?;
        if bytes.is_empty() {
            return Ok(());
        }
        yield_!(sock.write_all(&bytes))?;
    }
}

pub(super) fn serve_by_recv(sock: std::net::TcpListener) -> io::Result<()> {
    multitask::block_on(listener_by_recv(sock.try_into()?))
}
