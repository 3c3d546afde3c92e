//! The echo servers. Each has room for 4 KiB, or for what its library hands out instead.

mod mio;
mod monoio;
mod ours;
mod smol;
mod stackful;
mod tokio;

use std::{
    io::{self, Read as _},
    net::TcpListener,
    process::{self, ExitCode},
    thread,
};

const ROOM: usize = 4096;

/// Serves on a listener until the process ends.
type Serve = fn(TcpListener) -> io::Result<()>;

pub(super) const SERVERS: [(&str, Serve); 7] = [
    ("hand", mio::serve),
    ("tokio", tokio::serve),
    ("monoio", monoio::serve),
    ("smol", smol::serve),
    ("may", stackful::serve),
    ("multitask, recv", ours::serve_by_recv),
    ("multitask", ours::serve),
];

/// Serves on a free port, which it prints, as long as its input is open.
pub(super) fn run(name: &str) -> ExitCode {
    let Some((_, serve)) = SERVERS.iter().find(|server| server.0 == name) else { return ExitCode::FAILURE };
    thread::spawn(|| {
        let _ = io::stdin().read(&mut [0]);
        process::exit(0);
    });
    let result = TcpListener::bind("127.0.0.1:0").and_then(|listener| {
        println!("{}", listener.local_addr()?.port());
        serve(listener)
    });
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{name}: {error}");
            ExitCode::FAILURE
        }
    }
}

/// For the libraries that want it so.
fn nonblocking(listener: TcpListener) -> io::Result<TcpListener> {
    listener.set_nonblocking(true)?;
    Ok(listener)
}
