//! kiwi's tasklets, and what waits are made of: `any`, `all`, intervals.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    task::Poll,
    thread,
    time::Duration,
};

use multitask::{
    Context, Interval, JoinError, Operation, TaskHandle, TaskManager, TaskStatus, Timeout, Waiter, any,
    combine::{Any2, Any3},
    completion, idle, interval,
    message::{Address, Mailbox, Message},
    now, ready, sleep, task, yield_,
};

use crate::support::{Log, Noted};

const LONG: Duration = Duration::from_secs(60);

fn seconds(n: u64) -> Duration {
    Duration::from_secs(n)
}

#[task]
fn turns<T>(count: u32, value: T) -> T {
    for _ in 0..count {
        yield_!();
    }
    value
}

#[task]
fn sleeper<T>(wait: Duration, value: T) -> T {
    yield_!(sleep(wait));
    value
}

/// A condition of one's own: set from outside, for whoever waits.
#[derive(Clone, Default)]
struct Flag(Rc<(Cell<bool>, RefCell<Option<Waiter>>)>);

impl Flag {
    fn set(&self) {
        self.0.0.set(true);
        if let Some(waiter) = self.0.1.take() {
            waiter.wake();
        }
    }

    fn wait(&self) -> Condition {
        Condition { flag: self.clone(), armed: false }
    }

    fn is_armed(&self) -> bool {
        self.0.1.borrow().is_some()
    }
}

/// Armed while a task waits, disarmed when it does not any more.
struct Condition {
    flag: Flag,
    armed: bool,
}

impl Operation for Condition {
    type Output = &'static str;
    type Wait = Self;

    fn begin(self) -> Self {
        self
    }

    fn poll(wait: &mut Self, _: impl FnOnce() -> Self, cx: &mut Context<'_>) -> Poll<&'static str> {
        if wait.flag.0.0.get() {
            return Poll::Ready("set");
        }
        *wait.flag.0.1.borrow_mut() = Some(cx.waiter());
        wait.armed = true;
        Poll::Pending
    }
}

impl Drop for Condition {
    fn drop(&mut self) {
        if self.armed {
            self.flag.0.1.take();
        }
    }
}

#[test]
fn k01_run_of_a_generator_is_add() {
    let manager = TaskManager::new();
    let handle: TaskHandle<u32> = manager.add(turns(2, 5));
    assert_eq!(manager.block_on(handle).unwrap(), 5);
}

struct Player {
    name: &'static str,
    played: u32,
}

impl Player {
    #[task]
    fn play(&mut self, times: u32) -> String {
        for _ in 0..times {
            self.played += 1;
            yield_!();
        }
        format!("{} played {times}", self.name)
    }

    #[task]
    fn stop(self: Rc<Self>) -> &'static str {
        yield_!();
        self.name
    }
}

#[test]
fn k02_methods_are_tasks_too() {
    let manager = TaskManager::new();
    let mut player = Player { name: "dvd", played: 0 };
    assert_eq!(manager.block_on(player.play(3)), "dvd played 3");
    assert_eq!(player.played, 3);
    let stopping = manager.add(Rc::new(player).stop());
    assert_eq!(manager.block_on(stopping).unwrap(), "dvd");
}

#[test]
fn k03_a_yield_evaluates_to_what_has_happened() {
    #[task]
    fn waits(flag: Flag) -> (&'static str, Any2<&'static str, ()>) {
        (yield_!(flag.wait()), yield_!(any((flag.wait(), sleep(LONG)))))
    }
    let flag = Flag::default();
    flag.set();
    assert_eq!(TaskManager::new().block_on(waits(flag)), ("set", Any2::First("set")));
}

#[test]
fn k10_nothing_of_a_task_runs_before_its_manager_does() {
    #[task]
    fn notes(log: Log<&'static str>) {
        log.push("started");
        yield_!();
        log.push("ended");
    }
    let manager = TaskManager::new();
    let log = Log::new();
    let not_added = notes(log.clone());
    manager.add(notes(log.clone()));
    assert_eq!(log.len(), 0);
    manager.run_next(None).unwrap();
    assert_eq!(log.take(), ["started"]);
    manager.run().unwrap();
    assert_eq!(log.take(), ["ended"]);
    drop(not_added);
}

