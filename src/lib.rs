//! Cooperative multitasking for stable Rust: a suspended task is a plain value.
//!
//! `#[task]` turns an ordinary function whose body contains `yield_!(operation)` into a state machine: an enum that can
//! be moved and stored, without `Pin` and without a hidden future. A [`TaskManager`] runs such tasks on one thread.
//!
//! ```
//! use std::{io, time::Duration};
//! use multitask::{net::{TcpListener, TcpStream}, sleep, task, yield_};
//!
//! #[task]
//! fn listener(sock: TcpListener) -> io::Result<()> {
//!     loop {
//!         let (conn, _address) = yield_!(sock.accept())?;
//!         multitask::add(client_handler(conn));
//!     }
//! }
//!
//! #[task]
//! fn client_handler(mut sock: TcpStream) -> io::Result<()> {
//!     let mut buf = [0; 4096];
//!     loop {
//!         let n = yield_!(sock.read(&mut buf))?; // borrows a local across the wait
//!         if n == 0 {
//!             return Ok(());
//!         }
//!         yield_!(sock.write_all(&buf[..n]))?;
//!     }
//! }
//!
//! #[task]
//! fn visitor(address: std::net::SocketAddr) -> io::Result<Vec<u8>> {
//!     let mut sock = yield_!(TcpStream::connect(address))?;
//!     yield_!(sock.write_all(b"hello"))?;
//!     let answer = yield_!(sock.recv(64).timeout(Duration::from_secs(10)))??;
//!     Ok(answer)
//! }
//!
//! fn main() -> io::Result<()> {
//!     let sock = TcpListener::bind("127.0.0.1:0")?;
//!     let address = sock.local_addr()?;
//!     multitask::add(listener(sock));
//!     assert_eq!(multitask::block_on(visitor(address))?, b"hello");
//!     Ok(())
//! }
//! ```
//!
//! # What `yield_!` takes
//!
//! * `yield_!(operation)` waits for an [`Operation`] ([`sleep`], [`net::TcpStream::read`], a [`TaskHandle`], ..) and
//!   evaluates to its output. An operation may borrow the task's locals.
//! * `yield_!(task)` runs another task as a child, and evaluates to what it returns. A task may call itself, as deep as
//!   memory allows: a child is resumed in constant time at any depth.
//! * `yield_!(Some(operation))` evaluates to an `Option`; `None` is ready at once.
//! * `yield_!()` gives way to the other tasks.
//!
//! Inside of a task the methods of [`Operation`] (`.timeout(..)`, `.map(..)`) can be called without importing it.
//!
//! # What a body may contain
//!
//! A yield may stand in any expression: an argument, an operand, a condition, a scrutinee, the arguments of the standard
//! macros. Locals need no types; `?`, `break 'label`, shadowing, closures and patterns work as anywhere. Values, the
//! order of evaluation and the order of drops are those of an `async` function with the same body; what cannot be
//! compiled so is refused with a message that says what to write.
//!
//! A local that is borrowed across a wait must be borrowed by the operation itself, or by `let r = &place`, which is
//! taken again after the wait. A guard or an iterator that borrows another local of the same task cannot be kept.
//!
//! # Features
//!
//! `std` (on by default) brings the manager, timers and sockets. Without it the crate is `no_std`, with `alloc`: tasks
//! are resumed by hand, with [`Context::detached`].
#![forbid(unsafe_code)]
#![cfg_attr(not(feature = "std"), no_std)]

pub use multitask_core::*;

/// Turns a function into one that returns a task.
///
/// `#[task] fn f(args) -> T` makes `f(args)` return `impl Task<Output = T>`. Nothing of the body runs before the task
/// is first resumed: by the manager it was [added](add) to, by the task that yields it, or by hand.
///
/// It applies to free functions, methods (`self`, `&self`, `&mut self`), methods of traits and of their
/// implementations; generics, lifetimes, `impl Trait` arguments and attributes stay.
///
/// `#[task(crate = path)]` names where the expansion finds this crate, for crates that re-export it.
///
/// ```
/// use multitask::{block_on, task, yield_};
///
/// #[task]
/// fn sum(numbers: &[u64]) -> u64 {
///     match numbers {
///         [] => 0,
///         [first, rest @ ..] => {
///             let first = *first;
///             first + yield_!(sum(rest))
///         }
///     }
/// }
///
/// assert_eq!(block_on(sum(&[1, 2, 3])), 6);
/// ```
pub use multitask_macros::task;

/// Waits for an operation or for a child task; only in the body of a function that is marked [`task`].
///
/// `yield_!(operation)` evaluates to the operation's output, `yield_!()` gives way to the other tasks. A task that is
/// dropped while it waits cancels what it waits for.
///
/// ```
/// use std::time::Duration;
/// use multitask::{block_on, sleep, task, yield_};
///
/// #[task]
/// fn patient() -> &'static str {
///     yield_!(sleep(Duration::from_millis(1)));
///     yield_!();
///     "done"
/// }
///
/// assert_eq!(block_on(patient()), "done");
/// ```
pub use multitask_macros::yield_;

pub use multitask_macros::yield_from;

#[doc(hidden)]
pub use multitask_core::private as __private;
