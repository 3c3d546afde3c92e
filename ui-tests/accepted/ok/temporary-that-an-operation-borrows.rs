use multitask::{net::TcpStream, task, yield_};
use std::io;

#[task]
fn greet(sock: TcpStream, n: u32) -> io::Result<()> {
    yield_!(sock.write_all(format!("number {n}").as_bytes()))
}

fn main() {
    let _never_run = greet;
}
