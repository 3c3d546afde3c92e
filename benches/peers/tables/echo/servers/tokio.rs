//! A task for each client on tokio's runtime of one thread.

use std::{io, net::TcpListener};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    runtime::Builder,
    task::{LocalSet, spawn_local},
};

use super::{ROOM, nonblocking};

pub(super) fn serve(listener: TcpListener) -> io::Result<()> {
    Builder::new_current_thread().enable_io().build()?.block_on(LocalSet::new().run_until(async {
        let listener = tokio::net::TcpListener::from_std(nonblocking(listener)?)?;
        loop {
            spawn_local(client(listener.accept().await?.0));
        }
    }))
}

async fn client(mut sock: TcpStream) -> io::Result<()> {
    let mut buf = [0; ROOM];
    loop {
        let n = sock.read(&mut buf).await?;
        if n == 0 {
            return Ok(());
        }
        sock.write_all(&buf[..n]).await?;
    }
}
