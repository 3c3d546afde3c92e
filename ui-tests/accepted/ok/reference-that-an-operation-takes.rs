use multitask::{net::TcpStream, task, yield_};
use std::io;

#[task]
fn greet(sock: TcpStream, words: Vec<u8>) -> io::Result<()> {
    let first = &words[..1];
    yield_!(sock.write_all(first))?;
    yield_!(sock.write_all(first))
}

fn main() {
    let _never_run = greet;
}
