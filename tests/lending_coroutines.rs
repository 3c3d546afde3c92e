//! Generators and coroutines that borrow the locals of whoever delegates to them, as users see them.

use std::{
    iter::FusedIterator,
    panic::{AssertUnwindSafe, catch_unwind},
};

use multitask::{
    Coroutine,
    CoroutineState::{Complete, Yielded},
    task, yield_, yield_from,
};

/// A parser of lines that come in pieces: it asks for a piece by yielding how much it has.
#[derive(Default)]
struct Parser {
    buf: String,
    lines: Vec<String>,
}

impl Parser {
    #[task(yields = usize, resumes = &'static str, lend)]
    fn fill(&mut self, want: char) -> Result<usize, String> {
        loop {
            if let Some(end) = self.buf.find(want) {
                return Ok(end);
            }
            let piece = yield_!(self.buf.len());
            if piece.is_empty() {
                return Err(format!("{:?} without {want:?}", self.buf));
            }
            self.buf.push_str(piece);
        }
    }

    #[task(yields = usize, resumes = &'static str, lend)]
    fn line(&mut self) -> Result<usize, String> {
        let end = yield_from!(self.fill('\n'))?;
        let line = self.buf.drain(..=end).collect::<String>();
        self.lines.push(line.trim_end().to_owned());
        Ok(line.len())
    }
}

#[task(yields = usize, resumes = &'static str)]
fn lines(count: usize) -> Result<Vec<String>, String> {
    let mut parser = Parser::default();
    while parser.lines.len() < count {
        yield_from!(parser.line())?;
    }
    Ok(parser.lines)
}

#[test]
fn methods_that_yield_borrow_through_three_levels() {
    let mut lines = lines(3);
    assert_eq!(lines.start(), Yielded(0));
    assert_eq!(lines.resume("on"), Yielded(2));
    assert_eq!(lines.resume("e\ntwo\nthr"), Yielded(3));
    assert_eq!(lines.resume("ee\n"), Complete(Ok(vec!["one".to_owned(), "two".to_owned(), "three".to_owned()])));

    let mut lines = self::lines(1);
    assert_eq!(lines.start(), Yielded(0));
    assert_eq!(lines.resume("x"), Yielded(1));
    assert_eq!(lines.resume(""), Complete(Err("\"x\" without '\\n'".to_owned())));
}

#[task(yields = u32, lend)]
fn running_sums(total: &mut u32, by: &[u32]) {
    for n in by {
        *total += n;
        yield_!(*total);
    }
}

#[test]
fn a_call_of_a_generator_on_its_own_is_an_iterator() {
    fn is_fused<I: FusedIterator>(iterator: I) -> I {
        iterator
    }
    let mut total = 1;
    assert_eq!(running_sums(&mut total, &[2, 3]).collect::<Vec<_>>(), [3, 6]);
    let mut sums = is_fused(running_sums(&mut total, &[1]));
    assert_eq!([sums.next(), sums.next(), sums.next()], [Some(7), None, None]);
    let boxed: Box<dyn Iterator<Item = u32> + '_> = Box::new(running_sums(&mut total, &[1, 1]));
    assert_eq!(boxed.sum::<u32>(), 8 + 9);
    assert_eq!(total, 9);
}

#[test]
fn a_call_on_its_own_is_a_coroutine_and_can_be_kept() {
    #[task(yields = u32)]
    fn parent(sums: impl Coroutine<Resume = (), Yield = u32, Return = ()>) {
        yield_!(0);
        yield_from!(sums);
    }
    let mut total = 0;
    assert_eq!(parent(running_sums(&mut total, &[4, 5])).collect::<Vec<_>>(), [0, 4, 9]);

    let mut parser = Parser::default();
    let mut line: Box<dyn Coroutine<Resume = &'static str, Yield = usize, Return = _> + '_> = Box::new(parser.line());
    assert_eq!(line.start(), Yielded(0));
    assert_eq!(line.resume("line\n"), Complete(Ok(5)));
    drop(line);
    assert_eq!(parser.lines, ["line"]);
}

#[test]
fn misuse_is_a_panic_that_says_so_and_harms_nothing() {
    fn panic_of<T>(run: impl FnOnce() -> T) -> String {
        let payload = catch_unwind(AssertUnwindSafe(|| drop(run()))).expect_err("this panics");
        payload.downcast_ref::<String>().cloned().or(payload.downcast_ref::<&str>().map(ToString::to_string)).unwrap()
    }
    let mut parser = Parser::default();
    let mut line = parser.line();
    assert!(panic_of(|| line.resume("x")).contains("has not been started"));
    assert_eq!(line.start(), Yielded(0));
    assert!(panic_of(|| line.start()).contains("has been started before"));
    assert_eq!(line.resume("x\n"), Complete(Ok(2)));
    assert!(panic_of(|| line.start()).contains("this coroutine cannot be resumed: it has finished"));
    assert!(panic_of(|| line.resume("x")).contains("has finished"));
}

#[test]
fn what_a_parent_keeps_is_no_reference() {
    #[task(yields = u32)]
    fn parent() {
        let mut total = 0;
        yield_from!(running_sums(&mut total, &[1, 2]));
        yield_!(total * 2);
    }
    fn is_send<T: Send>(value: T) -> T {
        value
    }
    assert!(size_of_val(&parent()) <= 48, "{}", size_of_val(&parent()));
    assert_eq!(is_send(parent()).collect::<Vec<_>>(), [1, 3, 6]);
}

/// What is stored has a lifetime with a name, and may be handed out.
#[task(yields = &'a str, lend)]
fn words<'a>(text: &'a str, count: &mut usize) {
    for word in text.split(' ') {
        *count += 1;
        yield_!(word);
    }
}

#[task(yields = &str)]
fn all_words(texts: &[String]) {
    let mut count = 0;
    for text in texts {
        yield_from!(words(text, &mut count));
    }
    assert_eq!(count, 3);
}

#[test]
fn items_may_borrow_what_is_stored() {
    let texts = ["one two".to_owned(), "three".to_owned()];
    assert_eq!(all_words(&texts).collect::<Vec<_>>(), ["one", "two", "three"]);
}

struct Words<'a>(&'a str);

impl<'a> Words<'a> {
    #[task(yields = &'a str, resumes = bool, lend)]
    fn next(&mut self) -> &'a str {
        while let Some((word, rest)) = self.0.split_once(' ') {
            self.0 = rest;
            if yield_!(word) {
                break;
            }
        }
        self.0
    }
}

#[test]
fn items_may_borrow_what_self_borrows() {
    let text = String::from("a b c d");
    let mut words = Words(&text);
    let mut next = words.next();
    assert_eq!(next.start(), Yielded("a"));
    assert_eq!(next.resume(false), Yielded("b"));
    assert_eq!(next.resume(true), Complete("c d"));
}
