//! An operation borrows a local of the task that waits for it.

use std::io;

use multitask::{net::TcpStream, task, yield_};

#[task]
fn echo(mut sock: TcpStream) -> io::Result<()> {
    let mut buf = [0; 4096];
    loop {
        let n = yield_!(sock.read(&mut buf))?;
        if n == 0 {
            return Ok(());
        }
        yield_!(sock.write_all(&buf[..n]))?;
    }
}
