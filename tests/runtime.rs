//! The runtime as one sees it who writes `#[task]` functions: turns, timeouts, handles, managers.

mod support;

use std::{
    cell::{Cell, RefCell},
    io::{self, Write},
    net::TcpStream as Peer,
    rc::Rc,
    task::Poll,
    time::{Duration, Instant},
};

use multitask::{
    Context, JoinError, Operation, Task, TaskHandle, TaskManager, Timeout,
    net::{TcpListener, TcpStream},
    queue::SmartQueue,
    sleep, sleep_until, task, yield_,
};
use support::{Count, Log, Noted};

const SHORT: Duration = Duration::from_millis(5);
const LONG: Duration = Duration::from_secs(60);

#[task]
fn printer(message: &'static str, times: usize, lines: Log<&'static str>) {
    for _ in 0..times {
        lines.push(message);
        yield_!();
    }
}

/// Keeps something that notes when it is dropped, and waits for longer than any test takes.
#[task]
fn keeper(name: &'static str, drops: Log<&'static str>) {
    let _kept = Noted(name, drops);
    yield_!(sleep(LONG));
}

#[test]
fn two_printers_take_turns() {
    let lines = Log::new();
    multitask::add(printer("hello", 3, lines.clone()));
    multitask::add(printer("goodbye", 3, lines.clone()));
    assert_eq!(lines.len(), 0);
    multitask::run().unwrap();
    assert_eq!(lines.take(), ["hello", "goodbye", "hello", "goodbye", "hello", "goodbye"]);
}

#[test]
fn nothing_runs_before_the_first_resume() {
    let log = Log::new();
    let task = keeper("argument", log.clone());
    assert_eq!(log.len(), 0);
    drop(task);
    // The guard was never made.
    assert_eq!(log.len(), 0);

    #[task]
    fn owner(_first: Noted<u8>, _second: Noted<u8>) {
        yield_!();
    }
    let log = Log::new();
    drop(owner(Noted(1, log.clone()), Noted(2, log.clone())));
    let mut dropped = log.take();
    dropped.sort_unstable();
    assert_eq!(dropped, [1, 2]);
}

#[test]
fn a_sleep_that_takes_too_long_is_given_up() {
    #[task]
    fn impatient() -> (Result<(), Timeout>, Result<(), Timeout>) {
        let late = yield_!(sleep(LONG).timeout(SHORT));
        let early = yield_!(sleep(SHORT).timeout(LONG));
        (late, early)
    }
    let manager = TaskManager::new();
    let start = Instant::now();
    let (late, early) = manager.block_on(impatient());
    let elapsed = start.elapsed();
    assert_eq!(late.unwrap_err().limit(), SHORT);
    assert_eq!(early, Ok(()));
    assert!(elapsed >= 2 * SHORT && elapsed < LONG, "it took {elapsed:?}");
    assert!(!manager.has_timeouts(), "a timer was left behind: {manager:?}");
}

#[test]
fn a_read_that_takes_too_long_is_given_up_and_loses_nothing() {
    #[task]
    fn reader(listener: TcpListener, mut peer: Peer) -> io::Result<(usize, usize)> {
        let (sock, _) = yield_!(listener.accept())?;
        let mut buf = [0; 16];
        let mut timeouts = 0;
        loop {
            match yield_!(sock.read(&mut buf).timeout(SHORT)) {
                Ok(n) => {
                    let n = n?;
                    assert_eq!(&buf[..n], b"late");
                    return Ok((timeouts, n));
                }
                Err(timeout) => {
                    assert_eq!(timeout.limit(), SHORT);
                    timeouts += 1;
                    if timeouts == 2 {
                        peer.write_all(b"late")?;
                    }
                }
            }
        }
    }
    let manager = TaskManager::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let peer = Peer::connect(listener.local_addr().unwrap()).unwrap();
    let (timeouts, n) = manager.block_on(reader(listener, peer)).unwrap();
    assert!(timeouts >= 2);
    assert_eq!(n, 4);
    assert!(!manager.has_timeouts() && !manager.has_io_waits(), "something was left behind: {manager:?}");
}

