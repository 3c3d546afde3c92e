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
//! # Generators and coroutines
//!
//! `#[task(yields = Y)]` makes a generator of a function: `yield_!(value)` hands out a value, and where nothing is
//! returned it is an [`Iterator`]. `#[task(yields = Y, resumes = R)]` makes a [`Coroutine`]: a yield evaluates to what it
//! is resumed with. Neither needs a manager, nor anything else but whoever holds it:
//!
//! ```
//! use multitask::{Coroutine, CoroutineState::{Complete, Yielded}, task, yield_, yield_from};
//!
//! #[task(yields = u64)]
//! fn fibonacci() {
//!     let (mut a, mut b) = (0, 1);
//!     loop {
//!         yield_!(a);
//!         (a, b) = (b, a + b);
//!     }
//! }
//!
//! assert_eq!(fibonacci().take(8).collect::<Vec<_>>(), [0, 1, 1, 2, 3, 5, 8, 13]);
//!
//! /// Asks for a number until it is given one.
//! #[task(yields = String, resumes = &'static str)]
//! fn ask(what: &str) -> u32 {
//!     let mut answer = yield_!(format!("{what}?"));
//!     loop {
//!         match answer.parse() {
//!             Ok(number) => return number,
//!             Err(error) => answer = yield_!(format!("{error}; {what}?")),
//!         }
//!     }
//! }
//!
//! #[task(yields = String, resumes = &'static str)]
//! fn area() -> u32 {
//!     yield_from!(ask("width")) * yield_from!(ask("height"))
//! }
//!
//! let mut dialogue = area();
//! assert_eq!(dialogue.start(), Yielded("width?".into()));
//! assert_eq!(dialogue.resume("six"), Yielded("invalid digit found in string; width?".into()));
//! assert_eq!(dialogue.resume("6"), Yielded("height?".into()));
//! assert_eq!(dialogue.resume("7"), Complete(42));
//! ```
//!
//! # What `yield_!` takes, in a task
//!
//! * `yield_!(operation)` waits for an [`Operation`] ([`sleep`], [`net::TcpStream::read`], a [`TaskHandle`], ..) and
//!   evaluates to its output. An operation may borrow the task's locals.
//! * `yield_!(task)` runs another task as a child, and evaluates to what it returns. A task may call itself, as deep as
//!   memory allows: a child is resumed in constant time at any depth.
//! * `yield_!(Some(operation))` evaluates to an `Option`; `None` is ready at once.
//! * `yield_!()` gives way to the other tasks.
//!
//! What tasks do with one another is in [`queue`] (with selective and broadcast ones), [`message`] (mailboxes), [`signal`]
//! (events and signals), [`call`](mod@call) (callbacks) and [`sync`] (locks).
//!
//! Inside of a task the methods of [`Operation`] (`.timeout(..)`, `.map(..)`) can be called without importing it.
//!
//! # Many tasks, and what may go wrong
//!
//! [`any`] waits for the first of several operations and cancels the others, [`all`] for each. `.timeout(..)` gives up after
//! a time, and a [`Deadline`] spans several steps. A [`Group`] owns tasks, and stops them together; a [`TaskHandle`] joins
//! or cancels one. Whatever is cancelled leaves nothing behind: no timer, no registration, no child.
//!
//! A task that fails takes no other with it. If nobody joins it, its failure is reported, with its name and place
//! ([`TaskManager::on_failure`]); [`TaskManager::tasks`] lists who waits where, and for what.
//!
//! ```
//! use std::time::Duration;
//! use multitask::{Deadline, Group, TaskManager, any, combine::Any2, interval, sleep, task, yield_};
//!
//! #[task]
//! fn fetch(page: u64) -> Result<u64, String> {
//!     yield_!(sleep(Duration::from_secs(page)));
//!     if page < 3 { Ok(page * 100) } else { Err(format!("page {page} is missing")) }
//! }
//!
//! /// Fetches pages side by side; the first failure stops all.
//! #[task]
//! fn total(pages: u64) -> Result<u64, String> {
//!     let group = Group::new();
//!     for page in 1..=pages {
//!         group.add(fetch(page));
//!     }
//!     let deadline = Deadline::after(Duration::from_secs(10));
//!     match yield_!(group.try_join_all().deadline(deadline)) {
//!         Ok(pages) => Ok(pages.map_err(|failure| failure.to_string())?.into_iter().sum()),
//!         Err(timeout) => Err(timeout.to_string()),
//!     }
//! }
//!
//! /// Says now and then that it is still at it.
//! #[task]
//! fn patient(pages: u64) -> Result<u64, String> {
//!     let mut every = interval(Duration::from_millis(800));
//!     let mut task = multitask::add(total(pages)).named("total");
//!     loop {
//!         match yield_!(any((task.join(), every.tick()))) {
//!             Any2::First(outcome) => return outcome.map_err(|error| error.to_string())?,
//!             Any2::Second(periods) => println!("{periods} more periods have passed"),
//!         }
//!     }
//! }
//!
//! // Time passes at once with this clock, as it should in tests.
//! let manager = TaskManager::with_virtual_clock();
//! assert_eq!(manager.block_on(patient(2)), Ok(300));
//! assert_eq!(manager.block_on(patient(4)), Err("page 3 is missing".to_owned()));
//! ```
//!
//! Other threads reach a manager by a [`Remote`], and tasks wait for other threads with a [`completion`] or a
//! [`future`](fn@future).
//!
//! # What a body may contain
//!
//! A yield may stand in any expression: an argument, an operand, a condition, a scrutinee, the arguments of the standard
//! macros. Locals need no types; `?`, `break 'label`, shadowing, closures and patterns work as anywhere. Values, the
//! order of evaluation and the order of drops are those of an `async` function with the same body; what cannot be
//! compiled so is refused with a message that says what to write.
//!
//! A local that is borrowed across a wait must be borrowed by the operation itself, by a child task to which it is lent
//! (`#[task(lend)]`: see [`macro@task`]), or by `let r = &place`, which is taken again after the wait; of text a
//! copy is kept. A guard or an iterator that borrows another local of the same task cannot be kept.
//!
//! Macros of your own may return from the task, take locals and borrow them. In those a local that is kept is an expression
//! for it, not its name: `$x:ident` does not match it, and `stringify!($x)` prints that expression. What such a macro
//! declares cannot be mentioned after a wait, and a `yield_!` among its arguments must be one of its expressions.
//!
//! # Features
//!
//! `std` (on by default) brings the manager, timers and sockets. Without it the crate is `no_std`, with `alloc`: tasks
//! are resumed by hand, with [`Context::detached`].
//!
//! `tracing` tells the crate of that name of tasks: a span for each, and events for what they wait for, with the target
//! `multitask`.
#![forbid(unsafe_code)]
#![cfg_attr(not(feature = "std"), no_std)]

