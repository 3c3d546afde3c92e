//! Tasks, managers, time.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    io::{self, Write},
    net::TcpStream as Peer,
    rc::Rc,
    task::Poll,
    thread,
    time::{Duration, Instant},
};

use multitask::{
    Context, FailurePolicy, Group, IntoOperation, JoinError, Operation, Remote, Task, TaskFailure, TaskManager,
    TaskStatus, Timeout, Wait, Waiter, default_task_manager, net::TcpListener, now, sleep, sleep_until, task, yield_,
};

use crate::support::{Count, Log, Noted, thread_time};

const LONG: Duration = Duration::from_secs(60);

fn millis(n: u64) -> Duration {
    Duration::from_millis(n)
}

#[task]
fn printer(name: &'static str, times: u32, log: Log<&'static str>) {
    for _ in 0..times {
        log.push(name);
        yield_!();
    }
}

/// Waits for ever, unless it is woken when the flag is set: as a task does that waits for another one.
#[derive(Clone, Default)]
struct Event(Rc<(Cell<bool>, RefCell<Vec<Waiter>>)>);

impl Event {
    fn set(&self) {
        self.0.0.set(true);
        self.0.1.take().iter().for_each(Waiter::wake);
    }

    /// How many waits are registered.
    fn waiters(&self) -> usize {
        self.0.1.borrow().len()
    }
}

impl Operation for Event {
    type Output = ();
    type Wait = Self;

    fn begin(self) -> Self {
        self
    }

    fn poll(wait: &mut Self, _: impl FnOnce() -> Self, cx: &mut Context<'_>) -> Poll<()> {
        if wait.0.0.get() {
            return Poll::Ready(());
        }
        let waiter = cx.waiter();
        let mut waiters = wait.0.1.borrow_mut();
        if !waiters.iter().any(|other| other.same_task(&waiter)) {
            waiters.push(waiter);
        }
        Poll::Pending
    }

    fn what() -> &'static str {
        "an event"
    }
}

#[task]
fn waits_for(event: Event) {
    yield_!(event);
}

/// Sleeps, and notes when it wakes.
#[task]
fn sleeper(wait: Duration, name: &'static str, log: Log<&'static str>) {
    yield_!(sleep(wait));
    log.push(name);
}

#[test]
fn m01_add_appends_a_task_that_does_not_start_before_the_manager_runs() {
    let manager = TaskManager::new();
    let log = Log::new();
    let first = manager.add(printer("first", 1, log.clone()));
    manager.add(printer("second", 1, log.clone()));
    assert_eq!(log.len(), 0);
    assert!(!first.is_finished() && manager.has_runnable());
    manager.run().unwrap();
    assert_eq!(log.take(), ["first", "second"]);
}

#[test]
fn m02_run_runs_the_thread_s_own_manager_until_it_is_idle() {
    let log = Log::new();
    multitask::add(printer("a", 2, log.clone()));
    multitask::add(sleeper(millis(1), "slept", log.clone()));
    multitask::run().unwrap();
    assert_eq!(log.take(), ["a", "a", "slept"]);
    multitask::run().unwrap();
}

#[test]
fn m03_the_default_manager_is_made_once_for_a_thread() {
    let log = Log::new();
    default_task_manager().add(printer("a", 1, log.clone()));
    assert!(default_task_manager().has_runnable());
    thread::spawn(|| assert!(!default_task_manager().has_runnable())).join().unwrap();
    default_task_manager().run().unwrap();
    assert_eq!(log.take(), ["a"]);
}

#[test]
fn m04_a_sleep_begins_when_it_is_yielded_and_zero_is_over_at_once() {
    #[task]
    fn late() -> (Duration, Duration) {
        let made_early = sleep(millis(300));
        let start = now();
        yield_!(sleep(millis(500)));
        yield_!(made_early);
        let both = now() - start;
        yield_!(sleep(Duration::ZERO));
        (both, now() - start)
    }
    let (both, then_none) = TaskManager::with_virtual_clock().block_on(late());
    assert_eq!(both, millis(800));
    assert_eq!(then_none, both);
}

