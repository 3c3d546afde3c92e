//! The addresses of a host: which to bind, and which to connect to.

use core::task::Poll;
use std::{
    io,
    net::{SocketAddr, ToSocketAddrs},
    vec,
};

use super::connect::{Addresses, no_address};
use crate::Context;

/// The addresses of a host, in the order in which they are tried.
#[derive(Debug)]
pub struct Targets {
    addresses: vec::IntoIter<SocketAddr>,
    error: Option<io::Error>,
}

impl Targets {
    pub(super) fn new(address: impl ToSocketAddrs) -> Self {
        let (addresses, error) = match address.to_socket_addrs() {
            Ok(addresses) => (addresses.collect::<Vec<_>>(), None),
            Err(error) => (Vec::new(), Some(error)),
        };
        Targets { addresses: addresses.into_iter(), error }
    }
}

impl Addresses for Targets {
    type Address = SocketAddr;

    fn poll_next(&mut self, _: &mut Context<'_>) -> Poll<Option<io::Result<SocketAddr>>> {
        Poll::Ready(self.error.take().map(Err).or_else(|| self.addresses.next().map(Ok)))
    }
}

/// What `open` makes of the first address with which it succeeds, else its last error.
pub(super) fn first_of<T>(
    addresses: impl ToSocketAddrs,
    mut open: impl FnMut(SocketAddr) -> io::Result<T>,
) -> io::Result<T> {
    let mut error = None;
    for address in addresses.to_socket_addrs()? {
        match open(address) {
            Ok(opened) => return Ok(opened),
            Err(failed) => error = Some(failed),
        }
    }
    Err(error.unwrap_or_else(no_address))
}
