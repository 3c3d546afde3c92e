//! Outputs that say that a task has failed.

use std::{convert::Infallible, fmt, io};

use multitask::{Task, task, yield_};

#[derive(Debug)]
struct Code(u32);

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "code {}", self.0)
    }
}

#[derive(Debug)]
struct Debuggable;

struct Silent;

type Renamed = Result<u8, Code>;

#[task]
fn fails<E>(error: E) -> Result<(), E> {
    yield_!();
    Err(error)
}

#[task]
fn fails_in_words<E: fmt::Display>(error: E) -> Result<(), E> {
    yield_!();
    Err(error)
}

#[test]
fn an_error_is_a_failure_in_its_own_words() {
    #[task]
    fn reads() -> io::Result<u8> {
        Err(io::Error::other("no tape"))
    }
    assert_eq!(reads().failure(&Err(io::Error::other("no tape"))).as_deref(), Some("no tape"));
    assert_eq!(reads().failure(&Ok(1)), None);
    assert_eq!(fails_in_words(Code(2)).failure(&Err(Code(3))).as_deref(), Some("code 3"));
}

#[test]
fn an_error_without_words_is_a_failure_too() {
    #[task]
    fn fails_for_debugging() -> Result<(), Debuggable> {
        yield_!(fails(Debuggable))
    }
    assert_eq!(fails_for_debugging().failure(&Err(Debuggable)).as_deref(), Some("Debuggable"));
    // Nothing is known of a type parameter.
    assert_eq!(fails(Silent).failure(&Err(Silent)).as_deref(), Some("an error without words"));
}

#[test]
fn the_name_of_the_type_makes_no_difference() {
    #[task]
    fn renamed() -> Renamed {
        yield_!();
        Ok(1)
    }
    assert_eq!(renamed().failure(&Err(Code(4))).as_deref(), Some("code 4"));
    // Nor what the task is put into.
    let boxed: Box<dyn Task<Output = Renamed>> = Box::new(renamed());
    assert_eq!(boxed.failure(&Err(Code(5))).as_deref(), Some("code 5"));
    #[task(lend)]
    fn lent(_list: &[u8]) -> Renamed {
        yield_!();
        Ok(2)
    }
    assert_eq!(lent(&[]).failure(&Err(Code(6))).as_deref(), Some("code 6"));
}

#[test]
fn other_outputs_are_no_failures() {
    #[task]
    fn code() -> Code {
        yield_!();
        Code(1)
    }
    #[task]
    fn never() -> Option<Infallible> {
        yield_!();
        None
    }
    assert_eq!(code().failure(&Code(1)), None);
    assert_eq!(never().failure(&None), None);
}