#[test]
fn m15_a_timeout_is_an_error_of_its_own_that_turns_into_an_io_error() {
    #[task]
    fn impatient() -> io::Result<()> {
        yield_!(sleep(LONG).timeout(millis(5)))?;
        Ok(())
    }
    let manager = TaskManager::with_virtual_clock();
    let error = manager.block_on(impatient()).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    let timeout = error.get_ref().unwrap().downcast_ref::<Timeout>().unwrap();
    assert_eq!((timeout.limit(), timeout.what()), (millis(5), "sleep"));
}

#[test]
fn m16_an_operation_of_one_s_own_waits_with_a_timeout_or_without() {
    #[task]
    fn patient(event: Event) -> bool {
        let early = yield_!(event.clone().timeout(millis(5))).is_err();
        yield_!(event);
        early
    }
    let manager = TaskManager::with_virtual_clock();
    let event = Event::default();
    let task = manager.add(patient(event.clone()));
    manager.run().unwrap();
    assert!(!task.is_finished());
    event.set();
    assert!(manager.block_on(task).unwrap());
}

#[test]
fn m20_yielding_nothing_goes_to_the_end_of_the_queue() {
    let manager = TaskManager::new();
    let log = Log::new();
    for name in ["a", "b", "c"] {
        manager.add(printer(name, 2, log.clone()));
    }
    manager.run().unwrap();
    assert_eq!(log.take(), ["a", "b", "c", "a", "b", "c"]);
}

#[task]
fn nested(depth: u32) -> u32 {
    if depth == 0 {
        yield_!();
        return 0;
    }
    1 + yield_!(nested(depth - 1))
}

#[test]
fn m21_a_child_suspends_its_parent_as_deep_as_memory_allows() {
    assert_eq!(TaskManager::new().block_on(nested(5_000)), 5_000);
    assert_eq!(TaskManager::new().block_on(nested(100_000)), 100_000);
}

#[test]
fn m22_several_tasks_wait_for_the_same_thing_and_none_is_lost() {
    let manager = TaskManager::new();
    let event = Event::default();
    let tasks: Vec<_> = (0..3).map(|_| manager.add(waits_for(event.clone()))).collect();
    manager.run().unwrap();
    assert_eq!((event.waiters(), manager.has_runnable()), (3, false));
    event.set();
    manager.run().unwrap();
    assert!(tasks.iter().all(multitask::TaskHandle::is_finished));
}

#[test]
fn m23_what_has_finished_already_costs_no_wait() {
    #[task]
    fn joiner(log: Log<&'static str>) -> u32 {
        #[task]
        fn answer() -> u32 {
            42
        }
        let finished = multitask::add(answer());
        yield_!();
        assert!(finished.is_finished());
        multitask::add(printer("other", 1, log.clone()));
        let answer = yield_!(finished).unwrap();
        let absent = yield_!(None::<multitask::Sleep>);
        assert!(absent.is_none());
        log.push("joined");
        answer
    }
    let log = Log::new();
    let manager = TaskManager::new();
    assert_eq!(manager.block_on(joiner(log.clone())), 42);
    // The other task was queued before the join, and had no turn meanwhile.
    assert_eq!(log.take(), ["joined"]);
}

#[test]
fn m24_child_returns_value() {
    #[task]
    fn nothing() {
        yield_!();
    }
    #[task]
    fn one() -> f64 {
        yield_!();
        1.0
    }
    #[task]
    fn several() -> (u32, &'static str) {
        (1, "two")
    }
    #[task]
    fn parent() -> ((), f64, (u32, &'static str)) {
        (yield_!(nothing()), yield_!(one()), yield_!(several()))
    }
    assert_eq!(TaskManager::new().block_on(parent()), ((), 1.0, (1, "two")));
}

#[test]
fn m25_what_goes_wrong_in_a_child_comes_out_at_its_parent_s_yield() {
    #[task]
    fn failing(log: Log<&'static str>) -> Result<(), String> {
        let _guard = Noted("child", log);
        yield_!();
        Err("foo".to_owned())
    }
    #[task]
    fn parent(log: Log<&'static str>) -> Result<String, String> {
        let _guard = Noted("parent", log.clone());
        let caught = yield_!(failing(log.clone())).unwrap_err();
        log.push("goes on");
        yield_!(failing(log.clone()))?;
        Ok(caught)
    }
    #[task]
    fn panics() {
        yield_!();
        panic!("of the child: expected");
    }
    #[task]
    fn around() {
        yield_!(panics());
    }
    let log = Log::new();
    let manager = TaskManager::new();
    assert_eq!(manager.block_on(parent(log.clone())), Err("foo".to_owned()));
    assert_eq!(log.take(), ["child", "goes on", "child", "parent"]);
    let handle = manager.add(around());
    let Err(JoinError::Panicked(payload)) = manager.block_on(handle) else { panic!("the panic was lost") };
    assert_eq!(payload.downcast_ref::<&str>(), Some(&"of the child: expected"));
}

#[task]
fn fails(turns: u32) -> Result<(), &'static str> {
    for _ in 0..turns {
        yield_!();
    }
    Err("failed")
}