#[test]
fn a_child_that_is_given_up_is_dropped_with_its_locals() {
    #[task]
    fn parent(log: Log<&'static str>) {
        let _own = Noted("parent", log.clone());
        let given_up = yield_!(keeper("child", log.clone()).timeout(SHORT));
        assert!(given_up.is_err());
        log.push("gone on");
    }
    let log = Log::new();
    multitask::block_on(parent(log.clone()));
    assert_eq!(log.take(), ["child", "gone on", "parent"]);
}

#[test]
fn joining_waits_for_the_output() {
    #[task]
    fn slow_square(n: u32) -> u32 {
        yield_!();
        yield_!(sleep(SHORT));
        n * n
    }
    #[task]
    fn sum_of_squares(count: u32) -> Result<u32, JoinError> {
        let handles: Vec<_> = (1..=count).map(|n| multitask::add(slow_square(n))).collect();
        let mut sum = 0;
        for handle in handles {
            sum += yield_!(handle)?;
        }
        Ok(sum)
    }
    assert_eq!(multitask::block_on(sum_of_squares(4)).unwrap(), 30);
}

#[task]
fn join<T>(handle: TaskHandle<T>) -> Result<T, JoinError> {
    yield_!(handle)
}

#[test]
fn cancelling_drops_what_the_task_keeps_innermost_first() {
    #[task]
    fn parent(log: Log<&'static str>, _argument: Noted<&'static str>) {
        let _outer = Noted("outer", log.clone());
        yield_!(keeper("child", log));
        unreachable!("it was cancelled");
    }
    let log = Log::new();
    let manager = TaskManager::new();
    let handle = manager.add(parent(log.clone(), Noted("argument", log.clone())));
    manager.run_next(Some(Duration::ZERO)).unwrap();
    assert!(manager.has_timeouts() && !handle.is_finished());
    handle.cancel();
    assert_eq!(log.take(), ["child", "outer", "argument"]);
    assert!(!manager.has_timeouts() && handle.is_finished());
    assert!(matches!(manager.block_on(join(handle)), Err(JoinError::Cancelled)));
}

#[test]
fn a_panic_goes_through_the_parents_and_comes_out_of_the_join() {
    #[task]
    fn child(log: Log<&'static str>) -> u32 {
        let _kept = Noted("child", log);
        yield_!();
        panic!("expected in the {}", "child")
    }
    #[task]
    fn parent(log: Log<&'static str>) -> u32 {
        let _kept = Noted("parent", log.clone());
        yield_!(child(log)) + 1
    }
    let log = Log::new();
    let manager = TaskManager::new();
    let lines = Log::new();
    let failing = manager.add(parent(log.clone()));
    let other = manager.add(printer("still here", 3, lines.clone()));
    manager.run().unwrap();
    assert_eq!(log.take(), ["child", "parent"]);
    assert_eq!(lines.len(), 3, "the other task did not go on");
    assert!(other.is_finished());
    let error = manager.block_on(join(failing)).unwrap_err();
    assert_eq!(error.to_string(), "the task panicked: expected in the child");
}

#[test]
fn a_task_is_resumed_by_hand_and_is_spent_when_it_has_finished() {
    #[task]
    fn two_turns() -> &'static str {
        yield_!();
        "done"
    }
    let mut task = two_turns();
    let mut cx = Context::detached();
    assert_eq!(task.resume(&mut cx), Poll::Pending);
    assert_eq!(task.resume(&mut cx), Poll::Ready("done"));
    let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| task.resume(&mut Context::detached())));
    assert!(panic.unwrap_err().downcast::<String>().unwrap().contains("finished"));
}

