//! Recursion without a deep stack: chains of 100,000 calls on a thread with a stack of 256 KiB.
//!
//! A frame that went to the stack of the thread, be it when a chain is built, resumed, dropped or unwound, would
//! overflow it, which ends the process.

mod support;

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    task::Poll,
    thread,
    time::Duration,
};

use multitask::{Context, JoinError, Operation, Task, TaskHandle, TaskManager, task, yield_, yield_from};
use support::{Count, Log, Noted, thread_time};

const DEPTH: u32 = 100_000;

fn on_a_small_stack(run: impl FnOnce() + Send + 'static) {
    let thread = thread::Builder::new().stack_size(256 * 1024).spawn(run).expect("a thread can be started");
    if let Err(panic) = thread.join() {
        std::panic::resume_unwind(panic);
    }
}

/// What a chain of [`descend`] drops if it is dropped at its bottom: innermost first.
fn innermost_first() -> Vec<u32> {
    (0..=DEPTH).collect()
}

/// Every level keeps something, and the bottom gives way once.
#[task]
fn descend(level: u32, drops: Log<u32>) -> u64 {
    let _kept = Noted(level, drops.clone());
    if level == 0 {
        yield_!();
        return 0;
    }
    let below = yield_!(descend(level - 1, drops));
    below + u64::from(level)
}

#[test]
fn a_function_that_calls_itself_twice() {
    #[task]
    fn fib(n: u64) -> u64 {
        if n < 2 { n } else { yield_!(fib(n - 1)) + yield_!(fib(n - 2)) }
    }
    on_a_small_stack(|| assert_eq!(multitask::block_on(fib(20)), 6765));
}

#[test]
fn a_chain_of_calls_of_itself_completes() {
    on_a_small_stack(|| {
        let drops = Log::new();
        let sum = multitask::block_on(descend(DEPTH, drops.clone()));
        assert_eq!(sum, u64::from(DEPTH) * u64::from(DEPTH + 1) / 2);
        assert_eq!(drops.take(), innermost_first());
    });
}

#[task]
fn is_even(n: u32) -> bool {
    if n == 0 {
        yield_!();
        return true;
    }
    yield_!(is_odd(n - 1))
}

#[task]
fn is_odd(n: u32) -> bool {
    if n == 0 {
        return false;
    }
    yield_!(is_even(n - 1))
}

#[test]
fn a_chain_of_calls_of_each_other_completes() {
    on_a_small_stack(|| {
        assert!(multitask::block_on(is_even(DEPTH)));
        assert!(!multitask::block_on(is_odd(DEPTH)));
    });
}

#[test]
fn a_chain_that_is_suspended_at_its_bottom_is_dropped_innermost_first() {
    on_a_small_stack(|| {
        let drops = Log::new();
        let mut task = descend(DEPTH, drops.clone());
        assert!(task.resume(&mut Context::detached()).is_pending());
        assert_eq!(drops.len(), 0);
        drop(task);
        assert_eq!(drops.take(), innermost_first());
    });
}

/// The same as [`descend`] for whom cannot know that it calls itself.
struct Stairs;

impl Stairs {
    #[task]
    fn descend(self, level: u32, drops: Log<u32>) -> u64 {
        let _kept = Noted(level, drops.clone());
        if level == 0 {
            yield_!();
            return 0;
        }
        let below = yield_!(Stairs.descend(level - 1, drops));
        below + u64::from(level)
    }
}

#[test]
fn a_chain_of_methods_completes_and_is_dropped_innermost_first() {
    on_a_small_stack(|| {
        let drops = Log::new();
        let sum = multitask::block_on(Stairs.descend(DEPTH, drops.clone()));
        assert_eq!(sum, u64::from(DEPTH) * u64::from(DEPTH + 1) / 2);
        assert_eq!(drops.take(), innermost_first());
        let mut task = Stairs.descend(DEPTH, drops.clone());
        assert!(task.resume(&mut Context::detached()).is_pending());
        assert_eq!(drops.len(), 0);
        drop(task);
        assert_eq!(drops.take(), innermost_first());
    });
}

#[test]
fn a_chain_that_is_cancelled_is_dropped_innermost_first() {
    on_a_small_stack(|| {
        let drops = Log::new();
        let manager = TaskManager::new();
        let handle = manager.add(descend(DEPTH, drops.clone()));
        manager.run_next(Some(Duration::ZERO)).unwrap();
        assert_eq!(drops.len(), 0);
        handle.cancel();
        assert_eq!(drops.take(), innermost_first());
    });
}