#[test]
fn m26_a_manager_may_stop_at_a_failure_and_go_on_with_nothing_lost() {
    let manager = TaskManager::new();
    manager.set_failure_policy(FailurePolicy::Stop);
    let log = Log::new();
    manager.add(printer("before", 2, log.clone()));
    manager.add(fails(1)).named("failing");
    manager.add(sleeper(millis(1), "slept", log.clone()));
    let error = manager.run().unwrap_err();
    let failure = error.get_ref().unwrap().downcast_ref::<TaskFailure>().unwrap();
    assert_eq!((failure.name(), failure.message()), ("failing", "failed"));
    manager.run().unwrap();
    assert_eq!(log.take(), ["before", "before", "slept"]);
}

/// Waits for a child that keeps a guard; all of it is gone when it is cancelled.
#[task]
fn parent_of_a_sleeper(guard: Noted<&'static str>) {
    #[task]
    fn child(_guard: Noted<&'static str>) {
        yield_!(sleep(LONG).timeout(2 * LONG)).unwrap();
    }
    yield_!(child(guard));
}

#[test]
fn m27_cancel_takes_every_wait_and_every_child_with_it() {
    let manager = TaskManager::new();
    let log = Log::new();
    let task = manager.add(parent_of_a_sleeper(Noted("child", log.clone())));
    manager.run_next(Some(Duration::ZERO)).unwrap();
    assert!(manager.has_timeouts());
    task.cancel();
    assert_eq!(log.take(), ["child"]);
    assert!(!manager.has_timeouts() && !manager.has_runnable());
    // It does not wait for a timer that is gone, nor does anything of the task come out of it.
    manager.run().unwrap();
    assert!(matches!(manager.block_on(task), Err(JoinError::Cancelled)));
}

#[test]
fn m28_waking_a_task_that_is_gone_does_nothing() {
    let manager = TaskManager::new();
    let event = Event::default();
    let task = manager.add(waits_for(event.clone()));
    manager.run().unwrap();
    task.cancel();
    assert_eq!(event.waiters(), 1);
    event.set();
    assert!(!manager.has_runnable());
    manager.run().unwrap();
}

#[test]
fn m29_a_manager_that_is_dropped_drops_its_tasks() {
    let manager = TaskManager::new();
    let log = Log::new();
    let never_ran = manager.add(parent_of_a_sleeper(Noted("never ran", log.clone())));
    manager.run_next(Some(Duration::ZERO)).unwrap();
    let queued = manager.add(parent_of_a_sleeper(Noted("queued", log.clone())));
    drop(manager);
    assert_eq!(log.take(), ["never ran", "queued"]);
    assert!(never_ran.is_finished() && queued.is_finished());
}

#[test]
fn m30_run_returns_with_tasks_that_wait_for_others_and_a_later_one_goes_on() {
    let manager = TaskManager::new();
    manager.run().unwrap();
    let event = Event::default();
    let task = manager.add(waits_for(event.clone()));
    manager.run().unwrap();
    assert!(!task.is_finished());
    event.set();
    manager.run().unwrap();
    assert!(task.is_finished());
}

