//! Where bytes are received before it is known how many there are.
//!
//! A task that waits has no buffer. The manager lends it one for an attempt, and what has come is copied out of that:
//! nothing is allocated for an attempt that would block, and no more than there is for one that does not.

use core::cell::Cell;
use std::{io, rc::Rc};

use crate::{Context, manager::Shared};

/// What is more than that is received in place: it is not worth a copy, nor to be kept.
const MOST: usize = 64 * 1024;

/// The buffer of a manager, taken out while it is lent.
#[derive(Default)]
pub(crate) struct ReceiveBuffer(Cell<Vec<u8>>);

impl ReceiveBuffer {
    fn lend<T>(&self, n: usize, receive: impl FnOnce(&mut [u8]) -> T) -> T {
        let mut buffer = self.0.take();
        if buffer.len() < n {
            buffer.resize(n, 0);
        }
        let received = receive(&mut buffer[..n]);
        self.0.set(buffer);
        received
    }
}

/// Who lends a buffer for the attempts of an operation.
pub(crate) struct Lender(Option<Rc<Shared>>);

impl Lender {
    pub(crate) fn of(cx: &Context<'_>) -> Self {
        Lender(cx.manager().cloned())
    }

    /// Receives at most `n` bytes: `receive` fills a buffer, and says how much of it, and something else.
    pub(crate) fn receive<T>(
        &self,
        n: usize,
        receive: impl FnOnce(&mut [u8]) -> io::Result<(usize, T)>,
    ) -> io::Result<(Vec<u8>, T)> {
        match &self.0 {
            Some(manager) if n <= MOST => manager.receive_buffer.lend(n, |buffer| {
                let (done, more) = receive(buffer)?;
                Ok((buffer[..done].to_vec(), more))
            }),
            _ => {
                let mut buffer = vec![0; n];
                let (done, more) = receive(&mut buffer)?;
                buffer.truncate(done);
                if done < n / 2 {
                    buffer.shrink_to_fit();
                }
                Ok((buffer, more))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_received_is_copied_out_of_a_buffer_that_is_lent_again() {
        let manager = Shared::new();
        let lender = Lender(Some(manager.clone()));
        let (bytes, ()) = lender
            .receive(100, |buffer| {
                buffer[..5].copy_from_slice(b"hello");
                Ok((5, ()))
            })
            .unwrap();
        assert_eq!((&bytes[..], bytes.capacity()), (&b"hello"[..], 5));
        let failed = lender.receive(10, |_| Err::<(usize, ()), _>(io::ErrorKind::WouldBlock.into()));
        assert!(failed.is_err());
        let lent = manager.receive_buffer.0.take();
        assert_eq!(lent.len(), 100);
        // Nobody sees more than he asked for, and what is large is not kept.
        manager.receive_buffer.0.set(lent);
        lender.receive(10, |buffer| Ok((buffer.len(), ()))).unwrap();
        let (many, ()) = lender.receive(MOST + 1, |buffer| Ok((buffer.len(), ()))).unwrap();
        assert_eq!(many.len(), MOST + 1);
        assert_eq!(manager.receive_buffer.0.take().len(), 100);
    }
}
