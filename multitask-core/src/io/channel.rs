//! What bytes are read from and written to: the handles of streams, and borrowed descriptors.

use core::task::Poll;
use std::io;

use super::{receive::Lender, source::Direction};
use crate::Context;

/// A handle by which operations read and write; what they have in common lives on this.
pub trait Channel {
    /// What stays in the frame of a task that waits for one attempt.
    type Wait: Default;

    /// What an attempt is made on.
    type Raw: Raw;

    /// Attempts to transfer at most `wanted` bytes, and has the task wait if that would block.
    fn poll_transfer(
        &self,
        wait: &mut Self::Wait,
        direction: Direction,
        wanted: usize,
        cx: &mut Context<'_>,
        attempt: impl FnMut(&Self::Raw) -> io::Result<usize>,
    ) -> Poll<io::Result<usize>>;

    /// Reads once.
    fn poll_read(&self, wait: &mut Self::Wait, buf: &mut [u8], cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        self.poll_transfer(wait, Direction::Read, buf.len(), cx, |raw| raw.read(buf))
    }

    /// Writes once.
    fn poll_write(&self, wait: &mut Self::Wait, data: &[u8], cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        self.poll_transfer(wait, Direction::Write, data.len(), cx, |raw| raw.write(data))
    }

    /// Reads once, at most `n` bytes, into a buffer that is there only if there is something to read.
    fn poll_recv(&self, wait: &mut Self::Wait, n: usize, cx: &mut Context<'_>) -> Poll<io::Result<Vec<u8>>> {
        let lender = Lender::of(cx);
        let mut bytes = Vec::new();
        let read = |raw: &Self::Raw| {
            (bytes, ()) = lender.receive(n, |buffer| Ok((raw.read(buffer)?, ())))?;
            Ok(bytes.len())
        };
        let poll = self.poll_transfer(wait, Direction::Read, n, cx, read);
        poll.map_ok(|_| bytes)
    }
}

impl<C: Channel + ?Sized> Channel for &C {
    type Wait = C::Wait;
    type Raw = C::Raw;

    fn poll_transfer(
        &self,
        wait: &mut Self::Wait,
        direction: Direction,
        wanted: usize,
        cx: &mut Context<'_>,
        attempt: impl FnMut(&Self::Raw) -> io::Result<usize>,
    ) -> Poll<io::Result<usize>> {
        C::poll_transfer(self, wait, direction, wanted, cx, attempt)
    }
}

/// Something of the system that is read and written without waiting.
pub trait Raw {
    /// Reads what there is, or fails with `WouldBlock`.
    fn read(&self, buf: &mut [u8]) -> io::Result<usize>;

    /// Writes what there is room for, or fails with `WouldBlock`.
    fn write(&self, data: &[u8]) -> io::Result<usize>;

    /// Appends what there is to `line`, to the end of a line at most: how much that was, 0 at the end of the stream.
    ///
    /// What can neither be looked at before it is read nor put back is read byte by byte.
    fn read_line(&self, line: &mut Vec<u8>) -> io::Result<usize> {
        let mut done = 0;
        let mut byte = [0];
        loop {
            match self.read(&mut byte) {
                Ok(0) => return Ok(done),
                Ok(_) => {
                    line.push(byte[0]);
                    done += 1;
                    if byte == *b"\n" {
                        return Ok(done);
                    }
                }
                // The next attempt finds it again, if it lasts.
                Err(_) if done > 0 => return Ok(done),
                Err(error) => return Err(error),
            }
        }
    }
}

/// Reading and writing of a [`Raw`] by a shared reference to it, which has the traits of the standard library.
macro_rules! by_standard_traits {
    () => {
        fn read(&self, buf: &mut [u8]) -> std::io::Result<usize> {
            std::io::Read::read(&mut &*self, buf)
        }

        fn write(&self, data: &[u8]) -> std::io::Result<usize> {
            std::io::Write::write(&mut &*self, data)
        }
    };
}

pub(crate) use by_standard_traits;

/// A raw stream whose bytes can be looked at before they are read.
pub trait Peek: Raw {
    /// Like `read`, and leaves the bytes where they are.
    fn peek(&self, buf: &mut [u8]) -> io::Result<usize>;

    /// See [`Raw::read_line`].
    fn read_line_by_peeking(&self, line: &mut Vec<u8>) -> io::Result<usize> {
        let mut seen = [0; 1024];
        let there = self.peek(&mut seen)?;
        let wanted = seen[..there].iter().position(|byte| *byte == b'\n').map_or(there, |end| end + 1);
        let done = self.read(&mut seen[..wanted])?;
        line.extend_from_slice(&seen[..done]);
        Ok(done)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;

    /// Hands out its bytes, so many at a time.
    struct Pieces(RefCell<Vec<u8>>, usize);

    impl Raw for Pieces {
        fn read(&self, buf: &mut [u8]) -> io::Result<usize> {
            let n = self.peek(buf)?;
            self.0.borrow_mut().drain(..n);
            Ok(n)
        }

        fn write(&self, _: &[u8]) -> io::Result<usize> {
            unreachable!("it is only read")
        }
    }

    impl Peek for Pieces {
        fn peek(&self, buf: &mut [u8]) -> io::Result<usize> {
            let bytes = self.0.borrow();
            if bytes.is_empty() {
                return Err(io::ErrorKind::WouldBlock.into());
            }
            let n = bytes.len().min(self.1).min(buf.len());
            buf[..n].copy_from_slice(&bytes[..n]);
            Ok(n)
        }
    }

    #[test]
    fn a_line_is_read_to_its_end_and_no_further() {
        for at_a_time in [1, 3, 100] {
            for by_peeking in [false, true] {
                let pieces = Pieces(RefCell::new(b"one\n\ntwo".to_vec()), at_a_time);
                let mut line = Vec::new();
                let mut lines = Vec::new();
                while let Ok(n) =
                    if by_peeking { pieces.read_line_by_peeking(&mut line) } else { pieces.read_line(&mut line) }
                {
                    assert_ne!(n, 0);
                    if line.ends_with(b"\n") {
                        lines.push(core::mem::take(&mut line));
                    }
                }
                assert_eq!((lines, line), (vec![b"one\n".to_vec(), b"\n".to_vec()], b"two".to_vec()));
            }
        }
    }
}
