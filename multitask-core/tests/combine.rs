//! `any`, `all`, and deadlines over several steps.
#![cfg(feature = "std")]

mod support;

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    task::Poll,
    time::{Duration, Instant},
};

use multitask_core::{
    Context, Deadline, Operation, TaskManager, Timeout, all, any,
    combine::{Any2, Any3, Any12},
    give_way, sleep,
};
use support::{Log, Loud, attempt, from_fn, parked, wait_for};

const SHORT: Duration = Duration::from_millis(2);
const LONG: Duration = Duration::from_secs(60);

/// Ready with its number at the given attempt; notes attempts and its end.
struct Counted {
    name: u32,
    left: u32,
    log: Log<(u32, &'static str)>,
}

impl Operation for Counted {
    type Output = u32;
    type Wait = Self;

    fn begin(self) -> Self {
        self
    }

    fn poll(wait: &mut Self, _: impl FnOnce() -> Self, cx: &mut Context<'_>) -> Poll<u32> {
        wait.log.push((wait.name, "attempt"));
        if wait.left == 0 {
            return Poll::Ready(wait.name);
        }
        wait.left -= 1;
        cx.give_way();
        Poll::Pending
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.log.push((self.name, "end"));
    }
}

/// Adds to a number that it borrows, at each attempt, until that is large enough.
struct Grow<'a>(&'a mut u32);

impl Operation for Grow<'_> {
    type Output = u32;
    type Wait = ();

    fn begin(self) {}

    fn poll((): &mut (), again: impl FnOnce() -> Self, cx: &mut Context<'_>) -> Poll<u32> {
        let number = again().0;
        *number += 1;
        if number.is_multiple_of(10) {
            return Poll::Ready(*number);
        }
        cx.give_way();
        Poll::Pending
    }
}

#[test]
fn any_goes_in_order_and_cancels_the_losers_at_once() {
    let log = Log::new();
    let counted = |name, left| Counted { name, left, log: log.clone() };
    let manager = TaskManager::new();
    let first = manager.block_on(wait_for(any((counted(1, 2), counted(2, 1), counted(3, 1)))));
    assert_eq!(first, Any3::Second(2));
    let attempts = [(1, "attempt"), (2, "attempt"), (3, "attempt"), (1, "attempt"), (2, "attempt")];
    assert_eq!(log.take(), [&attempts[..], &[(1, "end"), (2, "end"), (3, "end")]].concat());
}

#[test]
fn what_is_ready_from_the_start_wins_and_what_follows_is_not_attempted() {
    let log = Log::new();
    let counted = |name| Counted { name, left: 0, log: log.clone() };
    assert_eq!(TaskManager::new().block_on(wait_for(any([counted(1), counted(2)]))), (0, 1));
    assert_eq!(log.take(), [(1, "attempt"), (1, "end"), (2, "end")]);
}

#[test]
fn any_of_an_array_or_a_vec_says_which() {
    let manager = TaskManager::new();
    let start = Instant::now();
    assert_eq!(manager.block_on(wait_for(any([sleep(LONG), sleep(SHORT), sleep(LONG)]))), (1, ()));
    assert_eq!(manager.block_on(wait_for(any(vec![sleep(LONG), sleep(LONG), sleep(SHORT)]))), (2, ()));
    assert!(start.elapsed() < LONG);
    assert!(!manager.has_timeouts(), "a loser's timer was left: {manager:?}");
}

#[test]
#[should_panic(expected = "any of no operation can never finish")]
fn any_of_nothing_is_refused() {
    let _ = any(Vec::<multitask_core::Sleep>::new()).begin();
}

#[test]
fn tuples_go_up_to_twelve() {
    let manager = TaskManager::new();
    let late = || sleep(LONG);
    let first =
        any((late(), late(), late(), late(), late(), late(), late(), late(), late(), late(), late(), give_way()));
    assert_eq!(manager.block_on(wait_for(first)), Any12::Twelfth(()));
    let ready = |n: u8| give_way().map(move |()| n);
    let every = all((
        ready(1),
        ready(2),
        ready(3),
        ready(4),
        ready(5),
        ready(6),
        ready(7),
        ready(8),
        ready(9),
        ready(10),
        ready(11),
        ready(12),
    ));
    assert_eq!(manager.block_on(wait_for(every)), (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12));
}

#[test]
fn children_may_be_among_them_and_die_when_they_lose() {
    let manager = TaskManager::new();
    let drops = Rc::new(Cell::new(0));
    let guard = Loud(drops.clone());
    let child = from_fn(move |_| {
        let _ = &guard;
        Poll::<()>::Pending
    });
    let first = manager.block_on(wait_for(any((child, sleep(SHORT)))));
    assert_eq!(first, Any2::Second(()));
    assert_eq!(drops.get(), 1);
}

#[test]
fn operations_that_borrow_are_begun_again_together_and_only_when_they_are_attempted() {
    let numbers = RefCell::new((0, 5));
    let evaluated = Cell::new(0);
    let mut wait = {
        let (a, b) = &mut *numbers.borrow_mut();
        any((Grow(a), Grow(b))).begin()
    };
    let task = from_fn(|cx| {
        let (a, b) = &mut *numbers.borrow_mut();
        attempt_with(
            &mut wait,
            || {
                evaluated.set(evaluated.get() + 1);
                any((Grow(a), Grow(b)))
            },
            cx,
        )
    });
    assert_eq!(TaskManager::new().block_on(task), Any2::Second(10));
    // Once for each resume, not once for each operation.
    assert_eq!(evaluated.get(), 5);
    assert_eq!(numbers.into_inner(), (5, 10));
}

