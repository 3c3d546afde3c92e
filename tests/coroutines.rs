//! Generators and coroutines, as users see them.

use std::{
    cell::RefCell,
    collections::HashSet,
    ops::Add,
    panic::{AssertUnwindSafe, catch_unwind},
    rc::Rc,
};

use multitask::{
    Coroutine,
    CoroutineState::{self, Complete, Yielded},
    task, yield_, yield_from,
};

#[task(yields = u64)]
fn fibonacci() {
    let (mut a, mut b) = (0, 1);
    loop {
        yield_!(a);
        (a, b) = (b, a + b);
    }
}

#[test]
fn a_generator_is_an_iterator() {
    assert_eq!(fibonacci().skip(5).take(4).collect::<Vec<_>>(), [5, 8, 13, 21]);
}

#[task(yields = &'a str)]
fn words<'a>(text: &'a str) {
    for word in text.split_whitespace() {
        yield_!(word);
    }
}

#[task(yields = &str)]
fn lines(text: &str) {
    for line in text.lines() {
        yield_!(line);
    }
}

#[test]
fn items_may_borrow_from_the_arguments() {
    let text = String::from("one two\nthree");
    assert_eq!(words(&text).collect::<Vec<_>>(), ["one", "two", "three"]);
    assert_eq!(lines(&text).collect::<Vec<_>>(), ["one two", "three"]);
}

#[task(yields = String, resumes = &'static str)]
fn greeter() -> usize {
    let mut greeted = 0;
    loop {
        let name = yield_!(format!("{greeted} so far"));
        if name.is_empty() {
            return greeted;
        }
        greeted += 1;
    }
}

#[test]
fn a_coroutine_exchanges_values() {
    let mut greeter = greeter();
    assert_eq!(greeter.start(), Yielded("0 so far".to_owned()));
    assert_eq!(greeter.resume("Ann"), Yielded("1 so far".to_owned()));
    assert_eq!(greeter.resume("Bob"), Yielded("2 so far".to_owned()));
    assert_eq!(greeter.resume(""), Complete(2));
}

struct Tree {
    left: Option<Box<Tree>>,
    value: u32,
    right: Option<Box<Tree>>,
}

#[task(yields = u32)]
fn in_order(tree: &Tree) {
    if let Some(left) = &tree.left {
        yield_from!(in_order(left));
    }
    yield_!(tree.value);
    if let Some(right) = &tree.right {
        yield_from!(in_order(right));
    }
}

fn balanced(from: u32, to: u32) -> Option<Box<Tree>> {
    (from < to).then(|| {
        let value = (from + to) / 2;
        Box::new(Tree { left: balanced(from, value), value, right: balanced(value + 1, to) })
    })
}

#[test]
fn a_generator_may_delegate_to_itself() {
    let tree = balanced(0, 100).unwrap();
    assert!(in_order(&tree).eq(0..100));
}

#[task(yields = u32)]
fn twice(list: Vec<u32>) {
    yield_from!(list.clone());
    yield_from!(list);
}

#[test]
fn an_iterator_is_delegated_to() {
    assert_eq!(twice(vec![1, 2]).collect::<Vec<_>>(), [1, 2, 1, 2]);
}

#[test]
fn what_is_delegated_to_may_keep_a_borrow_of_a_constant() {
    #[derive(Clone, Copy, Debug, PartialEq)]
    enum Turn {
        Left,
        Right,
    }
    const FAR: usize = 2;

    #[task(yields = usize)]
    fn each(turns: &[(Turn, usize)]) -> usize {
        for (_, length) in turns {
            yield_!(*length);
        }
        turns.len()
    }

    #[task(yields = usize)]
    fn path() {
        let all = yield_from!(each(&[(Turn::Left, 1), (Turn::Right, FAR)])) + yield_from!(each(&[(Turn::Left, 4); 2]));
        yield_!(all);
    }
    assert_eq!(path().collect::<Vec<_>>(), [1, 2, 4, 4, 4]);
}

// ---- the contract of `start` and `resume` ----

/// The words of the panic of `run`.
fn panic_of<T>(run: impl FnOnce() -> T) -> String {
    let payload = catch_unwind(AssertUnwindSafe(|| drop(run()))).expect_err("this panics");
    payload.downcast_ref::<String>().cloned().or(payload.downcast_ref::<&str>().map(ToString::to_string)).unwrap()
}

