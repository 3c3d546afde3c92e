// The way out: `-> io::Result<()>`, and `Ok(())` at the end.
use multitask::{net::TcpStream, task, yield_};

#[task]
fn greet(sock: TcpStream) {
    yield_!(sock.write_all(b"hello"))?;
}

fn main() {}
