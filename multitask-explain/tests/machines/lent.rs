//! What is lent is not kept: a child can be lent the locals of its parent.

use std::io;

use multitask::{net::TcpStream, task, yield_};

#[task(lend)]
fn read_up_to(sock: &mut TcpStream, buf: &mut [u8], want: usize) -> io::Result<usize> {
    let mut got = 0;
    while got < want {
        let n = yield_!(sock.read(&mut buf[got..want]))?;
        if n == 0 {
            break;
        }
        got += n;
    }
    Ok(got)
}

#[task]
fn length(mut sock: TcpStream) -> io::Result<usize> {
    let mut head = [0; 2];
    let n = yield_!(read_up_to(&mut sock, &mut head, 2))?;
    Ok(n + usize::from(head[0]))
}
