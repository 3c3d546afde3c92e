// A timeout wraps the result in another one. The way out: `??`.
use multitask::{net::TcpStream, task, yield_};
use std::{io, time::Duration};

#[task]
fn read(sock: TcpStream) -> io::Result<usize> {
    let mut buf = [0; 16];
    let n: usize = yield_!(sock.read(&mut buf).timeout(Duration::ZERO))?;
    Ok(n)
}

fn main() {}
