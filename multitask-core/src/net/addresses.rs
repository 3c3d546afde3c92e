//! The addresses of a host: which to bind, which to connect to, and looking them up by name.

use core::{fmt, task::Poll};
use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6, ToSocketAddrs},
    vec,
};

use super::connect::{Addresses, no_address};
use crate::{Context, Operation};

/// Looks up the addresses of a host: evaluates to them, in the order in which they should be tried.
///
/// The name is looked up on another thread, while the task waits; an address that is written in numbers needs none of
/// that. Dropping the operation gives the answer up. (Without the feature `blocking` a name blocks the thread.)
///
/// # Errors
///
/// Those of the system: that there is no such name, or that nobody could tell.
///
/// # Examples
///
/// ```
#[doc = include_str!("../yield_stored_in_docs.txt")]
/// use multitask_core::net::resolve;
///
/// // In a task:
/// let addresses = yield_!(resolve("localhost:80"))?;
/// assert!(addresses.iter().all(|address| address.ip().is_loopback() && address.port() == 80));
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn resolve(host: impl Into<Host>) -> Resolve {
    Resolve { lookup: host.into().0 }
}

/// What a stream can be connected to: addresses, of which each is tried in turn, or a name with a port.
///
/// It is made from all that the standard library takes for an address: `SocketAddr`, `(ip, port)`, `"host:port"`,
/// `("host", port)`, several addresses.
#[derive(Debug)]
pub struct Host(Lookup);

/// How far looking a host up has come.
enum Lookup {
    /// The answer, until it is taken out.
    Known(Option<io::Result<Vec<SocketAddr>>>),
    Name(Name),
    #[cfg(feature = "blocking")]
    Asked(Box<Asked>),
}

#[cfg(feature = "blocking")]
type Asked = crate::Blocking<io::Result<Vec<SocketAddr>>, Box<dyn FnOnce() -> io::Result<Vec<SocketAddr>> + Send>>;

/// A name, with the port in it or apart from it.
#[derive(Debug)]
struct Name {
    host: String,
    port: Option<u16>,
}

impl Name {
    /// The address, if it is written in numbers.
    fn in_numbers(&self) -> Option<SocketAddr> {
        match self.port {
            Some(port) => self.host.parse::<IpAddr>().ok().map(|ip| SocketAddr::new(ip, port)),
            None => self.host.parse().ok(),
        }
    }

    /// Blocks until the system has an answer.
    fn look_up(&self) -> io::Result<Vec<SocketAddr>> {
        match self.port {
            Some(port) => (self.host.as_str(), port).to_socket_addrs().map(Iterator::collect),
            None => self.host.to_socket_addrs().map(Iterator::collect),
        }
    }
}

impl From<Name> for Host {
    fn from(name: Name) -> Self {
        match name.in_numbers() {
            Some(address) => address.into(),
            None => Host(Lookup::Name(name)),
        }
    }
}

macro_rules! host_from {
    ($($type:ty => |$host:pat_param| $into:expr;)*) => { $(
        impl From<$type> for Host {
            fn from($host: $type) -> Self {
                $into.into()
            }
        }
    )* };
}

host_from! {
    SocketAddr => |address| vec![address];
    SocketAddrV4 => |address| SocketAddr::V4(address);
    SocketAddrV6 => |address| SocketAddr::V6(address);
    &SocketAddr => |address| *address;
    (IpAddr, u16) => |address| SocketAddr::from(address);
    (Ipv4Addr, u16) => |address| SocketAddr::from(address);
    (Ipv6Addr, u16) => |address| SocketAddr::from(address);
    &[SocketAddr] => |addresses| addresses.to_vec();
    &Vec<SocketAddr> => |addresses| addresses.clone();
    String => |host| Name { host, port: None };
    &String => |host| host.clone();
    &str => |host| host.to_owned();
    (String, u16) => |(host, port)| Name { host, port: Some(port) };
    (&str, u16) => |(host, port)| (host.to_owned(), port);
}

impl<const N: usize> From<[SocketAddr; N]> for Host {
    fn from(addresses: [SocketAddr; N]) -> Self {
        addresses.to_vec().into()
    }
}

