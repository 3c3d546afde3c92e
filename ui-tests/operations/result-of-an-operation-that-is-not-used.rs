// The way out: `?`.
#![deny(unused_must_use)]
use multitask::{net::TcpStream, task, yield_};
use std::io;

#[task]
fn greet(sock: TcpStream) -> io::Result<()> {
    yield_!(sock.write_all(b"hello"));
    Ok(())
}

fn main() {}
