//! Where a task says that it is suspended.

mod support;

use std::{task::Poll, time::Duration};

use multitask::{Context, Entry, Operation, Report, State, Task, TaskManager, sleep, task, yield_};

#[task]
fn child(n: u32) -> u32 {
    yield_!();
    yield_!(sleep(Duration::from_secs(60)));
    n
}

#[task]
fn parent() -> u32 {
    let list = vec![1, 2];
    let mut total = 0;
    for n in &list {
        total += yield_!(child(*n));
    }
    total
}

/// The line of the test with the text.
fn line_of(text: &str) -> u32 {
    let place = include_str!("states.rs").lines().position(|line| line.trim() == text);
    place.expect("the text is there") as u32 + 1
}

/// Resumes a task without a manager so many times; it must not finish.
fn resumed<T: Task>(mut task: T, times: usize) -> T {
    for _ in 0..times {
        assert!(task.resume(&mut Context::detached()).is_pending());
    }
    task
}

#[test]
fn a_task_that_has_not_started_or_has_finished_is_suspended_nowhere() {
    #[task]
    fn short() -> u32 {
        yield_!();
        1
    }
    let mut task = short();
    assert_eq!(task.state(), State::default());
    // It was not started by that.
    assert!(task.resume(&mut Context::detached()).is_pending());
    assert_eq!(task.state().entries().len(), 2);
    assert_eq!(task.resume(&mut Context::detached()), Poll::Ready(1));
    assert_eq!(task.state(), State::default());
}

#[test]
fn a_child_is_told_inside_its_parent() {
    let mut task = resumed(parent(), 1);
    let expected = format!(
        "tests/states.rs:{}: yield_!(child(*n))\n  tests/states.rs:{}: yield_!()\n    its turn",
        line_of("total += yield_!(child(*n));"),
        line_of("yield_!();"),
    );
    assert_eq!(task.state().to_string(), expected);
    // To be asked changes nothing.
    assert_eq!(task.state().to_string(), expected);
    let state = task.state();
    let innermost = state.innermost().expect("it is suspended in a yield");
    assert_eq!((innermost.text(), innermost.depth()), ("yield_!()", 1));
}

#[test]
fn each_call_of_a_recursion_is_told_in_its_caller() {
    const DEPTH: usize = if cfg!(miri) { 100 } else { 100_000 };

    #[task]
    fn down(n: usize) -> usize {
        if n == 0 {
            yield_!();
            return 0;
        }
        1 + yield_!(down(n - 1))
    }
    let mut task = resumed(down(DEPTH), 1);
    let state = task.state();
    let texts: Vec<_> = state.entries().iter().map(Entry::text).collect();
    assert_eq!(texts.len(), DEPTH + 2);
    assert!(texts[..DEPTH].iter().all(|text| *text == "yield_!(down(n - 1))"));
    assert_eq!(texts[DEPTH..], ["yield_!()", "its turn"]);
    assert!(state.entries().iter().enumerate().all(|(index, entry)| entry.depth() == index));
    assert_eq!(state.innermost().map(Entry::text), Some("yield_!()"));
    // It goes on as if nothing had been asked.
    assert_eq!(task.resume(&mut Context::detached()), Poll::Ready(DEPTH));

    #[task]
    fn around(n: usize) -> usize {
        yield_!(down(n)) + 1
    }
    let mut task = resumed(around(2), 1);
    let state = task.state();
    let texts: Vec<_> = state.entries().iter().map(Entry::text).collect();
    assert_eq!(texts, ["yield_!(down(n))", "yield_!(down(n - 1))", "yield_!(down(n - 1))", "yield_!()", "its turn"]);
    assert!(state.entries().iter().enumerate().all(|(index, entry)| entry.depth() == index));
    assert_eq!(task.resume(&mut Context::detached()), Poll::Ready(3));
}

