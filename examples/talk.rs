//! What you type goes to a server, and what it answers is printed, at the same time.
//!
//!     cargo run --example talk [address]
//!
//! needs `cargo run --example echo_server` in another terminal. It ends when the server closes the connection, which the
//! echo server does when it has seen the end of the input (Ctrl+D).

use std::{env, io};

use multitask::{
    all,
    io::{ReadHalf, WriteHalf},
    net::TcpStream,
    readline, task, write_all, yield_,
};

/// Sends what is typed. To drop the half that writes tells the server that this was all.
#[task]
fn send(server: WriteHalf<TcpStream>) -> io::Result<()> {
    let input = io::stdin();
    loop {
        let line = yield_!(readline(&input))?;
        if line.is_empty() {
            return Ok(());
        }
        yield_!(server.write_all(&line))?;
    }
}

/// Prints what the server says.
#[task]
fn receive(server: ReadHalf<TcpStream>) -> io::Result<()> {
    let output = io::stdout();
    let mut buf = [0; 4096];
    loop {
        let n = yield_!(server.read(&mut buf))?;
        if n == 0 {
            return Ok(());
        }
        yield_!(write_all(&output, &buf[..n]))?;
    }
}

#[task]
fn talk(address: String) -> io::Result<()> {
    let (reader, writer) = yield_!(TcpStream::connect(address))?.into_split();
    let (sent, received) = yield_!(all((send(writer), receive(reader))));
    sent.and(received)
}

fn main() -> io::Result<()> {
    let address = env::args().nth(1).unwrap_or_else(|| "127.0.0.1:7000".to_owned());
    multitask::block_on(talk(address))
}