#[test]
fn k12_a_task_is_to_run_running_waiting_or_finished() {
    #[task]
    fn looks(manager: TaskManager, flag: Flag) -> TaskStatus {
        let status = manager.tasks()[0].status();
        yield_!(flag.wait());
        status
    }
    let manager = TaskManager::new();
    let flag = Flag::default();
    let task = manager.add(looks(manager.clone(), flag.clone()));
    let status = || manager.tasks().first().map(|task| task.status());
    assert_eq!(status(), Some(TaskStatus::Runnable));
    manager.run().unwrap();
    assert_eq!((status(), task.is_finished()), (Some(TaskStatus::Waiting), false));
    flag.set();
    assert_eq!(status(), Some(TaskStatus::Runnable));
    manager.run().unwrap();
    assert_eq!((status(), task.is_finished()), (None, true));
    assert_eq!(manager.block_on(task).unwrap(), TaskStatus::Running);
}

#[test]
fn k13_a_task_returns_a_value_of_whatever_type() {
    let manager = TaskManager::new();
    let handles = (manager.add(turns(0, ())), manager.add(turns(1, (1, "b"))));
    manager.block_on(handles.0).unwrap();
    assert_eq!(manager.block_on(handles.1).unwrap(), (1, "b"));
}

/// Does something with the result of a task: what a join callback is for.
#[task]
fn then(task: TaskHandle<u32>, name: &'static str, log: Log<(&'static str, Option<u32>)>) {
    log.push((name, yield_!(task).ok()));
}

#[test]
fn k14_who_joins_is_told_however_the_task_ends_and_also_when_it_has_ended() {
    let manager = TaskManager::new();
    let log = Log::new();
    let ended = manager.add(turns(0, 1));
    manager.run().unwrap();
    manager.add(then(ended, "ended before", log.clone()));
    manager.add(then(manager.add(turns(3, 2)), "later", log.clone()));
    let cancelled = manager.add(sleeper(LONG, 3));
    cancelled.cancel();
    manager.add(then(cancelled, "cancelled", log.clone()));
    manager.run().unwrap();
    assert_eq!(log.take(), [("ended before", Some(1)), ("cancelled", None), ("later", Some(2))]);
}

#[test]
fn k15_when_a_task_ends_none_of_its_waits_is_left() {
    #[task]
    fn waits(flag: Flag, other: Flag) {
        yield_!(any((flag.wait(), other.wait(), sleep(LONG))));
        assert!(!other.is_armed());
    }
    let manager = TaskManager::new();
    let (flag, other) = (Flag::default(), Flag::default());
    let task = manager.add(waits(flag.clone(), other.clone()));
    manager.run_next(Some(Duration::ZERO)).unwrap();
    assert!(flag.is_armed() && other.is_armed() && manager.has_timeouts());
    flag.set();
    manager.block_on(task).unwrap();
    assert!(!flag.is_armed() && !other.is_armed() && !manager.has_timeouts());
}

/// Panics after a turn, while it keeps a guard.
#[task]
fn panics(guard: Noted<&'static str>) {
    let _guard = guard;
    yield_!();
    panic!("a tasklet that panics: expected");
}

#[test]
fn k16_a_task_that_panics_is_finished_and_its_joiner_is_told() {
    let manager = TaskManager::new();
    let log = Log::new();
    let task = manager.add(panics(Noted("dropped", log.clone())));
    let other = manager.add(turns(5, "other"));
    let error = manager.block_on(task).unwrap_err();
    assert_eq!(error.to_string(), "the task panicked: a tasklet that panics: expected");
    assert_eq!(log.take(), ["dropped"]);
    assert_eq!(manager.block_on(other).unwrap(), "other");
}