#[test]
fn m31_run_next_runs_what_was_runnable_when_it_began_and_then_looks() {
    let manager = TaskManager::with_virtual_clock();
    let log = Log::new();
    manager.add(printer("a", 2, log.clone()));
    manager.add(sleeper(millis(10), "slept", log.clone()));
    manager.run_next(Some(LONG)).unwrap();
    assert_eq!(log.take(), ["a"]);
    // Whoever is still runnable keeps it from waiting.
    assert!(manager.has_runnable());
    manager.run_next(Some(LONG)).unwrap();
    assert_eq!(log.take(), ["a"]);
    manager.run_next(Some(LONG)).unwrap();
    assert!(manager.has_runnable());
    manager.run_next(Some(LONG)).unwrap();
    assert_eq!(log.take(), ["slept"]);
}

#[task]
fn spinner(stop: Rc<Cell<bool>>, turns: Count) {
    while !stop.get() {
        turns.up();
        yield_!();
    }
}

#[test]
fn m32_the_queue_is_first_in_first_out_and_a_spinner_starves_neither_timers_nor_sockets() {
    #[task]
    fn accepts(listener: TcpListener, stop: Rc<Cell<bool>>) -> io::Result<()> {
        let _ = yield_!(listener.accept())?;
        yield_!(sleep(millis(1)));
        stop.set(true);
        Ok(())
    }
    let manager = TaskManager::new();
    let stop = Rc::new(Cell::new(false));
    let turns = Count::default();
    manager.add(spinner(stop.clone(), turns.clone()));
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let accepting = manager.add(accepts(listener, stop));
    let peer = thread::spawn(move || Peer::connect(address).unwrap());
    manager.run().unwrap();
    assert!(turns.get() > 1);
    manager.block_on(accepting).unwrap().unwrap();
    peer.join().unwrap();
}

#[test]
fn m33_a_child_starts_and_ends_inside_of_its_parent_s_turn() {
    #[task]
    fn child(name: &'static str, log: Log<String>) {
        log.push(format!("{name}.c0"));
        yield_!();
        log.push(format!("{name}.c1"));
    }
    #[task]
    fn parent(name: &'static str, log: Log<String>) {
        log.push(format!("{name}.p0"));
        yield_!(child(name, log.clone()));
        log.push(format!("{name}.p1"));
    }
    let manager = TaskManager::new();
    let log = Log::new();
    manager.add(parent("A", log.clone()));
    manager.add(parent("B", log.clone()));
    manager.run().unwrap();
    assert_eq!(log.take().join(" "), "A.p0 A.c0 B.p0 B.c0 A.c1 A.p1 B.c1 B.p1");
}

#[test]
fn m34_what_is_ready_wins_over_a_deadline_that_has_passed() {
    #[task]
    fn waits(event: Event) -> Result<(), Timeout> {
        yield_!(event.timeout(millis(10)))
    }
    let manager = TaskManager::with_virtual_clock();
    let event = Event::default();
    let task = manager.add(waits(event.clone()));
    manager.run_next(Some(Duration::ZERO)).unwrap();
    manager.advance(millis(20));
    event.set();
    assert_eq!(manager.block_on(task).unwrap(), Ok(()));
}

#[test]
fn m35_nothing_is_left_of_a_wait_that_is_over() {
    #[task]
    fn waits(event: Event) -> (bool, bool) {
        let late = yield_!(event.clone().timeout(millis(10))).is_err();
        event.set();
        (late, yield_!(event.timeout(LONG)).is_ok())
    }
    let manager = TaskManager::with_virtual_clock();
    assert_eq!(manager.block_on(waits(Event::default())), (true, true));
    assert!(!manager.has_timeouts() && !manager.has_io_waits() && !manager.has_runnable());
}

#[test]
fn m36_timers_fire_in_the_order_of_their_deadlines_and_ties_in_the_order_in_which_they_were_set() {
    let manager = TaskManager::with_virtual_clock();
    let log = Log::new();
    for (wait, name) in [(30, "30"), (10, "10, first"), (20, "20"), (10, "10, second")] {
        manager.add(sleeper(millis(wait), name, log.clone()));
    }
    manager.run().unwrap();
    assert_eq!(log.take(), ["10, first", "10, second", "20", "30"]);
}

