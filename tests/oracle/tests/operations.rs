//! The expression of an operation: what of it is evaluated once, what is taken again, and how long it all lives.
#![allow(clippy::all, unused_parens, reason = "the bodies are what is tested")]

use oracle::{operations::Borrowing, prelude::*};

/// A value that lives for ever.
fn forever<T>(value: T) -> &'static mut T {
    Box::leak(Box::new(value))
}

/// What has methods to wait for.
struct Sock {
    name: &'static str,
    inner: Loud,
}

fn sock(name: &'static str) -> Sock {
    Sock { name, inner: loud(name) }
}

impl Sock {
    fn read(&mut self, buf: &mut [u8]) -> Borrowing<impl FnOnce() -> usize> {
        fill(self.name, buf)
    }

    fn as_inner(&self) -> &Loud {
        &self.inner
    }
}

fn numbered(_: usize, a: &Loud) -> Borrowing<impl FnOnce() -> String> {
    look("numbered", a)
}

case! {
    fn method_of_what_is_made_there() -> [u8; 3] {
        let _a = loud("a");
        let mut buf = [9; 3];
        let n = yield_!(sock("x").read(&mut buf[1..]));
        let m = yield_!(sock("y").read(&mut buf));
        buf[n] += m as u8;
        buf
    }
}

case! {
    exclusive_reference_as_an_argument(forever([9; 3])) {
        #[task]
        fn body(buf: &'static mut [u8; 3]) -> usize {
            let mut sock = sock("x");
            let n = yield_!(sock.read(buf)) + yield_!(sock.read((buf)));
            n + buf[2] as usize
        }
    }
}

case! {
    fn places_with_operands() -> (Vec<[u8; 4]>, [u8; 4]) {
        struct Table { rows: Vec<[u8; 4]> }
        let mut table = Table { rows: vec![[9; 4]; 2] };
        yield_!(fill("x", &mut table.rows[value("row", 1)][value("from", 1)..value("to", 3)]));
        let boxed = &mut Box::new([9; 4]);
        yield_!(fill("y", &mut (**boxed)[..value("end", 2)]));
        (table.rows, **boxed)
    }
}

case! {
    fn arithmetic_in_an_index() -> [u8; 6] {
        let mut buf = [9; 6];
        let (mut n, m) = (1, 4u8);
        n += yield_!(fill("x", &mut buf[n + 1..(m as usize)]));
        yield_!(fill("y", &mut buf[(n)..][..1]));
        buf
    }
}

case! {
    fn function_that_is_made_there() -> i32 {
        yield_!((|n: i32| op("x", n * 3))(value("n", 2))) + yield_!((op("y", 1)))
    }
}

case! {
    fn argument_before_a_borrowed_temporary() -> String {
        let _a = loud("a");
        let seen = yield_!(numbered(value("n", 1), &loud("temporary")));
        seen + &yield_!(numbered(loud("ab").touch(), sock("y").as_inner()))
    }
}

case! {
    fn accessors_of_what_is_made_there() -> String {
        fn text() -> String {
            loud("text").into_name()
        }
        yield_!(look("x", text().as_mut_str().as_bytes())) + &yield_!(look("y", sock("z").as_inner()))
    }
}

fn counted(word: &'static [u8], from: usize, step: usize) -> Borrowing<impl FnOnce() -> String> {
    look("counted", &word[from..][..step])
}

// No local is borrowed, and what is begun again has the arguments that it had.
case! {
    fn begun_again_with_what_is_copied() -> String {
        let mut from = value("from", 1);
        let mut seen = String::new();
        while from < 4 {
            seen += &yield_!(counted(b"abcdef", from, value("step", 2)));
            from += 1;
        }
        seen + &yield_!(counted(b"xyz", 1, 1))
    }
}

case! {
    fn stored_with_all_its_arguments() -> (String, i32) {
        let kept = loud("kept");
        let pair = yield_!(op("x", (loud("moved"), kept)));
        let n = yield_!(op("y", value("n", 2) + 1));
        (pair.0.into_name(), n)
    }
}

// The operation is made of a part alone, and the rest of the local is kept.
case! {
    fn made_of_a_part_that_is_moved() -> (String, String, i32) {
        let pair = (String::from("left"), String::from("right"), 7);
        let left = yield_!(op("x", pair.0));
        let n = yield_!(op("y", pair.2));
        let right = yield_!(op("z", pair.1));
        (left, right, n)
    }
}

// Where the operation ends, what is around it ends or does not.
case! {
    fn made_at_the_end_of_what_is_around() -> Loud {
        let mut turns = 0;
        let found = 'found: loop {
            let _turn = loud("turn");
            turns += 1;
            match turns {
                1 => yield_!(op("first", ())),
                2 => {
                    let part = (loud("part"), vec![loud("rest")]);
                    yield_!(op("second", (loud("made"), part.1)));
                }
                _ => break 'found yield_!(op("third", loud("found"))),
            }
        };
        let _found = found;
        yield_!(op("last", loud("result")))
    }
}
