//! A client of the echo server: several tasks that talk to it at once.
//!
//!     cargo run --example echo_client [address]
//!
//! needs `cargo run --example echo_server` in another terminal, and prints what came back to each task.

use std::{env, io, net::SocketAddr, time::Duration};

use multitask::{net::TcpStream, task, yield_};

#[task]
fn talk(name: &'static str, address: SocketAddr) -> io::Result<()> {
    let mut sock = yield_!(TcpStream::connect(address).timeout(Duration::from_secs(5)))??;
    for count in 1..=3 {
        let message = format!("{name} says hello for the {count}. time");
        yield_!(sock.write_all(message.as_bytes()))?;
        let mut answer = vec![0; message.len()];
        yield_!(sock.read_exact(&mut answer))?;
        println!("{}", String::from_utf8_lossy(&answer));
    }
    Ok(())
}

#[task]
fn report(name: &'static str, address: SocketAddr) {
    if let Err(error) = yield_!(talk(name, address)) {
        println!("{name} failed: {error}");
    }
}

fn main() -> io::Result<()> {
    let address = env::args().nth(1).unwrap_or_else(|| "127.0.0.1:7000".to_owned());
    let address: SocketAddr = address.parse().map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
    for name in ["Ann", "Bob", "Eve"] {
        multitask::add(report(name, address));
    }
    multitask::run()
}
