//! A task for each client on a local executor of smol.

use std::{io, net::TcpListener};

use smol::{
    Async, LocalExecutor,
    io::{AsyncReadExt, AsyncWriteExt},
};

use super::ROOM;

pub(super) fn serve(listener: TcpListener) -> io::Result<()> {
    let executor = LocalExecutor::new();
    smol::block_on(executor.run(async {
        let listener = Async::new(listener)?;
        loop {
            executor.spawn(client(listener.accept().await?.0)).detach();
        }
    }))
}

async fn client(mut sock: Async<std::net::TcpStream>) -> io::Result<()> {
    let mut buf = [0; ROOM];
    loop {
        let n = sock.read(&mut buf).await?;
        if n == 0 {
            return Ok(());
        }
        sock.write_all(&buf[..n]).await?;
    }
}