#[test]
fn m39_a_manager_tells_what_it_has_and_lists_its_tasks() {
    let manager = TaskManager::with_virtual_clock();
    assert!(!manager.has_runnable() && !manager.has_timeouts() && !manager.has_io_waits());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    #[task]
    fn accepts(listener: TcpListener) {
        let _ = yield_!(listener.accept());
    }
    manager.add(sleeper(LONG, "", Log::new())).named("sleeper");
    manager.add(accepts(listener));
    let event = Event::default();
    manager.add(waits_for(event));
    assert!(manager.has_runnable() && !manager.has_timeouts() && !manager.has_io_waits());
    manager.run_next(Some(Duration::ZERO)).unwrap();
    assert!(!manager.has_runnable() && manager.has_timeouts() && manager.has_io_waits());
    let list = manager.tasks();
    assert_eq!((list[0].name(), list[0].waits()), (Some("sleeper"), &[Wait::Time(LONG)][..]));
    assert!(matches!(list[1].waits(), [Wait::Readable(_)]) && list[1].what().ends_with("::accepts"));
    assert!(list[2].is_parked() && list[2].status() == TaskStatus::Waiting);
    let place = list[2].state().innermost().unwrap().place().unwrap();
    assert_eq!(place.file, file!());
}

#[test]
fn m40_merge_makes_one_manager_of_two_and_no_waiter_is_lost() {
    let (first, second) = (TaskManager::new(), TaskManager::new());
    let log = Log::new();
    let event = Event::default();
    // Both have a task that waits for the same event.
    let waiting = [first.add(waits_for(event.clone())), second.add(waits_for(event.clone()))];
    first.add(sleeper(millis(20), "first", log.clone()));
    second.add(sleeper(millis(10), "second", log.clone()));
    for manager in [&first, &second] {
        manager.run_next(Some(Duration::ZERO)).unwrap();
    }
    first.merge(&second).unwrap();
    first.merge(&first).unwrap();
    event.set();
    second.run().unwrap();
    assert_eq!(log.take(), ["second", "first"]);
    assert!(waiting.iter().all(multitask::TaskHandle::is_finished));
    assert!(!first.has_timeouts() && !second.has_timeouts());
}

#[test]
fn m41_another_thread_adds_a_task_and_the_manager_notices_at_once() {
    let manager = TaskManager::new();
    // It would wait for a minute.
    let sleeping = manager.add(sleeper(LONG, "", Log::new()));
    #[task]
    fn stops(remote: Rc<Remote>) {
        remote.stop().unwrap();
    }
    let remote = manager.remote();
    let start = Instant::now();
    let thread = thread::spawn(move || {
        let stopped = remote.clone();
        // What the task keeps could not be sent.
        remote.add(move || stops(Rc::new(stopped))).unwrap();
    });
    manager.run().unwrap();
    thread.join().unwrap();
    assert!(start.elapsed() < LONG && !sleeping.is_finished());
}

#[test]
fn m42_tasks_have_names_and_numbers_and_a_loop_may_run_inside_of_a_task() {
    #[task]
    fn outer(manager: TaskManager, log: Log<&'static str>) {
        manager.add(printer("inner", 2, log.clone()));
        manager.run().unwrap();
        log.push("outer");
    }
    let manager = TaskManager::new();
    let log = Log::new();
    let first = manager.add(outer(manager.clone(), log.clone())).named("outer");
    let second = manager.add(printer("other", 1, log.clone()));
    assert_ne!(first.id(), second.id());
    assert_eq!((first.name().as_deref(), second.name()), (Some("outer"), None));
    manager.run().unwrap();
    assert_eq!(log.take(), ["other", "inner", "inner", "outer"]);
}

#[test]
fn m43_time_is_that_of_the_manager_s_clock_which_only_goes_forward() {
    let manager = TaskManager::with_virtual_clock();
    let log = Log::new();
    manager.add(sleeper(Duration::from_secs(5), "slept", log.clone()));
    manager.run_next(Some(Duration::ZERO)).unwrap();
    // Whatever the system's clock does meanwhile, no time has passed.
    manager.run_next(Some(Duration::ZERO)).unwrap();
    assert!(!manager.has_runnable());
    manager.advance(Duration::from_secs(100));
    manager.run().unwrap();
    assert_eq!(log.take(), ["slept"]);
}