pub use multitask_core::*;

/// Turns a function into one that returns a task, a generator or a coroutine.
///
/// `#[task] fn f(args) -> T` makes `f(args)` return `impl Task<Output = T>`. Nothing of the body runs before the task
/// is first resumed: by the manager it was [added](add) to, by the task that yields it, or by hand.
///
/// It applies to free functions, methods (`self`, `&self`, `&mut self`), methods of traits and of their
/// implementations; generics, lifetimes, `impl Trait` arguments and attributes stay.
///
/// `#[task(yields = Y)]` makes it return `impl Coroutine<Resume = (), Yield = Y, Return = T>`, and where `T` is `()` also
/// `impl Iterator<Item = Y>`; `#[task(yields = Y, resumes = R)]` makes it return
/// `impl Coroutine<Resume = R, Yield = Y, Return = T>`. See [`Coroutine`].
///
/// `#[task(lend)]` makes it lend its reference parameters, and `&self` or `&mut self`, to the body at each resume, instead
/// of keeping them: so a task that waits for it can call it with borrows of its own locals. `#[lend]` on a parameter does
/// that to one; a reference whose lifetime has a name is kept. What is returned is a [`Call`] then, which is a [`Task`],
/// too. With `yields = ..` it is a [`Coroutine`], or an iterator, and `yield_from!` lends it what the call borrows. In a trait's implementation the attribute lists the parameters of the `impl` block: `#[task(lend, use<'a, T>)]`,
/// or `#[task(lend, use<>)]` where it has none.
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
///
/// #[task(lend)]
/// fn add_all(total: &mut u64, numbers: &[u64]) {
///     for number in numbers {
///         yield_!();
///         *total += number;
///     }
/// }
///
/// #[task]
/// fn parent() -> u64 {
///     let mut total = 0;
///     yield_!(add_all(&mut total, &[1, 2]));
///     yield_!(add_all(&mut total, &[3]));
///     total
/// }
///
/// assert_eq!(block_on(parent()), 6);
/// ```
pub use multitask_macros::task;

/// Waits for an operation or for a child task; only in the body of a function that is marked [`task`].
///
/// `yield_!(operation)` evaluates to the operation's output, `yield_!()` gives way to the other tasks. A task that is
/// dropped while it waits cancels what it waits for.
///
/// In a generator or a coroutine (`#[task(yields = ..)]`) `yield_!(value)` hands out a value, and evaluates to what the
/// coroutine is then resumed with.
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

/// Hands on everything that another coroutine yields; only in a function that is marked `#[task(yields = ..)]`.
///
/// `yield_from!(coroutine)` starts the other one, hands out what it yields, resumes it with what this one is resumed
/// with, and evaluates to what it returns. It takes any [`Coroutine`] with the same types; or anything that a `for` loop
/// takes: what this one is resumed with is dropped then, and it evaluates to `()`.
///
/// A coroutine may delegate to itself: however deep, a resume costs the same, and the thread's stack does not grow.
///
/// A call of one that is marked `lend` may borrow locals: they are borrowed again at each resume.
///
/// ```
/// use multitask::{task, yield_, yield_from};
///
/// #[task(yields = usize, lend)]
/// fn push_all(list: &mut Vec<char>, text: &str) {
///     for c in text.chars() {
///         list.push(c);
///         yield_!(list.len());
///     }
/// }
///
/// #[task(yields = usize)]
/// fn lengths() {
///     let mut list = vec!['a'];
///     yield_from!(push_all(&mut list, "bc"));
///     list.truncate(1);
///     yield_from!(push_all(&mut list, "d"));
/// }
///
/// assert_eq!(lengths().collect::<Vec<_>>(), [2, 3, 2]);
/// ```
///
/// ```
/// use multitask::{task, yield_, yield_from};
///
/// struct Tree { left: Option<Box<Tree>>, value: u32, right: Option<Box<Tree>> }
///
/// #[task(yields = u32)]
/// fn in_order(tree: &Tree) {
///     if let Some(left) = &tree.left {
///         yield_from!(in_order(left));
///     }
///     yield_!(tree.value);
///     if let Some(right) = &tree.right {
///         yield_from!(in_order(right));
///     }
/// }
///
/// let leaf = |value| Some(Box::new(Tree { left: None, value, right: None }));
/// let tree = Tree { left: leaf(1), value: 2, right: leaf(3) };
/// assert_eq!(in_order(&tree).collect::<Vec<_>>(), [1, 2, 3]);
/// ```
pub use multitask_macros::yield_from;

#[doc(hidden)]
pub use multitask_core::private as __private;