#[test]
fn k18_a_task_can_be_cancelled_and_a_timeout_is_an_error() {
    #[task]
    fn patient() -> Result<(), Timeout> {
        yield_!(sleep(LONG).timeout(seconds(1)))
    }
    let manager = TaskManager::with_virtual_clock();
    assert!(manager.block_on(patient()).is_err());
    let task = manager.add(patient());
    manager.run_next(Some(Duration::ZERO)).unwrap();
    task.cancel();
    assert!(matches!(manager.block_on(task), Err(JoinError::Cancelled)));
}

#[test]
fn k19_a_condition_of_one_s_own_is_armed_and_disarmed() {
    #[task]
    fn waits(flag: Flag) -> Option<&'static str> {
        yield_!(flag.wait().timeout(seconds(1))).ok()
    }
    let manager = TaskManager::with_virtual_clock();
    let flag = Flag::default();
    let task = manager.add(waits(flag.clone()));
    manager.run_next(Some(Duration::ZERO)).unwrap();
    assert!(flag.is_armed());
    assert_eq!(manager.block_on(task).unwrap(), None);
    assert!(!flag.is_armed());
}

#[test]
fn k20_a_task_waits_for_a_condition() {
    let manager = TaskManager::new();
    let flag = Flag::default();
    #[task]
    fn waits(flag: Flag) -> &'static str {
        yield_!(flag.wait())
    }
    let task = manager.add(waits(flag.clone()));
    manager.run().unwrap();
    flag.set();
    assert_eq!(manager.block_on(task).unwrap(), "set");
}

#[test]
fn k21_waiting_for_any_gives_one_event_and_a_period_goes_on_without_drift() {
    #[task]
    fn waits() -> Vec<(bool, u64)> {
        let start = now();
        let mut every = interval(seconds(10));
        let mut seen = Vec::new();
        for _ in 0..6 {
            // The loser is armed again in the next turn; the tick keeps its time.
            let tick = matches!(yield_!(any((every.tick(), sleep(seconds(7))))), Any2::First(_));
            seen.push((tick, (now() - start).as_secs()));
        }
        seen
    }
    let manager = TaskManager::with_virtual_clock();
    let seen = manager.block_on(waits());
    assert_eq!(seen, [(false, 7), (true, 10), (false, 17), (true, 20), (false, 27), (true, 30)]);
    assert!(!manager.has_timeouts());
}

#[test]
fn k22_a_task_is_yielded_as_a_child_and_another_one_by_its_handle() {
    #[task]
    fn parent() -> (u32, Result<u32, JoinError>) {
        let added = multitask::add(turns(1, 2));
        (yield_!(turns(1, 1)), yield_!(added))
    }
    assert!(matches!(TaskManager::new().block_on(parent()), (1, Ok(2))));
}

#[test]
fn k23_a_list_of_waits_is_given_away_and_nothing_of_it_is_shared() {
    #[task]
    fn waits() -> Vec<u64> {
        let mut left = vec![30, 10, 20];
        let mut order = Vec::new();
        while !left.is_empty() {
            let waits: Vec<_> = left.iter().map(|n| sleep(seconds(*n))).collect();
            let (index, ()) = yield_!(any(waits));
            order.push(left.remove(index));
        }
        order
    }
    assert_eq!(TaskManager::with_virtual_clock().block_on(waits()), [10, 20, 30]);
}

#[test]
fn k24_sending_a_message_is_no_wait() {
    #[task]
    fn sends(to: Address<u32>, log: Log<&'static str>) {
        to.send(Message::new("number", 5)).unwrap();
        log.push("sent");
        yield_!();
        // There is nobody to receive it any more, which is an error and no panic.
        assert!(to.send(Message::new("number", 6)).is_err());
    }
    #[task]
    fn receives(mailbox: Mailbox<u32>, log: Log<&'static str>) {
        let message = yield_!(mailbox.receive());
        assert_eq!((message.name, message.value, message.sender.is_none()), ("number", 5, true));
        log.push("received");
    }
    let manager = TaskManager::new();
    let log = Log::new();
    let mailbox = Mailbox::new();
    let address = mailbox.address();
    manager.add(receives(mailbox, log.clone()));
    let sending = manager.add(sends(address, log.clone()));
    manager.run().unwrap();
    assert_eq!(log.take(), ["sent", "received"]);
    manager.block_on(sending).unwrap();
}