#[test]
fn misuse_is_a_panic_that_says_so_and_harms_nothing() {
    let mut greeter = greeter();
    assert!(panic_of(|| greeter.resume("Ann")).contains("has not been started"));
    assert_eq!(greeter.start(), Yielded("0 so far".to_owned()));
    assert!(panic_of(|| greeter.start()).contains("has been started before"));
    assert_eq!(greeter.resume("Ann"), Yielded("1 so far".to_owned()));
    assert_eq!(greeter.resume(""), Complete(1));
    assert!(panic_of(|| greeter.start()).contains("has finished"));
    assert!(panic_of(|| greeter.resume("Bob")).contains("has finished"));
}

#[test]
fn a_coroutine_that_panicked_is_spent() {
    #[task(yields = u32, resumes = u32)]
    fn fragile(kept: Rc<()>) -> Rc<()> {
        assert!(yield_!(1) < 10, "too much");
        kept
    }
    let kept = Rc::new(());
    let mut fragile = fragile(kept.clone());
    assert_eq!(fragile.start(), Yielded(1));
    assert_eq!(Rc::strong_count(&kept), 2);
    assert!(panic_of(|| fragile.resume(10)).contains("too much"));
    assert_eq!(Rc::strong_count(&kept), 1);
    assert!(panic_of(|| fragile.resume(1)).contains("it panicked"));
    assert!(panic_of(|| fragile.start()).contains("it panicked"));
}

#[test]
fn a_generator_can_be_driven_in_each_way_and_goes_on_with_none() {
    let mut numbers = twice(vec![1, 2]);
    assert_eq!(numbers.start(), Yielded(1));
    assert_eq!(numbers.next(), Some(2));
    assert_eq!(numbers.resume(()), Yielded(1));
    assert_eq!(numbers.next(), Some(2));
    assert_eq!((numbers.next(), numbers.next()), (None, None));
    assert!(panic_of(|| numbers.resume(())).contains("has finished"));
    let mut numbers = twice(vec![1, 2]);
    assert_eq!(numbers.resume(()), Yielded(1), "where it is resumed with (), that starts it");
    assert!(panic_of(|| numbers.start()).contains("has been started before"));
}

