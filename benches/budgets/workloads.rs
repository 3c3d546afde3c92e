//! The hot paths, each as something that is done so many times.

use std::{hint::black_box, io, task::Poll, time::Duration};

use multitask::{
    Context, Coroutine, Operation, Sleep, Task, TaskManager, block_on,
    net::{TcpListener, TcpStream, UnixStream},
    queue::Queue,
    sleep, task, yield_,
};

const HOUR: Duration = Duration::from_secs(3600);

/// A name, and what does it so many times.
pub(crate) type Workload = (&'static str, fn(u32));

pub(crate) const ALL: [Workload; 14] = [
    ("resume", resume),
    ("generator", generator),
    ("generator-boxed", generator_boxed),
    ("switch", switch),
    ("child", child),
    ("child-that-yields", child_that_yields),
    ("spawn-and-join", spawn_and_join),
    ("timer-set-and-cancelled", timer_cancelled),
    ("timer-fired", timer_fired),
    ("timeout-in-time", timeout_in_time),
    ("queue-put-and-get", queue_put_and_get),
    ("queue-ping-pong", queue_ping_pong),
    ("echo-unix", echo_unix),
    ("echo-tcp", echo_tcp),
];

/// A coroutine that sums what it is resumed with.
#[task(yields = u64, resumes = u64)]
fn sums() {
    let mut sum = 0;
    loop {
        sum += yield_!(sum);
    }
}

fn resume(n: u32) {
    let mut sums = sums();
    let _ = sums.start();
    for i in 0..n {
        black_box(sums.resume(black_box(u64::from(i))));
    }
}

#[task(yields = u32)]
fn numbers(n: u32) {
    for i in 0..n {
        yield_!(i);
    }
}

fn generator(n: u32) {
    for i in numbers(n) {
        black_box(i);
    }
}

fn generator_boxed(n: u32) {
    let items: Box<dyn Iterator<Item = u32>> = Box::new(numbers(n));
    for i in black_box(items) {
        black_box(i);
    }
}

#[task]
fn spinner(n: u32) {
    for _ in 0..n {
        yield_!();
    }
}

/// One of two tasks that take turns.
fn switch(n: u32) {
    let manager = TaskManager::new();
    for _ in 0..2 {
        manager.add(spinner(n / 2));
    }
    manager.run().expect("nothing is waited for");
}

#[task]
fn successor(i: u32) -> u32 {
    if i == u32::MAX {
        yield_!();
    }
    i + 1
}

#[task]
fn calls(n: u32) {
    for i in 0..n {
        black_box(yield_!(successor(black_box(i))));
    }
}

fn child(n: u32) {
    TaskManager::new().block_on(calls(n));
}

#[task]
fn successor_in_a_while(i: u32) -> u32 {
    yield_!();
    i + 1
}

#[task]
fn calls_that_yield(n: u32) {
    for i in 0..n {
        black_box(yield_!(successor_in_a_while(black_box(i))));
    }
}

fn child_that_yields(n: u32) {
    TaskManager::new().block_on(calls_that_yield(n));
}

#[task]
fn joins(n: u32) {
    for i in 0..n {
        let handle = multitask::add(successor(i));
        black_box(yield_!(handle)).expect("it does not panic");
    }
}

fn spawn_and_join(n: u32) {
    block_on(joins(n));
}

/// Polls `n` sleeps once each and drops them, among timers of others.
struct Impatient(u32);

impl Task for Impatient {
    type Output = ();

    fn resume(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        for i in 0..self.0 {
            let mut wait = sleep(HOUR + Duration::from_millis(u64::from(i))).begin();
            assert!(Sleep::poll(&mut wait, || unreachable!("it is stored"), cx).is_pending());
        }
        Poll::Ready(())
    }
}

fn timer_cancelled(n: u32) {
    TaskManager::new().block_on(Impatient(n));
}

#[task]
fn sleeper(n: u32) {
    for _ in 0..n {
        yield_!(sleep(Duration::from_millis(7)));
    }
}

fn timer_fired(n: u32) {
    TaskManager::with_virtual_clock().block_on(sleeper(n));
}

#[task]
fn in_time(queue: Queue<u32>, n: u32) {
    for i in 0..n {
        queue.try_put(i).expect("there is room");
        let _ = black_box(yield_!(queue.get().timeout(HOUR)));
    }
}

/// A wait with a timeout that is over at once.
fn timeout_in_time(n: u32) {
    TaskManager::new().block_on(in_time(Queue::new(), n));
}

#[task]
fn puts_and_gets(queue: Queue<u32>, n: u32) {
    for i in 0..n {
        yield_!(queue.put(i)).expect("the queue is open");
        black_box(yield_!(queue.get())).expect("the queue is open");
    }
}

fn queue_put_and_get(n: u32) {
    TaskManager::new().block_on(puts_and_gets(Queue::new(), n));
}

/// Hands on what it gets.
#[task]
fn player(from: Queue<u32>, to: Queue<u32>, n: u32) {
    for _ in 0..n {
        let ball = yield_!(from.get()).expect("the queue is open");
        yield_!(to.put(ball)).expect("the queue is open");
    }
}

/// An item to and fro between two tasks.
fn queue_ping_pong(n: u32) {
    let (there, back) = (Queue::bounded(1), Queue::bounded(1));
    there.try_put(1).expect("there is room");
    let manager = TaskManager::new();
    manager.add(player(there.clone(), back.clone(), n));
    manager.add(player(back, there, n));
    manager.run().expect("nothing is waited for");
}

/// A server and a client of one kind of stream: a message of 64 bytes to and fro.
macro_rules! echo {
    ($stream:ty, $server:ident, $client:ident) => {
        #[task]
        fn $server(sock: $stream) -> io::Result<()> {
            let mut buf = [0; 4096];
            loop {
                let n = yield_!(sock.read(&mut buf))?;
                if n == 0 {
                    return Ok(());
                }
                yield_!(sock.write_all(&buf[..n]))?;
            }
        }

        #[task]
        fn $client(sock: $stream, n: u32) -> io::Result<()> {
            let mut answer = [0; 64];
            for _ in 0..n {
                yield_!(sock.write_all(&[7; 64]))?;
                yield_!(sock.read_exact(&mut answer))?;
            }
            Ok(())
        }
    };
}

echo!(UnixStream, serve_unix, talk_unix);
echo!(TcpStream, serve_tcp, talk_tcp);

fn echo_unix(n: u32) {
    let manager = TaskManager::new();
    let (ours, theirs) = UnixStream::pair().expect("there are descriptors");
    manager.add(serve_unix(theirs));
    manager.block_on(talk_unix(ours, n)).expect("nobody resets the connection");
}

#[task]
fn tcp_pair() -> io::Result<(TcpStream, TcpStream)> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let ours = yield_!(TcpStream::connect(listener.local_addr()?))?;
    let (theirs, _) = yield_!(listener.accept())?;
    Ok((ours, theirs))
}

fn echo_tcp(n: u32) {
    let manager = TaskManager::new();
    let (ours, theirs) = manager.block_on(tcp_pair()).expect("there are descriptors");
    manager.add(serve_tcp(theirs));
    manager.block_on(talk_tcp(ours, n)).expect("nobody resets the connection");
}