#[test]
fn k25_waiting_for_nothing_at_all_is_refused_where_it_is_yielded() {
    #[task]
    fn waits(guard: Noted<&'static str>) {
        let _guard = guard;
        let nothing: Vec<multitask::Sleep> = Vec::new();
        yield_!(any(nothing));
    }
    let manager = TaskManager::new();
    let log = Log::new();
    let error = manager.block_on(manager.add(waits(Noted("dropped", log.clone())))).unwrap_err();
    assert!(error.to_string().contains("any of no operation can never finish"), "{error}");
    assert_eq!(log.take(), ["dropped"]);
}

#[test]
fn k30_a_timer_is_reused_and_restarted() {
    #[task]
    fn waits(mut every: Interval) -> Vec<u64> {
        let start = now();
        let mut seen = Vec::new();
        for n in 0..4 {
            yield_!(every.tick());
            seen.push((now() - start).as_secs());
            if n == 1 {
                yield_!(sleep(seconds(3)));
                every.restart();
            }
        }
        seen
    }
    let manager = TaskManager::with_virtual_clock();
    // One that was never waited for can be restarted, too.
    let mut every = interval(seconds(10));
    every.restart();
    manager.advance(Duration::ZERO);
    let seen = manager.block_on(waits(interval(seconds(10))));
    assert_eq!(seen, [10, 20, 33, 43]);
    assert_eq!(every.period(), seconds(10));
}

#[test]
fn k32_idle_goes_on_when_nobody_else_has_anything_to_do() {
    #[task]
    fn background(log: Log<&'static str>) {
        for _ in 0..2 {
            yield_!(idle());
            log.push("background");
        }
    }
    #[task]
    fn works(name: &'static str, log: Log<&'static str>) {
        for _ in 0..3 {
            log.push(name);
            yield_!();
        }
        yield_!(sleep(seconds(1)));
        log.push(name);
    }
    let manager = TaskManager::with_virtual_clock();
    let log = Log::new();
    manager.add(background(log.clone()));
    manager.add(works("work", log.clone()));
    manager.run().unwrap();
    assert_eq!(log.take(), ["work", "work", "work", "background", "background", "work"]);
}

#[test]
fn k33_joining_delivers_at_once_who_it_was_and_also_a_failure() {
    #[task]
    fn joins() -> (Option<&'static str>, usize, Option<&'static str>, bool) {
        let ended = multitask::add(turns(0, "ended"));
        yield_!();
        let first = yield_!(ended).ok();
        let (index, second) =
            yield_!(any(vec![multitask::add(sleeper(LONG, "late")), multitask::add(sleeper(seconds(1), "soon")),]));
        let failed = yield_!(multitask::add(panics(Noted("", Log::new())))).is_err();
        (first, index, second.ok(), failed)
    }
    let manager = TaskManager::with_virtual_clock();
    assert_eq!(manager.block_on(joins()), (Some("ended"), 1, Some("soon"), true));
}

#[test]
fn k60_tasks_run_first_in_first_out_and_within_a_wait_what_is_written_first_has_priority() {
    #[task]
    fn waits(high: Flag, low: Flag) -> bool {
        matches!(yield_!(any((high.wait(), low.wait()))), Any2::First(_))
    }
    let manager = TaskManager::new();
    let (high, low) = (Flag::default(), Flag::default());
    let task = manager.add(waits(high.clone(), low.clone()));
    manager.run().unwrap();
    low.set();
    high.set();
    assert!(manager.block_on(task).unwrap());
}

#[test]
fn k61_a_program_ends_by_itself_or_when_it_is_stopped() {
    #[task]
    fn quits(manager: TaskManager) {
        yield_!();
        manager.stop();
    }
    let manager = TaskManager::new();
    manager.add(turns(2, ()));
    manager.run().unwrap();
    let endless = manager.add(sleeper(LONG, ()));
    manager.add(quits(manager.clone()));
    manager.run().unwrap();
    assert!(!endless.is_finished());
}

