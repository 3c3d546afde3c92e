// The way out: an error type with `From<io::Error>`, or `map_err`.
use multitask::{net::TcpStream, task, yield_};

#[task]
fn greet(sock: TcpStream) -> Result<(), String> {
    yield_!(sock.write_all(b"hello"))?;
    Ok(())
}

fn main() {}
