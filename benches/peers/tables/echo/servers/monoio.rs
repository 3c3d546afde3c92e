//! A task for each client on monoio, over epoll. Its operations own their buffers.

use std::{io, net::TcpListener};

use monoio::{
    LegacyDriver, RuntimeBuilder,
    io::{AsyncReadRent, AsyncWriteRentExt},
    net::TcpStream,
};

use super::{ROOM, nonblocking};

pub(super) fn serve(listener: TcpListener) -> io::Result<()> {
    RuntimeBuilder::<LegacyDriver>::new().build()?.block_on(async {
        let listener = monoio::net::TcpListener::from_std(nonblocking(listener)?)?;
        loop {
            monoio::spawn(client(listener.accept().await?.0));
        }
    })
}

async fn client(mut sock: TcpStream) -> io::Result<()> {
    let mut buf: Vec<u8> = Vec::with_capacity(ROOM);
    loop {
        let (read, filled) = sock.read(buf).await;
        if read? == 0 {
            return Ok(());
        }
        let (written, mut emptied) = sock.write_all(filled).await;
        written?;
        emptied.clear();
        buf = emptied;
    }
}