#[test]
fn k62_a_task_lives_as_long_as_its_manager_whether_anybody_refers_to_it_or_not() {
    let manager = TaskManager::new();
    let log = Log::new();
    #[task]
    fn waits(flag: Flag, guard: Noted<&'static str>) {
        let _guard = guard;
        yield_!(flag.wait());
    }
    let flag = Flag::default();
    drop(manager.add(waits(flag.clone(), Noted("ended", log.clone()))));
    drop(manager.add(waits(Flag::default(), Noted("dropped with the manager", log.clone()))));
    manager.run().unwrap();
    manager.run().unwrap();
    assert_eq!(log.len(), 0);
    flag.set();
    manager.run().unwrap();
    assert_eq!(log.take(), ["ended"]);
    drop(manager);
    assert_eq!(log.take(), ["dropped with the manager"]);
}

#[test]
fn k63_each_thread_has_its_managers_and_loops_may_be_nested() {
    fn sum() -> u32 {
        #[task]
        fn outer(manager: TaskManager) -> u32 {
            1 + manager.block_on(turns(3, 10)) + yield_!(turns(1, 100))
        }
        let manager = TaskManager::new();
        manager.block_on(outer(manager.clone()))
    }
    let threads: Vec<_> = (0..4).map(|_| thread::spawn(sum)).collect();
    assert_eq!(threads.into_iter().map(|thread| thread.join().unwrap()).sum::<u32>(), 444);
}

#[test]
fn d_k1_idle_works_again_and_again_and_can_be_given_up() {
    #[task]
    fn pieces() -> (u32, bool) {
        let mut done = 0;
        for _ in 0..100 {
            yield_!(idle());
            done += 1;
        }
        (done, matches!(yield_!(any((idle(), ready(())))), Any2::Second(())))
    }
    assert_eq!(TaskManager::new().block_on(pieces()), (100, true));
}

#[test]
fn d_k2_what_one_task_does_with_its_events_is_nobody_else_s_business() {
    #[task]
    fn forgets(flag: Flag) {
        // Not looked at; and then a panic.
        let _ = yield_!(flag.wait());
        panic!("before anything was read: expected");
    }
    #[task]
    fn reads(flag: Flag) -> &'static str {
        yield_!(flag.wait())
    }
    let manager = TaskManager::new();
    let flags = [Flag::default(), Flag::default()];
    let forgetful = manager.add(forgets(flags[0].clone()));
    let reader = manager.add(reads(flags[1].clone()));
    manager.run().unwrap();
    flags.iter().for_each(Flag::set);
    manager.run().unwrap();
    assert!(manager.block_on(forgetful).is_err());
    assert_eq!(manager.block_on(reader).unwrap(), "set");
}

#[test]
fn d_k3_who_joins_a_task_that_panics_does_not_hang_and_its_waits_are_gone() {
    #[task]
    fn fails(flag: Flag) {
        let waits = any((flag.wait(), sleep(LONG), turns(1, ())));
        match yield_!(waits) {
            Any3::Third(()) => panic!("in the middle: expected"),
            Any3::First(_) | Any3::Second(()) => {}
        }
    }
    let manager = TaskManager::new();
    let flag = Flag::default();
    let log = Log::new();
    #[task]
    fn joins(task: TaskHandle<()>, log: Log<String>) {
        log.push(yield_!(task).unwrap_err().to_string());
    }
    let failing = manager.add(fails(flag.clone()));
    manager.add(joins(failing, log.clone()));
    manager.run().unwrap();
    assert_eq!(log.take(), ["the task panicked: in the middle: expected"]);
    assert!(!flag.is_armed() && !manager.has_timeouts());
}

#[test]
fn d_k9_a_task_may_fire_what_it_waits_for_itself() {
    #[task]
    fn fires(flag: Flag) -> (&'static str, &'static str) {
        flag.set();
        let first = yield_!(flag.wait());
        let (_, second) = yield_!(multitask::all((fire(flag.clone()), flag.wait())));
        (first, second)
    }
    #[task]
    fn fire(flag: Flag) {
        flag.set();
        yield_!();
        flag.set();
    }
    assert_eq!(TaskManager::new().block_on(fires(Flag::default())), ("set", "set"));
}