/// Random numbers that are the same in each run (xorshift).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % limit
    }
}

/// Adds tasks that wait, with a timeout or without, and cancels them in random order; the time of the latter.
fn cancelling(with_timeout: bool) -> Duration {
    #[task]
    fn waits(event: Event, limit: Option<Duration>) {
        match limit {
            Some(limit) => yield_!(event.timeout(limit)).unwrap_or(()),
            None => yield_!(event),
        }
    }
    let manager = TaskManager::new();
    let mut numbers = Numbers(0x9e37_79b9);
    let mut limit = || Some(millis(100_000 + numbers.below(1 << 30))).filter(|_| with_timeout);
    let mut tasks: Vec<_> = (0..32_000).map(|_| manager.add(waits(Event::default(), limit()))).collect();
    manager.run_next(Some(Duration::ZERO)).unwrap();
    assert_eq!(manager.has_timeouts(), with_timeout);
    let start = thread_time();
    while !tasks.is_empty() {
        tasks.swap_remove(numbers.below(tasks.len() as u64) as usize).cancel();
    }
    let elapsed = thread_time() - start;
    assert!(!manager.has_timeouts());
    elapsed
}

#[test]
fn d_m3_cancel_is_constant_time() {
    // Beside the same without timers, since both wait for memory alike. If each cancelled timer had to be looked for
    // among the others, it would take many times as long.
    let fastest = |with_timeout| (0..3).map(|_| cancelling(with_timeout)).min().unwrap();
    let (without, with) = (fastest(false), fastest(true));
    assert!(with < 12 * without, "with timers {with:?}, without {without:?}");
}

#[test]
fn d_m4_a_cancelled_task_leaves_no_timer_and_no_child_and_nothing_comes_of_it_later() {
    #[task]
    fn child(guard: Noted<&'static str>) -> Result<(), Timeout> {
        let _guard = guard;
        yield_!(sleep(LONG).timeout(millis(1)))
    }
    #[task]
    fn parent(guard: Noted<&'static str>) -> Result<(), Timeout> {
        yield_!(child(guard))
    }
    let manager = TaskManager::with_virtual_clock();
    manager.set_failure_policy(FailurePolicy::Stop);
    let log = Log::new();
    manager.add(sleeper(millis(10), "other", log.clone()));
    let cancelled = manager.add(parent(Noted("child", log.clone())));
    manager.run_next(Some(Duration::ZERO)).unwrap();
    cancelled.cancel();
    assert_eq!(log.take(), ["child"]);
    assert_eq!(manager.tasks().len(), 1);
    manager.run().unwrap();
    assert_eq!(log.take(), ["other"]);
}

#[test]
fn d_m5_tasks_can_be_cancelled_joined_and_grouped() {
    #[task]
    fn value(turns: u32, value: u32) -> u32 {
        for _ in 0..turns {
            yield_!();
        }
        value
    }
    #[task]
    fn owner() -> (u32, Vec<u32>) {
        let handle = multitask::add(value(3, 1));
        let group = Group::new();
        for n in 2..5 {
            group.add(value(5 - n, n));
        }
        let joined = yield_!(handle).unwrap();
        let all = yield_!(group.join_all()).into_iter().map(Result::unwrap).collect();
        (joined, all)
    }
    assert_eq!(TaskManager::new().block_on(owner()), (1, vec![2, 3, 4]));
}

#[test]
fn d_m6_equal_deadlines_are_in_order_and_harm_nobody() {
    let manager = TaskManager::with_virtual_clock();
    let order = Log::new();
    let deadline = manager.now() + millis(10);
    #[task]
    fn waits(n: u32, deadline: Instant, order: Log<u32>) {
        yield_!(sleep_until(deadline));
        order.push(n);
    }
    for n in 0..1000 {
        manager.add(waits(n, deadline, order.clone()));
    }
    manager.run().unwrap();
    assert_eq!(order.take(), (0..1000).collect::<Vec<_>>());
}