#[test]
fn nothing_runs_before_the_start_and_a_drop_ends_it() {
    #[task(yields = u32)]
    fn tells(log: Rc<RefCell<Vec<&'static str>>>) {
        struct Told(Rc<RefCell<Vec<&'static str>>>);
        impl Drop for Told {
            fn drop(&mut self) {
                self.0.borrow_mut().push("dropped");
            }
        }
        log.borrow_mut().push("started");
        let _told = Told(log);
        yield_!(1);
        yield_!(2);
    }
    let log = Rc::new(RefCell::new(Vec::new()));
    drop(tells(log.clone()));
    assert!(log.borrow().is_empty());
    let mut numbers = tells(log.clone());
    assert_eq!(numbers.next(), Some(1));
    drop(numbers);
    assert_eq!(*log.borrow(), ["started", "dropped"]);
}

// ---- where a coroutine can be ----

#[test]
fn coroutines_are_values_that_can_be_boxed_sent_and_moved() {
    fn is_send(_: &impl Send) {}
    let counter = fibonacci();
    is_send(&counter);
    let mut all: Vec<Box<dyn Iterator<Item = u64>>> = vec![Box::new(fibonacci()), Box::new(counter.skip(1))];
    assert_eq!(all.iter_mut().map(|numbers| numbers.nth(3).unwrap()).collect::<Vec<_>>(), [2, 3]);

    type Greeter = Box<dyn Coroutine<Resume = &'static str, Yield = String, Return = usize>>;
    let mut boxed: Greeter = Box::new(greeter());
    assert_eq!(boxed.start(), Yielded("0 so far".to_owned()));
    let mut moved = boxed;
    assert_eq!(moved.resume(""), Complete(0));
}

#[test]
fn a_boxed_coroutine_is_delegated_to() {
    #[task(yields = String, resumes = &'static str)]
    fn through(greeter: Box<dyn Coroutine<Resume = &'static str, Yield = String, Return = usize>>) -> usize {
        10 * yield_from!(greeter)
    }
    let mut greeter = through(Box::new(greeter()));
    assert_eq!(greeter.start(), Yielded("0 so far".to_owned()));
    assert_eq!(greeter.resume("Ann"), Yielded("1 so far".to_owned()));
    assert_eq!(greeter.resume(""), Complete(10));
}

#[test]
fn the_state_is_a_plain_value() {
    let state: CoroutineState<u32, &str> = Yielded(1);
    let same = state;
    assert_eq!(state, same);
    assert_ne!(state, Complete("x"));
    assert_eq!(format!("{state:?}"), "Yielded(1)");
    assert_eq!(HashSet::from([state, same, Complete("x")]).len(), 2);
}

// ---- which functions ----

trait Shape {
    #[task(yields = (i32, i32))]
    fn points(&self);

    /// With a body.
    #[task(yields = String)]
    fn words(&self)
    where
        Self: std::fmt::Debug,
    {
        yield_!(format!("{self:?}"));
        for (x, y) in self.points() {
            yield_!(format!("{x} {y}"));
        }
    }
}

#[derive(Debug, PartialEq)]
struct Line<const N: i32>;

impl<const N: i32> Shape for Line<N> {
    #[task(yields = (i32, i32))]
    fn points(&self) {
        for x in 0..N {
            yield_!((x, 0));
        }
    }
}

impl<const N: i32> Line<N> {
    const FIRST: i32 = 0;

    #[task(yields = i32, resumes = bool)]
    fn walk(mut self: Box<Self>) -> Box<Self> {
        let mut at = Self::FIRST;
        while yield_!(at) && at + 1 < N {
            at += 1;
        }
        *self = Line;
        self
    }
}

#[test]
fn methods_and_methods_of_traits() {
    assert_eq!(Line::<2>.words().collect::<Vec<_>>(), ["Line", "0 0", "1 0"]);
    let mut walk = Box::new(Line::<2>).walk();
    assert_eq!(walk.start(), Yielded(0));
    assert_eq!(walk.resume(true), Yielded(1));
    assert!(matches!(walk.resume(true), Complete(_)));
}

#[task(yields = T::Output, resumes = T)]
fn running<T, F>(start: T, mut each: F) -> T
where
    T: Copy + Add<Output = T> + PartialEq,
    F: FnMut(T),
{
    let mut sum = start;
    loop {
        let next = yield_!(sum + start);
        each(next);
        if next == start {
            return sum;
        }
        sum = sum + next;
    }
}

#[task(yields = u8)]
fn bytes_of(texts: impl IntoIterator<Item = impl AsRef<str>>) {
    for text in texts {
        let text = text.as_ref().to_owned();
        yield_from!(text.into_bytes());
    }
}

#[test]
fn generics_and_impl_trait() {
    let mut seen = Vec::new();
    let mut sums = running(1, |n| seen.push(n));
    assert_eq!(sums.start(), Yielded(2));
    assert_eq!(sums.resume(5), Yielded(7));
    assert_eq!(sums.resume(1), Complete(6));
    drop(sums);
    assert_eq!(seen, [5, 1]);
    assert!(bytes_of(["ab", "c"]).eq(*b"abc"));
}

#[test]
fn what_never_yields_and_what_only_delegates() {
    #[task(yields = u32)]
    fn nothing() {}

    #[task(yields = u32, resumes = u32)]
    fn at_once(n: u32) -> u32 {
        n + 1
    }

    #[task(yields = u32)]
    fn both() {
        yield_from!(nothing());
        yield_from!(nothing());
    }
    assert_eq!(nothing().next(), None);
    assert_eq!(at_once(1).start(), Complete(2));
    assert_eq!(both().count(), 0);
}

#[test]
fn a_coroutine_written_by_hand_is_delegated_to() {
    struct Echo(u32);
    impl Coroutine for Echo {
        type Resume = u32;
        type Yield = u32;
        type Return = u32;
        fn start(&mut self) -> CoroutineState<u32, u32> {
            Yielded(self.0)
        }
        fn resume(&mut self, input: u32) -> CoroutineState<u32, u32> {
            self.0 += 1;
            if input == 0 { Complete(self.0) } else { Yielded(input) }
        }
    }
    #[task(yields = u32, resumes = u32)]
    fn twice() -> (u32, u32) {
        (yield_from!(Echo(1)), yield_from!(Echo(10)))
    }
    let mut twice = twice();
    assert_eq!(twice.start(), Yielded(1));
    assert_eq!(twice.resume(7), Yielded(7));
    assert_eq!(twice.resume(0), Yielded(10), "the other one is started, and not resumed");
    assert_eq!(twice.resume(0), Complete((3, 11)));
}
/// A generator that waits for nothing may be used inside of a task, and the other way round.
#[test]
fn tasks_and_generators_use_each_other() {
    #[task]
    fn summing() -> u64 {
        let mut sum = 0;
        for n in fibonacci().take(5) {
            yield_!();
            sum += n;
        }
        sum
    }
    assert_eq!(multitask::block_on(summing()), 7);
}