#[test]
fn d_k11_conditions_can_be_waited_for_again_and_by_several() {
    #[task]
    fn twice(flag: Flag) -> bool {
        yield_!(flag.wait()) == yield_!(flag.wait())
    }
    let manager = TaskManager::new();
    let flag = Flag::default();
    flag.set();
    let tasks = [manager.add(twice(flag.clone())), manager.add(twice(flag))];
    assert!(tasks.into_iter().all(|task| manager.block_on(task).unwrap()));

    // A handle is waited for until it has delivered, also if a wait for it was given up before.
    #[task]
    fn patient(mut task: TaskHandle<u32>) -> (u32, u32) {
        let mut given_up = 0;
        loop {
            match yield_!(task.join().timeout(seconds(1))) {
                Ok(outcome) => return (given_up, outcome.unwrap()),
                Err(_) => given_up += 1,
            }
        }
    }
    let manager = TaskManager::with_virtual_clock();
    let task = manager.add(sleeper(Duration::from_millis(2500), 7));
    assert_eq!(manager.block_on(patient(task)), (2, 7));
}

#[test]
fn d_k15_a_task_is_started_once_also_one_that_is_a_method() {
    let manager = TaskManager::new();
    let player = Rc::new(Player { name: "cd", played: 0 });
    // `add` takes the task: it cannot be added twice.
    let task = manager.add(player.clone().stop());
    manager.run().unwrap();
    manager.run().unwrap();
    assert_eq!(manager.block_on(task).unwrap(), "cd");
    assert_eq!(Rc::strong_count(&player), 1);
}

#[test]
fn d_k16_errors_values_and_a_plain_yield() {
    #[task]
    fn all_of_it() -> Result<u32, Timeout> {
        yield_!();
        let value = yield_!(ready(2));
        yield_!(sleep(seconds(1)).timeout(seconds(2)))?;
        yield_!(sleep(seconds(2)).timeout(seconds(1)))?;
        Ok(value)
    }
    let error = TaskManager::with_virtual_clock().block_on(all_of_it()).unwrap_err();
    assert_eq!(error.limit(), seconds(1));
}

#[test]
fn d_k17_a_joiner_goes_on_in_its_turn_and_is_not_starved() {
    #[task]
    fn joins(task: TaskHandle<()>, log: Log<&'static str>) {
        let _ = yield_!(task);
        log.push("joined");
    }
    #[task]
    fn busy(log: Log<&'static str>) {
        for _ in 0..4 {
            log.push("busy");
            yield_!();
        }
    }
    let manager = TaskManager::new();
    let log = Log::new();
    manager.add(joins(manager.add(turns(1, ())), log.clone()));
    manager.add(busy(log.clone()));
    manager.run().unwrap();
    assert_eq!(log.take(), ["busy", "busy", "joined", "busy", "busy"]);
}

#[test]
fn d_k18_other_threads_have_a_handle_of_their_own() {
    #[task]
    fn waits(value: multitask::Completion<&'static str>) -> Option<&'static str> {
        yield_!(value).ok()
    }
    let manager = TaskManager::new();
    let (completer, value) = completion();
    let thread = thread::spawn(move || completer.complete("from another thread"));
    assert_eq!(manager.block_on(waits(value)), Some("from another thread"));
    thread.join().unwrap().unwrap();
}

#[test]
fn d_k19_a_task_that_nobody_refers_to_is_kept_and_can_be_found() {
    let manager = TaskManager::new();
    let flag = Flag::default();
    #[task]
    fn waits(flag: Flag, log: Log<&'static str>) {
        log.push(yield_!(flag.wait()));
    }
    let log = Log::new();
    drop(manager.add(waits(flag.clone(), log.clone())));
    manager.run().unwrap();
    assert_eq!(manager.tasks().parked().len(), 1);
    flag.set();
    manager.run().unwrap();
    assert_eq!(log.take(), ["set"]);
}
