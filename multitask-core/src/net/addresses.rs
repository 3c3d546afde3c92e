//! The addresses that a TCP stream is to be connected to.

use core::task::Poll;
use std::{
    io,
    net::{SocketAddr, ToSocketAddrs},
    vec,
};

use super::connect::Addresses;
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
