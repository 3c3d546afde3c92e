//! Waiting for descriptors, reading and writing; sockets; processes.
#![cfg(unix)]

mod actions;
mod cancelling;
mod defects;
mod processes;
mod readiness;

use std::{
    cell::Cell,
    net::SocketAddr,
    rc::Rc,
    task::Poll,
    time::{Duration, Instant},
};

use multitask::{
    Context, Operation, Task, TaskHandle, TaskManager,
    net::{TcpListener, TcpStream, UnixStream},
};

const SHORT: Duration = Duration::from_millis(5);
const LONG: Duration = Duration::from_secs(60);

fn listener() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

fn unix_pair() -> (UnixStream, UnixStream) {
    UnixStream::pair().unwrap()
}

/// Two ends of a TCP connection.
fn tcp_pair() -> (TcpStream, TcpStream) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let one = std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let other = listener.accept().unwrap().0;
    (one.try_into().unwrap(), other.try_into().unwrap())
}

/// A task that waits for one operation, which is stored.
struct WaitFor<O: Operation>(O::Wait);

impl<O: Operation> Task for WaitFor<O> {
    type Output = O::Output;

    fn resume(&mut self, cx: &mut Context<'_>) -> Poll<O::Output> {
        O::poll(&mut self.0, || unreachable!("it is stored"), cx)
    }
}

/// Waits for an operation, and runs the others meanwhile.
fn done<O: Operation>(manager: &TaskManager, operation: O) -> O::Output {
    manager.block_on(WaitFor::<O>(operation.begin()))
}

/// Nothing is left of a wait.
fn assert_idle(manager: &TaskManager) {
    assert!(!manager.has_runnable() && !manager.has_io_waits() && !manager.has_timeouts(), "{manager:?}");
}

/// Makes the manager look at what has happened, and run whom that concerns; it waits for nothing.
fn look(manager: &TaskManager) {
    for _ in 0..3 {
        manager.run_next(Some(Duration::ZERO)).unwrap();
    }
}

/// Waits for a task whose data are on their way: the system hands some on when it has time to.
fn await_end<T>(manager: &TaskManager, task: &TaskHandle<T>) {
    let patience = Instant::now() + LONG;
    while !task.is_finished() {
        assert!(Instant::now() < patience, "it waits for what is there");
        manager.run_next(Some(SHORT)).unwrap();
    }
}

/// Counts how often a task is resumed.
struct Counted<T> {
    task: T,
    resumes: Rc<Cell<usize>>,
}

fn counted<T: Task>(task: T) -> (Counted<T>, Rc<Cell<usize>>) {
    let resumes = Rc::new(Cell::new(0));
    (Counted { task, resumes: resumes.clone() }, resumes)
}

impl<T: Task> Task for Counted<T> {
    type Output = T::Output;

    fn resume(&mut self, cx: &mut Context<'_>) -> Poll<T::Output> {
        self.resumes.set(self.resumes.get() + 1);
        self.task.resume(cx)
    }
}
