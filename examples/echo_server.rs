//! The echo server: one task for each address that accepts connections, and one for each of them.
//!
//!     cargo run --example echo_server [address]..
//!
//! listens on 127.0.0.1:7000 unless told otherwise, at several addresses if there are several. In another terminal:
//!
//!     cargo run --example echo_client
//!
//! or `nc 127.0.0.1 7000`, and type.

use std::{env, io, time::Duration};

use multitask::{
    net::{TcpListener, TcpStream},
    sleep, task, yield_,
};

#[task]
fn listener(sock: TcpListener) -> io::Result<()> {
    loop {
        match yield_!(sock.accept()) {
            Ok((conn, _address)) => {
                multitask::add(client(conn));
            }
            // Out of file descriptors, or a client that is gone already: nothing that ends a server.
            Err(error) => {
                eprintln!("cannot accept a connection: {error}");
                yield_!(sleep(Duration::from_millis(100)));
            }
        }
    }
}

#[task]
fn client(conn: TcpStream) {
    if let Err(error) = yield_!(client_handler(conn)) {
        eprintln!("lost a client: {error}");
    }
}

#[task]
fn client_handler(mut sock: TcpStream) -> io::Result<()> {
    let mut buf = [0; 4096];
    loop {
        let n = yield_!(sock.read(&mut buf))?;
        if n == 0 {
            return Ok(());
        }
        yield_!(sock.write_all(&buf[..n]))?;
    }
}

fn main() -> io::Result<()> {
    let mut addresses: Vec<String> = env::args().skip(1).collect();
    if addresses.is_empty() {
        addresses.push("127.0.0.1:7000".to_owned());
    }
    for address in addresses {
        let sock = TcpListener::bind(address)?;
        println!("listening on {}", sock.local_addr()?);
        multitask::add(listener(sock));
    }
    multitask::run()
}