#[test]
fn calls_of_another_function_are_told_among_those_of_itself() {
    #[task]
    fn even(n: usize, calls: usize) -> usize {
        match (n, calls) {
            (0, _) => yield_!(),
            (_, 0) => return yield_!(odd(n)),
            _ => return yield_!(even(n, calls - 1)),
        }
        n
    }
    #[task]
    fn odd(n: usize) -> usize {
        yield_!(even(n - 1, 1))
    }
    let mut task = resumed(even(2, 2), 1);
    let state = task.state();
    let texts: Vec<_> = state.entries().iter().map(Entry::text).collect();
    let (itself, other, back) = ("yield_!(even(n, calls - 1))", "yield_!(odd(n))", "yield_!(even(n - 1, 1))");
    assert_eq!(texts, [itself, itself, other, back, itself, other, back, "yield_!()", "its turn"]);
    assert!(state.entries().iter().enumerate().all(|(index, entry)| entry.depth() == index));
}

#[test]
fn what_is_lent_is_borrowed_to_tell_and_not_changed() {
    #[task(lend)]
    fn fill(list: &mut Vec<u32>, n: u32) {
        for i in 0..n {
            list.push(i);
            yield_!();
        }
    }

    #[task]
    fn owner() -> Vec<u32> {
        let mut list = vec![];
        yield_!(fill(&mut list, 1));
        yield_!(fill(&mut list, 2));
        list
    }
    let mut task = resumed(owner(), 2);
    let state = task.state();
    let texts: Vec<_> = state.entries().iter().map(Entry::text).collect();
    assert_eq!(texts, ["yield_!(fill(&mut list, 2))", "yield_!()", "its turn"]);
    let mut task = resumed(task, 1);
    assert_eq!(task.resume(&mut Context::detached()), Poll::Ready(vec![0, 0, 1]));
}

#[test]
fn an_operation_tells_in_its_own_words_what_it_waits_for() {
    struct Answer(u32);

    impl Operation for Answer {
        type Output = ();
        type Wait = Self;

        fn begin(self) -> Self {
            self
        }

        fn poll(_: &mut Self, _: impl FnOnce() -> Self, _: &mut Context<'_>) -> Poll<()> {
            Poll::Pending
        }

        fn describe(wait: &mut Self, _: impl FnOnce() -> Self, report: &mut Report) {
            report.waits_for(format!("answer {}", wait.0));
        }
    }

    #[task]
    fn asking(manager: TaskManager) {
        let own_words = |state: &State| state.entries().iter().map(|entry| entry.text().to_owned()).collect::<Vec<_>>();
        let mut inner = silent();
        manager.block_on(once(&mut inner));
        assert_eq!(own_words(&inner.state())[1..], ["at most 60s", "answer 3"]);
        drop(inner);
        yield_!(Some(Answer(4)));
    }

    #[task]
    fn silent() {
        yield_!(Answer(3).timeout(Duration::from_secs(60))).unwrap_or_default();
    }

    /// Resumes a task once.
    fn once(task: &mut impl Task<Output = ()>) -> impl Task<Output = ()> {
        struct Once<'a, T>(&'a mut T);

        impl<T: Task> Task for Once<'_, T> {
            type Output = ();

            fn resume(&mut self, cx: &mut Context<'_>) -> Poll<()> {
                assert!(self.0.resume(cx).is_pending());
                Poll::Ready(())
            }
        }
        Once(task)
    }

    let mut task = resumed(asking(TaskManager::new()), 1);
    let state = task.state();
    assert_eq!(state.entries().last().map(Entry::text), Some("answer 4"));
}

#[test]
fn long_yields_are_cut() {
    #[task]
    fn long() {
        yield_!(child(
            1 + 2 + 3 + 4 + 5 + 6 + 7 + 8 + 9 + 10 + 11 + 12 + 13 + 14 + 15 + 16 + 17 + 18 + 19 + 20 + 21 + 22 + 23
        ));
    }
    let mut task = resumed(long(), 1);
    let state = task.state();
    let text = state.entries()[0].text();
    assert!(text.starts_with("yield_!(child( 1 + 2 + 3") && text.ends_with(" .."), "{text}");
    assert!(text.len() < 90);
}