#[test]
fn d_m7_a_task_that_only_gives_way_starves_nobody() {
    let manager = TaskManager::new();
    let stop = Rc::new(Cell::new(false));
    let turns = Count::default();
    #[task]
    fn stopper(stop: Rc<Cell<bool>>) {
        yield_!(sleep(millis(5)));
        stop.set(true);
    }
    manager.add(stopper(stop.clone()));
    manager.add(spinner(stop, turns.clone()));
    // It would not return.
    manager.run().unwrap();
    assert!(turns.get() > 0);
}

#[test]
fn d_m8_run_next_waits_once_for_no_longer_than_it_is_told_and_io_ends_the_wait() {
    let manager = TaskManager::with_virtual_clock();
    manager.add(sleeper(LONG, "", Log::new()));
    let start = manager.now();
    manager.run_next(Some(millis(300))).unwrap();
    assert!(manager.now() - start <= millis(300));

    #[task]
    fn accepts(listener: TcpListener) {
        let _ = yield_!(listener.accept());
    }
    let manager = TaskManager::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    manager.add(accepts(listener));
    manager.add(sleeper(2 * LONG, "", Log::new()));
    manager.run_next(Some(Duration::ZERO)).unwrap();
    let start = Instant::now();
    let peer = thread::spawn(move || Peer::connect(address).unwrap().write_all(b"x"));
    while !manager.has_runnable() {
        manager.run_next(Some(LONG)).unwrap();
    }
    peer.join().unwrap().unwrap();
    assert!(start.elapsed() < LONG);
}

#[test]
fn d_m11_readiness_wins_over_a_timeout_also_where_the_limit_is_zero() {
    #[task]
    fn reads() -> io::Result<(bool, bool)> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let mut peer = Peer::connect(listener.local_addr()?)?;
        let (sock, _) = yield_!(listener.accept())?;
        let mut byte = [0];
        let empty = yield_!(sock.read(&mut byte).timeout(Duration::ZERO)).is_err();
        peer.write_all(b"x")?;
        // The data are there, and no time at all is left.
        let mut full = yield_!(sock.read(&mut byte).timeout(Duration::ZERO)).is_ok();
        for _ in 0..1000 {
            // Loopback may take a moment.
            if full {
                break;
            }
            thread::sleep(millis(1));
            full = yield_!(sock.read(&mut byte).timeout(Duration::ZERO)).is_ok();
        }
        Ok((empty, full))
    }
    assert_eq!(TaskManager::new().block_on(reads()).unwrap(), (true, true));
}

#[test]
fn d_m16_the_clock_is_monotonic() {
    #[task]
    fn naps() -> bool {
        let mut before = now();
        for _ in 0..5 {
            yield_!(sleep(millis(1)));
            // As `Instant` promises: no step of the wall clock makes a sleep shorter.
            if now() < before + millis(1) {
                return false;
            }
            before = now();
        }
        true
    }
    assert!(TaskManager::new().block_on(naps()));
}

#[test]
fn d_m17_what_is_made_early_counts_from_the_yield_and_belongs_to_the_one_that_yields_it() {
    #[task]
    fn sleeps(operation: multitask::Sleep) -> Duration {
        let start = now();
        yield_!(operation);
        now() - start
    }
    let manager = TaskManager::with_virtual_clock();
    let operations = [sleep(millis(30)), sleep(millis(30))];
    manager.advance(millis(100));
    let tasks = operations.map(|operation| manager.add(sleeps(operation)));
    assert_eq!(tasks.map(|task| manager.block_on(task).unwrap()), [millis(30), millis(30)]);
}

/// An operation that waits for nothing that anybody could know of.
struct Unknown;

impl Operation for Unknown {
    type Output = ();
    type Wait = Self;

    fn begin(self) -> Self {
        self
    }

    fn poll(_: &mut Self, _: impl FnOnce() -> Self, _: &mut Context<'_>) -> Poll<()> {
        Poll::Pending
    }
}

#[test]
fn d_m18_a_task_that_waits_for_something_unknown_is_not_dropped() {
    #[task]
    fn waits(guard: Noted<&'static str>) {
        let _guard = guard;
        yield_!(Unknown);
    }
    let manager = TaskManager::new();
    let log = Log::new();
    let task = manager.add(waits(Noted("dropped", log.clone())));
    manager.run().unwrap();
    assert!(!task.is_finished());
    assert_eq!(log.len(), 0);
    assert_eq!(manager.tasks().parked().len(), 1);
}