#[test]
fn a_detached_task_runs_on() {
    let lines = Log::new();
    let manager = TaskManager::new();
    drop(manager.add(printer("detached", 2, lines.clone())));
    manager.run().unwrap();
    assert_eq!(lines.len(), 2);
}

#[test]
fn a_task_that_is_added_by_a_task_goes_to_the_end_of_the_queue() {
    #[task]
    fn spawner(lines: Log<&'static str>) {
        lines.push("before");
        multitask::add(printer("added", 2, lines.clone()));
        lines.push("after");
        yield_!();
        lines.push("again");
    }
    let lines = Log::new();
    // Not the thread's own manager: the added task must be found in the one that runs the spawner.
    let manager = TaskManager::new();
    manager.add(spawner(lines.clone()));
    manager.add(printer("other", 2, lines.clone()));
    manager.run().unwrap();
    assert_eq!(lines.take(), ["before", "after", "other", "added", "again", "other", "added"]);
    assert!(!multitask::default_task_manager().has_runnable());
}

#[test]
fn block_on_runs_a_task_that_borrows_from_its_caller() {
    #[task]
    fn append<'a>(words: &mut Vec<String>, suffix: &'a str) -> &'a str {
        for word in words.iter_mut() {
            word.push_str(suffix);
        }
        yield_!();
        words.push("last".to_owned());
        suffix
    }
    let mut words = vec!["one".to_owned(), "two".to_owned()];
    let suffix = String::from("!");
    assert_eq!(multitask::block_on(append(&mut words, &suffix)), "!");
    assert_eq!(words, ["one!", "two!", "last"]);
}

#[test]
fn block_on_runs_the_added_tasks_too_and_leaves_them_where_they_are() {
    let lines = Log::new();
    let manager = TaskManager::new();
    let added = manager.add(printer("added", 4, lines.clone()));
    manager.block_on(printer("root", 2, lines.clone()));
    assert_eq!(lines.take(), ["added", "root", "added", "root", "added"]);
    assert!(!added.is_finished() && manager.has_runnable());
    manager.run().unwrap();
    assert_eq!(lines.take(), ["added"]);
    assert!(added.is_finished());
}

#[test]
fn managers_do_not_run_the_tasks_of_others() {
    let lines = Log::new();
    let [here, there] = [TaskManager::new(), TaskManager::new()];
    here.add(printer("here", 2, lines.clone()));
    there.add(printer("there", 2, lines.clone()));
    here.run().unwrap();
    assert_eq!(lines.take(), ["here", "here"]);
    assert!(there.has_runnable());

    /// A loop of one manager in a task of another.
    #[task]
    fn host(inner: TaskManager) -> io::Result<()> {
        yield_!();
        inner.run()
    }
    here.block_on(host(there.clone())).unwrap();
    assert_eq!(lines.take(), ["there", "there"]);
}

#[test]
fn a_task_that_waits_for_another_manager_is_parked_and_goes_on_in_a_later_run() {
    #[task]
    fn answer() -> u32 {
        yield_!();
        42
    }
    #[task]
    fn ask(handle: TaskHandle<u32>, answers: Log<u32>) {
        let answer = yield_!(handle);
        answers.push(answer.unwrap());
    }
    let answers = Log::new();
    let [here, there] = [TaskManager::new(), TaskManager::new()];
    let parked = here.add(ask(there.add(answer()), answers.clone()));
    // It returns although the task is not finished: nothing here can make it go on.
    here.run().unwrap();
    assert!(!parked.is_finished());
    there.run().unwrap();
    assert_eq!(answers.len(), 0, "a task was run by a manager that it is not in");
    here.run().unwrap();
    assert_eq!(answers.take(), [42]);
    assert!(parked.is_finished());
}

#[test]
fn dropping_a_manager_drops_its_tasks() {
    let log = Log::new();
    let manager = TaskManager::new();
    let handle = manager.add(keeper("kept", log.clone()));
    manager.run_next(Some(Duration::ZERO)).unwrap();
    assert_eq!(log.len(), 0);
    drop(manager);
    assert_eq!(log.take(), ["kept"]);
    assert!(matches!(multitask::block_on(join(handle)), Err(JoinError::Cancelled)));
}