impl From<Vec<SocketAddr>> for Host {
    fn from(addresses: Vec<SocketAddr>) -> Self {
        Host(Lookup::Known(Some(Ok(addresses))))
    }
}

impl Lookup {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Vec<SocketAddr>>> {
        #[cfg(feature = "blocking")]
        if let Lookup::Name(name) = self {
            let name = Name { host: core::mem::take(&mut name.host), port: name.port };
            *self = Lookup::Asked(Box::new(crate::blocking(Box::new(move || name.look_up()))));
        }
        match self {
            Lookup::Known(answer) => {
                let _ = cx;
                Poll::Ready(answer.take().expect("an operation that is ready is not polled again"))
            }
            Lookup::Name(name) => Poll::Ready(name.look_up()),
            #[cfg(feature = "blocking")]
            Lookup::Asked(asked) => Asked::poll(asked, || unreachable!("it is stored"), cx),
        }
    }
}

impl fmt::Debug for Lookup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Lookup::Known(answer) => answer.fmt(f),
            Lookup::Name(name) => name.fmt(f),
            #[cfg(feature = "blocking")]
            Lookup::Asked(asked) => asked.fmt(f),
        }
    }
}

/// The operation of [`resolve`].
#[derive(Debug)]
#[must_use = "an operation does nothing before a task yields it"]
pub struct Resolve {
    lookup: Lookup,
}

impl Operation for Resolve {
    type Output = io::Result<Vec<SocketAddr>>;
    type Wait = Self;

    fn begin(self) -> Self {
        self
    }

    fn poll(wait: &mut Self, _: impl FnOnce() -> Self, cx: &mut Context<'_>) -> Poll<Self::Output> {
        wait.lookup.poll(cx)
    }

    fn what() -> &'static str {
        "resolve"
    }
}

/// The addresses of a host, in the order in which they are tried.
#[derive(Debug)]
pub enum Targets {
    NotKnown(Resolve),
    Known(vec::IntoIter<SocketAddr>),
}

impl Targets {
    pub(super) fn new(host: impl Into<Host>) -> Self {
        Targets::NotKnown(resolve(host))
    }
}

impl Addresses for Targets {
    type Address = SocketAddr;

    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<io::Result<SocketAddr>>> {
        if let Targets::NotKnown(resolve) = self {
            let Poll::Ready(answer) = resolve.lookup.poll(cx) else { return Poll::Pending };
            let (addresses, error) = match answer {
                Ok(addresses) => (addresses, None),
                Err(error) => (Vec::new(), Some(Err(error))),
            };
            *self = Targets::Known(addresses.into_iter());
            if error.is_some() {
                return Poll::Ready(error);
            }
        }
        let Targets::Known(addresses) = self else { unreachable!("they are known by now") };
        Poll::Ready(addresses.next().map(Ok))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn known(host: impl Into<Host>) -> Option<Vec<SocketAddr>> {
        match host.into().0 {
            Lookup::Known(answer) => answer.and_then(Result::ok),
            _ => None,
        }
    }

    #[test]
    fn what_is_written_in_numbers_is_not_looked_up() {
        let address: SocketAddr = "127.0.0.1:80".parse().unwrap();
        let all = Some(vec![address]);
        assert_eq!(known(address), all);
        assert_eq!(known(Host::from(&address)), all);
        assert_eq!(known("127.0.0.1:80"), all);
        assert_eq!(known("127.0.0.1:80".to_owned()), all);
        assert_eq!(known(("127.0.0.1", 80)), all);
        assert_eq!(known((Ipv4Addr::LOCALHOST, 80)), all);
        assert_eq!(known((IpAddr::from(Ipv4Addr::LOCALHOST), 80)), all);
        assert_eq!(known(&[address][..]), all);
        assert_eq!(known([address, address]), Some(vec![address, address]));
        assert_eq!(known("[::1]:80"), Some(vec![SocketAddr::from((Ipv6Addr::LOCALHOST, 80))]));
        assert_eq!(known("localhost:80"), None);
        assert_eq!(known(("localhost", 80)), None);
    }
}