#[test]
fn a_chain_that_is_dropped_half_way_up_has_dropped_the_lower_half_before() {
    /// The level half-way up gives way when the levels below are done.
    #[task]
    fn climb(level: u32, drops: Log<u32>) {
        let _kept = Noted(level, drops.clone());
        if level > 0 {
            yield_!(climb(level - 1, drops));
        }
        if level == DEPTH / 2 {
            yield_!();
        }
    }
    on_a_small_stack(|| {
        let drops = Log::new();
        let mut task = climb(DEPTH, drops.clone());
        assert!(task.resume(&mut Context::detached()).is_pending());
        assert_eq!(drops.take(), (0..DEPTH / 2).collect::<Vec<_>>());
        drop(task);
        assert_eq!(drops.take(), (DEPTH / 2..=DEPTH).collect::<Vec<_>>());
    });
}

/// Panics at the bottom, after it has given way.
#[task]
fn fall(level: u32, drops: Log<u32>) -> u32 {
    let _kept = Noted(level, drops.clone());
    if level == 0 {
        yield_!();
        panic!("expected at the bottom");
    }
    yield_!(fall(level - 1, drops)) + 1
}

#[task]
fn join<T>(handle: TaskHandle<T>) -> Result<T, JoinError> {
    yield_!(handle)
}

#[test]
fn a_panic_at_the_bottom_drops_every_level_and_comes_out_of_the_join() {
    on_a_small_stack(|| {
        let drops = Log::new();
        let handle = multitask::add(fall(DEPTH, drops.clone()));
        let error = multitask::block_on(join(handle)).unwrap_err();
        assert_eq!(error.to_string(), "the task panicked: expected at the bottom");
        assert_eq!(drops.take(), innermost_first());
    });
}

#[test]
fn a_panic_at_the_bottom_leaves_a_task_that_is_resumed_by_hand_spent() {
    on_a_small_stack(|| {
        let drops = Log::new();
        let mut task = fall(DEPTH, drops.clone());
        assert!(task.resume(&mut Context::detached()).is_pending());
        catch_unwind(AssertUnwindSafe(|| task.resume(&mut Context::detached()))).unwrap_err();
        assert_eq!(drops.take(), innermost_first());
        let panic = catch_unwind(AssertUnwindSafe(|| task.resume(&mut Context::detached()))).unwrap_err();
        assert!(panic.downcast::<String>().unwrap().contains("panicked"));
    });
}

/// Gives way a number of times, and counts how often it is polled.
struct Pauses {
    left: u32,
    polls: Count,
}

impl Operation for Pauses {
    type Output = ();
    type Wait = Self;

    fn begin(self) -> Self {
        self
    }

    fn poll(wait: &mut Self, _: impl FnOnce() -> Self, cx: &mut Context<'_>) -> Poll<()> {
        wait.polls.up();
        if wait.left == 0 {
            return Poll::Ready(());
        }
        wait.left -= 1;
        cx.give_way();
        Poll::Pending
    }
}

/// Waits at the bottom of a chain for `pauses`.
#[task]
fn wait_below(level: u32, pauses: Pauses) {
    if level > 0 {
        yield_!(wait_below(level - 1, pauses));
    } else {
        yield_!(pauses);
    }
}

#[test]
fn a_resume_costs_the_same_at_any_depth() {
    const PAUSES: u32 = 20_000;

    /// How long the pauses take, without the way down and up.
    fn time_at(depth: u32) -> Duration {
        let polls = Count::default();
        let mut task = wait_below(depth, Pauses { left: PAUSES, polls: polls.clone() });
        assert!(task.resume(&mut Context::detached()).is_pending());
        assert_eq!(polls.get(), 1);
        let start = thread_time();
        for resumes in 2..=PAUSES as usize {
            assert!(task.resume(&mut Context::detached()).is_pending());
            assert_eq!(polls.get(), resumes, "a resume polls what the task waits for once");
        }
        let time = thread_time() - start;
        assert!(task.resume(&mut Context::detached()).is_ready());
        assert_eq!(polls.get(), PAUSES as usize + 1);
        time
    }
    on_a_small_stack(|| {
        let (shallow, deep) = (time_at(1), time_at(DEPTH));
        // If every level were looked at it would take 100,000 times as long.
        assert!(deep < shallow * 50 + Duration::from_secs(1), "{deep:?} at the bottom, {shallow:?} at the top");
    });
}

#[task(yields = u32)]
fn count_down(level: u32, drops: Log<u32>) {
    let _kept = Noted(level, drops.clone());
    yield_!(level);
    if level > 0 {
        yield_from!(count_down(level - 1, drops));
    }
}

#[test]
fn a_generator_that_delegates_to_itself_is_as_deep() {
    on_a_small_stack(|| {
        let drops = Log::new();
        assert!(count_down(DEPTH, drops.clone()).eq((0..=DEPTH).rev()));
        assert_eq!(drops.take(), innermost_first());
        let mut half_way = count_down(DEPTH, drops.clone());
        assert_eq!(half_way.nth(1000), Some(DEPTH - 1000));
        drop(half_way);
        assert_eq!(drops.take(), (DEPTH - 1000..=DEPTH).collect::<Vec<_>>());
    });
}
