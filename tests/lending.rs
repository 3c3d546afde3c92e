//! Helper tasks that borrow their parents' locals, on real sockets.

use std::{io, time::Duration};

use multitask::{
    Context, Task, block_on,
    net::{TcpListener, TcpStream},
    task, yield_,
};

/// Reads exactly `want` bytes; fewer at the end of the stream.
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

/// A connection on which frames are sent: a length, and as many bytes.
struct Conn {
    sock: TcpStream,
    buf: Vec<u8>,
    frames: usize,
}

impl Conn {
    #[task(lend)]
    fn fill(&mut self, want: usize) -> io::Result<()> {
        self.buf.resize(want, 0);
        let n = yield_!(read_up_to(&mut self.sock, &mut self.buf, want))?;
        if n < want { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(()) }
    }

    #[task(lend)]
    fn read_frame(&mut self) -> io::Result<usize> {
        yield_!(self.fill(1))?;
        let length = usize::from(self.buf[0]);
        yield_!(self.fill(length))?;
        self.frames += 1;
        Ok(length)
    }

    #[task(lend)]
    fn write_frame(&mut self, bytes: &[u8]) -> io::Result<()> {
        yield_!(self.sock.write_all(&[bytes.len() as u8]))?;
        yield_!(self.sock.write_all(bytes))
    }
}

#[task]
fn reverser(sock: TcpStream) -> io::Result<usize> {
    let mut conn = Conn { sock, buf: Vec::new(), frames: 0 };
    while yield_!(conn.read_frame().timeout(Duration::from_secs(10)))?? > 0 {
        let reversed: Vec<u8> = conn.buf.iter().rev().copied().collect();
        yield_!(conn.write_frame(&reversed))?;
    }
    Ok(conn.frames)
}

/// Sends each frame a byte at a time, so that the other side is suspended in the middle of it.
#[task(lend)]
fn trickle(sock: &mut TcpStream, words: &[&str]) -> io::Result<()> {
    for word in words {
        yield_!(sock.write_all(&[word.len() as u8]))?;
        for byte in word.bytes() {
            yield_!(multitask::sleep(Duration::from_millis(1)));
            yield_!(sock.write_all(&[byte]))?;
        }
    }
    Ok(())
}

#[task]
fn client(listener: TcpListener) -> io::Result<Vec<String>> {
    let mut sock = yield_!(TcpStream::connect(listener.local_addr()?))?;
    let (peer, _) = yield_!(listener.accept())?;
    let server = multitask::add(reverser(peer));
    let words = ["hello", "borrowed", "world"];
    yield_!(trickle(&mut sock, &words))?;
    let mut answers = Vec::new();
    for word in &words {
        let mut buf = [0; 64];
        let n = yield_!(read_up_to(&mut sock, &mut buf, word.len() + 1))?;
        answers.push(String::from_utf8_lossy(&buf[1..n]).into_owned());
    }
    yield_!(trickle(&mut sock, &[""]))?;
    assert_eq!(yield_!(server).unwrap()?, words.len() + 1);
    Ok(answers)
}

#[test]
fn helpers_borrow_through_three_levels() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    assert_eq!(block_on(client(listener)).unwrap(), ["olleh", "deworrob", "dlrow"]);
}

#[test]
fn an_error_in_a_helper_is_the_parents() {
    #[task]
    fn server(listener: TcpListener) -> io::Result<usize> {
        let (sock, _) = yield_!(listener.accept())?;
        yield_!(reverser(sock))
    }
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let peer = std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    io::Write::write_all(&mut &peer, &[5, b'x']).unwrap();
    drop(peer);
    assert_eq!(block_on(server(listener)).unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
}

#[task(lend)]
fn count_up(total: &mut u32, by: &[u32]) -> u32 {
    for n in by {
        yield_!();
        *total += n;
    }
    *total
}

#[test]
fn a_call_on_its_own_keeps_what_it_was_given() {
    let mut total = 1;
    assert_eq!(block_on(count_up(&mut total, &[2, 3])), 6);
    assert_eq!(total, 6);

    let mut call = count_up(&mut total, &[1, 1]);
    let mut cx = Context::detached();
    assert!(call.resume(&mut cx).is_pending());
    let mut boxed: Box<dyn Task<Output = u32> + '_> = Box::new(call);
    assert!(boxed.resume(&mut cx).is_pending());
    assert!(boxed.resume(&mut cx).is_ready());
    drop(boxed);
    assert_eq!(total, 8);

    let handle = multitask::add(count_up(Box::leak(Box::new(0)), &[4, 5]));
    assert_eq!(block_on(handle).unwrap(), 9);
}

#[test]
fn what_a_machine_keeps_is_no_reference() {
    #[task]
    fn parent() -> u32 {
        let mut total = 0;
        yield_!(count_up(&mut total, &[1])) + yield_!(count_up(&mut total, &[2, 3]))
    }
    fn is_send<T: Send>(value: T) -> T {
        value
    }
    // A `&mut u32`, a slice and the machine of the child would be more.
    assert!(size_of_val(&parent()) <= 64, "{}", size_of_val(&parent()));
    assert_eq!(block_on(is_send(parent())), 7);
}