#[test]
fn a_spinner_does_not_starve_a_sleeper() {
    #[task]
    fn spinner(woken: Rc<Cell<bool>>) -> usize {
        let give_up = Instant::now() + LONG;
        let mut rounds = 0;
        while !woken.get() && Instant::now() < give_up {
            yield_!();
            rounds += 1;
        }
        rounds
    }
    #[task]
    fn sleeper(woken: Rc<Cell<bool>>) {
        for _ in 0..3 {
            yield_!(sleep(SHORT));
        }
        woken.set(true);
    }
    let woken = Rc::new(Cell::new(false));
    let sleeper = multitask::add(sleeper(woken.clone()));
    let rounds = multitask::block_on(spinner(woken.clone()));
    assert!(woken.get() && sleeper.is_finished(), "the sleeper was not woken in {rounds} rounds");
    assert!(rounds > 3, "the spinner was held up by the sleeper: {rounds} rounds");
}

#[test]
fn a_socket_that_is_always_ready_does_not_starve_the_others() {
    /// Reads and writes without ever having to wait.
    #[task]
    fn chatter(here: TcpStream, there: TcpStream, stop: Rc<Cell<bool>>) -> io::Result<usize> {
        let give_up = Instant::now() + LONG;
        let mut rounds = 0;
        let mut buf = [0; 1];
        while !stop.get() && Instant::now() < give_up {
            yield_!(here.write_all(b"x"))?;
            yield_!(there.read_exact(&mut buf))?;
            rounds += 1;
        }
        Ok(rounds)
    }
    #[task]
    fn connected() -> io::Result<(TcpStream, TcpStream)> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let here = yield_!(TcpStream::connect(listener.local_addr()?))?;
        let (there, _) = yield_!(listener.accept())?;
        Ok((here, there))
    }
    #[task]
    fn stopper(turns: usize, stop: Rc<Cell<bool>>) {
        for _ in 0..turns {
            yield_!();
        }
        stop.set(true);
    }
    let (here, there) = multitask::block_on(connected()).unwrap();
    let stop = Rc::new(Cell::new(false));
    multitask::add(stopper(10, stop.clone()));
    let rounds = multitask::block_on(chatter(here, there, stop.clone())).unwrap();
    assert!(stop.get(), "the other task had no turn in {rounds} rounds");
}

#[test]
fn rounds_that_begin_on_time() {
    #[task]
    fn rounds(count: u32) -> Vec<Duration> {
        let start = Instant::now();
        let mut begun = Vec::new();
        for round in 1..=count {
            yield_!(sleep_until(start + SHORT * round));
            begun.push(start.elapsed());
        }
        begun
    }
    let begun = multitask::block_on(rounds(4));
    for (round, begun) in (1..).zip(begun) {
        assert!(begun >= SHORT * round && begun < LONG, "round {round} began after {begun:?}");
    }
}

#[test]
fn sleepers_wake_in_the_order_of_their_deadlines() {
    #[task]
    fn sleeper(millis: u64, order: Log<u64>) {
        yield_!(sleep(Duration::from_millis(millis)));
        order.push(millis);
    }
    let order = Log::new();
    for millis in [30, 10, 0, 20] {
        multitask::add(sleeper(millis, order.clone()));
    }
    multitask::run().unwrap();
    assert_eq!(order.take(), [0, 10, 20, 30]);
}