#[test]
fn d_m19_a_task_that_fails_stops_nobody_and_the_report_says_which_it_was() {
    let manager = TaskManager::new();
    let reports: Rc<RefCell<VecDeque<String>>> = Rc::default();
    let list = reports.clone();
    manager.on_failure(move |failure| list.borrow_mut().push_back(failure.to_string()));
    let log = Log::new();
    let id = manager.add(fails(0)).named("culprit").id();
    let line = line!() - 1;
    manager.add(printer("other", 3, log.clone()));
    manager.run().unwrap();
    assert_eq!(log.len(), 3);
    let place = format!("{}:{line}", file!());
    let report = reports.borrow_mut().pop_front().unwrap();
    assert!(report.starts_with(&format!("task {id} (culprit, added at {place}")), "{report}");
    assert!(report.ends_with("failed: failed"), "{report}");
    assert!(reports.borrow().is_empty());
}

#[test]
fn d_m20_any_and_all_are_there_and_other_threads_wake_a_manager() {
    #[task]
    fn waits() -> (usize, (u32, u32), Result<u32, multitask::Abandoned>) {
        let (first, ()) = yield_!(multitask::any([sleep(LONG), sleep(millis(1))]));
        let ready = |n: u32| multitask::ready(n);
        let both = yield_!(multitask::all((ready(1), ready(2))));
        let (completer, value) = multitask::completion();
        thread::spawn(move || completer.complete(3));
        (first, both, yield_!(value))
    }
    assert_eq!(TaskManager::new().block_on(waits()), (1, (1, 2), Ok(3)));
}

#[test]
fn d_m23_a_timeout_says_what_was_waited_for_and_for_how_long() {
    #[task]
    fn child() {
        yield_!(sleep(LONG));
    }
    #[task]
    fn timeouts(event: Event) -> [String; 3] {
        [
            yield_!(sleep(LONG).timeout(millis(2))).unwrap_err().to_string(),
            yield_!(event.timeout(millis(3))).unwrap_err().to_string(),
            yield_!(child().timeout(millis(4))).unwrap_err().to_string(),
        ]
    }
    let [slept, event, child] = TaskManager::with_virtual_clock().block_on(timeouts(Event::default()));
    assert_eq!((&*slept, &*event), ("timed out after 2ms: sleep", "timed out after 3ms: an event"));
    assert!(child.starts_with("timed out after 4ms: ") && child.ends_with("::child"), "{child}");
}

#[test]
fn d_m24_children_die_with_their_parent_innermost_first() {
    #[task]
    fn level(depth: u32, log: Log<u32>) {
        let _guard = Noted(depth, log.clone());
        if depth < 3 {
            yield_!(level(depth + 1, log));
        } else {
            yield_!(sleep(LONG));
        }
    }
    let manager = TaskManager::new();
    let log = Log::new();
    let task = manager.add(level(0, log.clone()));
    manager.run_next(Some(Duration::ZERO)).unwrap();
    task.cancel();
    assert_eq!(log.take(), [3, 2, 1, 0]);
    assert!(!manager.has_timeouts());
    manager.run().unwrap();
}

#[test]
fn d_m25_who_is_left_waiting_when_run_returns_is_listed() {
    let manager = TaskManager::new();
    let event = Event::default();
    manager.add(waits_for(event.clone())).named("left behind");
    manager.add(printer("", 1, Log::new()));
    manager.run().unwrap();
    let parked = manager.tasks().parked();
    assert_eq!(parked.len(), 1);
    let report = parked.to_string();
    assert!(report.starts_with("task 0.1 (left behind, added at ") && report.contains("waits for another task"));
    assert!(report.contains("yield_!(event)"), "{report}");
    event.set();
    manager.run().unwrap();
    assert!(manager.tasks().is_empty());
}

/// What the tests take for granted of tasks: that they can be yielded.
#[allow(dead_code, reason = "it is there to be compiled")]
fn a_task_is_an_operation(task: impl Task<Output = ()>) -> impl IntoOperation<Output = ()> {
    task
}
