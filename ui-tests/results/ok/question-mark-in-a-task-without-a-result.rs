use multitask::{net::TcpStream, task, yield_};
use std::io;

#[task]
fn greet(sock: TcpStream) -> io::Result<()> {
    yield_!(sock.write_all(b"hello"))?;
    Ok(())
}

fn main() {
    let _never_run = greet;
}