#[test]
fn a_task_that_cancels_itself_is_dropped_at_its_next_wait() {
    #[task]
    fn quitter(own: Rc<RefCell<Option<TaskHandle<()>>>>, log: Log<&'static str>) {
        let _kept = Noted("dropped", log.clone());
        if let Some(handle) = own.borrow().as_ref() {
            handle.cancel();
        }
        log.push("still running");
        yield_!();
        log.push("resumed after it was cancelled");
    }
    let log = Log::new();
    let own = Rc::new(RefCell::new(None));
    let manager = TaskManager::new();
    let handle = manager.add(quitter(own.clone(), log.clone()));
    own.replace(Some(handle));
    manager.run().unwrap();
    assert_eq!(log.take(), ["still running", "dropped"]);
    assert!(own.borrow().as_ref().unwrap().is_finished());
}

#[test]
fn a_boxed_task_is_a_task_and_may_be_a_child() {
    #[task]
    fn number(n: u32) -> u32 {
        yield_!();
        n
    }
    #[task]
    fn total(tasks: Vec<Box<dyn Task<Output = u32>>>) -> u32 {
        let mut total = 0;
        for task in tasks {
            total += yield_!(task);
        }
        total
    }
    let tasks: Vec<Box<dyn Task<Output = u32>>> = vec![Box::new(number(1)), Box::new(number(2))];
    assert_eq!(multitask::block_on(total(tasks)), 3);
}

#[test]
fn a_task_may_be_moved_after_it_has_started_also_to_another_thread() {
    #[task]
    fn counter(limit: u32) -> Vec<u32> {
        let mut counted = Vec::new();
        for n in 0..limit {
            counted.push(n);
            yield_!();
        }
        counted
    }
    let mut task = counter(3);
    assert!(task.resume(&mut Context::detached()).is_pending());
    let moved = Box::new(task);
    let counted = std::thread::spawn(move || multitask::block_on(*moved)).join().unwrap();
    assert_eq!(counted, [0, 1, 2]);
}

#[test]
fn an_operation_of_ones_own_is_polled_when_its_event_has_happened_and_not_before() {
    /// Waits until it is told; counts how often it is asked.
    struct Told(Rc<RefCell<Option<multitask::Waiter>>>, Rc<Cell<bool>>, Count);
    impl Operation for Told {
        type Output = ();
        type Wait = Self;
        fn begin(self) -> Self {
            self
        }
        fn poll(wait: &mut Self, _: impl FnOnce() -> Self, cx: &mut Context<'_>) -> Poll<()> {
            wait.2.up();
            if wait.1.get() {
                return Poll::Ready(());
            }
            wait.0.replace(Some(cx.waiter()));
            Poll::Pending
        }
    }
    #[task]
    fn listener(told: Told) {
        yield_!(told);
    }
    let (waiter, flag, polls) = (Rc::new(RefCell::new(None)), Rc::new(Cell::new(false)), Count::default());
    let manager = TaskManager::new();
    let handle = manager.add(listener(Told(waiter.clone(), flag.clone(), polls.clone())));
    manager.run().unwrap();
    manager.run().unwrap();
    assert_eq!(polls.get(), 1, "it was asked without a reason");
    flag.set(true);
    waiter.take().unwrap().wake();
    manager.run().unwrap();
    assert!(handle.is_finished());
    assert_eq!(polls.get(), 2);
}

#[test]
fn closures_and_options_in_what_is_waited_for() {
    #[task]
    fn getter(queue: SmartQueue<u32>, least: u32, other: Option<SmartQueue<u32>>) -> [u32; 4] {
        let any = yield_!(queue.get_if(|_| true)).unwrap();
        let large = yield_!(queue.get_if(move |item| *item > least)).unwrap();
        let rest = yield_!(other.as_ref().expect("there is one").get()).unwrap();
        // What makes the operation is consumed with it.
        let last = yield_!(other.map(|other| other.get()).expect("there is one")).unwrap();
        [any, large, rest, last]
    }
    let [queue, other] = [[1, 2, 3], [4, 5, 6]].map(|items| SmartQueue::with_contents(items, 3));
    assert_eq!(multitask::block_on(getter(queue, 2, Some(other))), [1, 3, 4, 5]);
}