/// Like `attempt`, of an operation that is not made if it is not needed.
fn attempt_with<O: Operation>(wait: &mut O::Wait, again: impl FnOnce() -> O, cx: &mut Context<'_>) -> Poll<O::Output> {
    O::poll(wait, again, cx)
}

#[test]
fn all_of_operations_that_borrow_finishes_each_once() {
    let mut numbers = [7, 3, 9];
    let mut wait = all(numbers.each_mut().map(Grow)).begin();
    let task = from_fn(|cx| attempt(&mut wait, all(numbers.each_mut().map(Grow)), cx));
    assert_eq!(TaskManager::new().block_on(task), [10, 10, 10]);
    // None was attempted again after it had finished.
    assert_eq!(numbers, [10, 10, 10]);
}

#[test]
fn all_keeps_the_order_and_ends_each_when_it_finishes() {
    let log = Log::new();
    let counted = |name, left| Counted { name, left, log: log.clone() };
    let manager = TaskManager::new();
    assert_eq!(manager.block_on(wait_for(all((counted(1, 1), counted(2, 0))))), (1, 2));
    assert_eq!(log.take(), [(1, "attempt"), (2, "attempt"), (2, "end"), (1, "attempt"), (1, "end")]);
    assert_eq!(manager.block_on(wait_for(all(vec![counted(3, 0), counted(4, 1)]))), [3, 4]);
    assert_eq!(manager.block_on(wait_for(all(Vec::<Counted>::new()))), []);
    assert_eq!(manager.block_on(wait_for(all::<[Counted; 0]>([]))), []);
}

#[test]
fn a_cancelled_group_leaves_nothing() {
    let manager = TaskManager::new();
    let task = manager.add(wait_for(all((any([sleep(LONG), sleep(LONG)]), sleep(SHORT), sleep(LONG)))));
    manager.run_next(Some(LONG)).unwrap();
    manager.run_next(Some(Duration::ZERO)).unwrap();
    assert!(manager.has_timeouts());
    task.cancel();
    assert!(!manager.has_timeouts() && !manager.has_runnable(), "{manager:?}");
}

#[test]
#[cfg_attr(miri, ignore = "Miri is too slow for its times")]
fn a_deadline_spans_several_steps() {
    let manager = TaskManager::new();
    let start = Instant::now();
    let deadline = Deadline::after(10 * SHORT);
    assert!(manager.block_on(wait_for(sleep(SHORT).deadline(deadline))).is_ok());
    let error = manager.block_on(wait_for(sleep(LONG).deadline(deadline))).unwrap_err();
    assert_eq!((error.limit(), error.what()), (10 * SHORT, "sleep"));
    assert!(start.elapsed() >= 10 * SHORT && start.elapsed() < LONG);
    assert!(deadline.is_over() && deadline.remaining() == Duration::ZERO);
    assert_eq!(error.to_string(), "timed out after 20ms: sleep");
    // One attempt is made after the deadline, too.
    assert_eq!(manager.block_on(wait_for(sleep(Duration::ZERO).deadline(deadline))), Ok(()));
    assert!(manager.block_on(wait_for(sleep(SHORT).deadline(deadline))).is_err());
    assert!(!manager.has_timeouts());
}

#[test]
fn a_deadline_of_a_child_cancels_all_it_waits_for() {
    let manager = TaskManager::new();
    let flag = Rc::new(Cell::new(false));
    let steps = Rc::new(Cell::new(0));
    let counted = steps.clone();
    let mut sleep_of_child = Some(wait_for(sleep(LONG)));
    let child = from_fn(move |cx| {
        counted.set(counted.get() + 1);
        multitask_core::Task::resume(sleep_of_child.as_mut().unwrap(), cx)
    });
    let outcome = manager.block_on(wait_for(all((child.deadline(Deadline::after(SHORT)), give_way()))));
    assert!(matches!(outcome, (Err(Timeout { .. }), ())));
    assert!(steps.get() >= 1 && !manager.has_timeouts());
    let at = Deadline::at(Instant::now() + SHORT);
    assert!(at.limit() <= SHORT);
    assert!(manager.block_on(wait_for(parked(&flag).deadline(at))).is_err());
}

#[test]
fn an_operation_that_does_not_say_what_it_is_is_called_by_its_type() {
    let log = Log::new();
    let never = || Counted { name: 1, left: u32::MAX, log: log.clone() };
    let manager = TaskManager::new();
    let error = manager.block_on(wait_for(never().map(|_| ()).timeout(SHORT))).unwrap_err();
    assert_eq!(error.what(), "Counted");
    let error = manager.block_on(wait_for(any([never(), never()]).timeout(SHORT))).unwrap_err();
    assert_eq!(error.to_string(), "timed out after 2ms: any(..)");
}

#[test]
fn without_a_manager_a_deadline_is_of_use_where_there_is_no_need_to_wait() {
    let mut wait = sleepless().deadline(Deadline::after(LONG)).begin();
    let poll = attempt(&mut wait, sleepless().deadline(Deadline::after(LONG)), &mut Context::detached());
    assert_eq!(poll, Poll::Ready(Ok(None)));
}

fn sleepless() -> Option<multitask_core::Sleep> {
    None
}
