//! What tasks cost, against the same thing written by hand: read the ratios, which hold within one run.
//!
//!     cargo bench --bench tasks
//!
//! Each line is the median of several rounds, in which the variants take turns.

use std::{
    cell::RefCell,
    hint::black_box,
    rc::Rc,
    task::Poll,
    time::{Duration, Instant},
};

use multitask::{
    Context, Task, TaskManager,
    queue::{Queue, SmartQueue},
    task, yield_,
};

const ROUNDS: usize = 9;

/// Runs the variants in turns and prints the median of each, per item, and its ratio to the first one.
fn compare(title: &str, items: usize, variants: &mut [(&str, &mut dyn FnMut() -> Duration)]) {
    let mut times = vec![Vec::new(); variants.len()];
    for _ in 0..ROUNDS {
        for (times, (_, run)) in times.iter_mut().zip(variants.iter_mut()) {
            times.push(run().as_secs_f64() * 1e9 / items as f64);
        }
    }
    println!("{title}");
    let mut first = None;
    for (times, (name, _)) in times.iter_mut().zip(variants.iter()) {
        times.sort_by(f64::total_cmp);
        let median = times[ROUNDS / 2];
        let base = *first.get_or_insert(median);
        println!("  {name:<36} {median:8.2} ns   {:5.2}", median / base);
    }
}

fn time(f: impl FnOnce()) -> Duration {
    let start = Instant::now();
    f();
    start.elapsed()
}

/// Gives way `n` times, written by hand.
struct Spinner(u32);

impl Task for Spinner {
    type Output = ();

    fn resume(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if self.0 == 0 {
            return Poll::Ready(());
        }
        self.0 -= 1;
        cx.give_way();
        Poll::Pending
    }
}

#[task]
fn spinner(n: u32) {
    for _ in 0..n {
        yield_!();
    }
}

fn switch<T: Task<Output = ()> + 'static>(tasks: usize, make: impl Fn() -> T) -> Duration {
    let manager = TaskManager::new();
    for _ in 0..tasks {
        manager.add(make());
    }
    time(|| manager.run().expect("nothing is waited for"))
}

/// Returns all that it gets.
#[task]
fn pong(balls: Queue<u32>, back: Queue<u32>) {
    while let Ok(ball) = yield_!(balls.get()) {
        yield_!(back.put(ball)).expect("it is open");
    }
}

#[task]
fn ping(balls: Queue<u32>, back: Queue<u32>, rounds: u32) {
    for ball in 0..rounds {
        yield_!(balls.put(ball)).expect("it is open");
        yield_!(back.get()).expect("it is open");
    }
    balls.close();
}

#[task]
fn smart_pong(balls: SmartQueue<u32>, back: SmartQueue<u32>) {
    while let Ok(ball) = yield_!(balls.get_if(|ball: &u32| *ball != u32::MAX)) {
        yield_!(back.put(ball)).expect("it is open");
    }
}

#[task]
fn smart_ping(balls: SmartQueue<u32>, back: SmartQueue<u32>, rounds: u32) {
    for ball in 0..rounds {
        yield_!(balls.put(ball)).expect("it is open");
        yield_!(back.get()).expect("it is open");
    }
    balls.close();
}

#[task]
fn produce(queue: Queue<u32>, items: u32) {
    for item in 0..items {
        yield_!(queue.put(item)).expect("it is open");
    }
}

#[task]
fn consume(queue: Queue<u32>, items: u32) {
    for _ in 0..items {
        black_box(yield_!(queue.get()).expect("it is open"));
    }
}

/// Runs the tasks that `add` adds.
fn run(add: impl FnOnce(&TaskManager)) -> Duration {
    let manager = TaskManager::new();
    add(&manager);
    time(|| manager.run().expect("nothing is waited for"))
}

#[task]
fn fib(n: u32) -> u64 {
    if n < 2 { u64::from(n) } else { yield_!(fib(n - 1)) + yield_!(fib(n - 2)) }
}

fn fib_boxed(n: u32) -> std::pin::Pin<Box<dyn Future<Output = u64>>> {
    Box::pin(async move { if n < 2 { u64::from(n) } else { fib_boxed(n - 1).await + fib_boxed(n - 2).await } })
}

/// Calls itself `depth` levels deep, and gives way `n` times at the bottom.
#[task]
fn deep(depth: u32, n: u32) {
    if depth == 0 {
        for _ in 0..n {
            yield_!();
        }
    } else {
        yield_!(deep(depth - 1, n));
    }
}

fn resume_at(depth: u32, resumes: u32) -> Duration {
    let mut task = deep(depth, resumes);
    let mut cx = Context::detached();
    assert!(task.resume(&mut cx).is_pending());
    time(|| {
        for _ in 1..resumes {
            black_box(task.resume(&mut cx).is_pending());
        }
    })
}

fn main() {
    let resumes = 1_000_000;
    for tasks in [1, 1_000, 100_000] {
        let each = resumes / tasks as u32;
        compare(
            &format!("switch between {tasks} tasks, per resume"),
            resumes as usize,
            &mut [
                ("hand-written Task", &mut || switch(tasks, || Spinner(each))),
                ("#[task]", &mut || switch(tasks, || spinner(each))),
            ],
        );
    }
    let rounds = 500_000;
    compare(
        "ping-pong through queues with room for one, per round trip",
        rounds as usize,
        &mut [
            ("two tasks that give way", &mut || switch(2, || spinner(rounds))),
            ("Queue", &mut || {
                run(|manager| {
                    let (balls, back) = (Queue::bounded(1), Queue::bounded(1));
                    manager.add(ping(balls.clone(), back.clone(), rounds));
                    manager.add(pong(balls, back));
                })
            }),
            ("SmartQueue", &mut || {
                run(|manager| {
                    let (balls, back) = (SmartQueue::bounded(1), SmartQueue::bounded(1));
                    manager.add(smart_ping(balls.clone(), back.clone(), rounds));
                    manager.add(smart_pong(balls, back));
                })
            }),
        ],
    );
    compare(
        "8 producers and a consumer, a queue with room for 64, per item",
        8 * rounds as usize,
        &mut [("Queue", &mut || {
            run(|manager| {
                let queue = Queue::bounded(64);
                for _ in 0..8 {
                    manager.add(produce(queue.clone(), rounds));
                }
                manager.add(consume(queue, 8 * rounds));
            })
        })],
    );
    compare(
        "resume of the innermost of d nested calls",
        resumes as usize,
        &mut [
            ("d = 10", &mut || resume_at(10, resumes)),
            ("d = 1,000", &mut || resume_at(1_000, resumes)),
            ("d = 100,000", &mut || resume_at(100_000, resumes)),
        ],
    );
    let calls = 242_785;
    let sum = Rc::new(RefCell::new(0));
    compare(
        "fib(25), per call",
        calls,
        &mut [
            ("boxed async fn", &mut || {
                let mut future = fib_boxed(25);
                let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
                time(|| *sum.borrow_mut() += u64::from(future.as_mut().poll(&mut cx).is_ready()))
            }),
            ("#[task]", &mut || {
                let mut task = fib(25);
                let mut cx = Context::detached();
                time(|| *sum.borrow_mut() += u64::from(task.resume(&mut cx).is_ready()))
            }),
        ],
    );
    black_box(sum);
}
