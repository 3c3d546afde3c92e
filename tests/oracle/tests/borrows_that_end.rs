//! Borrows that are over before the next wait, though what they are bound to is in scope until after it: what they were
//! taken from may be changed.
#![allow(clippy::all, dead_code, unused, unused_qualifications, reason = "the bodies are what is tested")]

use std::cell::RefCell;

use oracle::{
    parser::{Parser, Tok},
    prelude::*,
};

fn parser() -> Parser {
    Parser { toks: vec![Tok::Num(1), Tok::Op('+')], pos: 0 }
}

fn first(text: &str) -> &str {
    &text[..1]
}

fn pick(list: &mut Vec<i32>) -> &mut i32 {
    &mut list[0]
}

case! {
    fn a_borrow_of_a_method() {
        let mut p = parser();
        let t = p.peek(); note(format!("{t:?}")); p.bump(); yield_!(op("x", ())); p.bump();
    }
}

case! {
    fn borrows_that_a_pattern_binds() {
        let mut p = parser();
        if let Some(t) = p.at() { *t = Tok::Eof; p.bump(); yield_!(op("x", ())); p.bump(); }
        if let Tok::Op(c) = p.peek() { let c = *c; p.bump(); yield_!(op("x", c)); p.bump(); }
    }
}

case! {
    fn a_borrow_of_a_function() {
        let mut s = String::from("abc");
        let f = first(&s); note(f); s.push('d'); yield_!(op("x", ())); s.clear();
        let f = first("q"); note(f); s.push('d'); yield_!(op("x", ()));
    }
}

case! {
    fn borrows_of_a_list() {
        let mut v = vec![1, 2];
        let x = pick(&mut v); *x += 1; v.push(3); yield_!(op("x", ()));
        let n = v.first().unwrap(); let m = *n; v.push(m); yield_!(op("x", ()));
        match v.get(1) { Some(a) if *a > 1 => { let a = *a; v.push(a); yield_!(op("y", ())); v.clear(); } _ => {} }
    }
}

case! {
    fn values_that_are_no_borrows() {
        let mut l = vec![loud("a")];
        let t = l.pop().unwrap(); l.push(loud("b")); yield_!(op("x", ()));
        let u = l[0].clone(); l.clear(); yield_!(op("x", ()));
        let n = u.name(); note(n); drop(u); yield_!(op("y", ()));
    }
}

case! {
    fn guards_in_expressions() {
        let c = RefCell::new(vec![1]);
        let n = c.borrow().len(); yield_!(op("x", n));
        let first = c.borrow()[0]; yield_!(op("x", first));
        let x = { let b = c.borrow(); b.iter().sum::<i32>() }; yield_!(op("y", x));
    }
}

case! {
    fn a_scrutinee_that_is_borrowed() {
        let mut p = parser();
        match *p.peek() { Tok::Num(n) => { p.bump(); yield_!(op("x", n)); } _ => { p.bump(); yield_!(op("y", ())); } }
    }
}

case! {
    fn a_match_that_is_an_initialiser() {
        let mut p = parser();
        let n = match p.peek() { Tok::Num(n) => *n, _ => 0 };
        p.bump(); yield_!(op("x", n));
        let n = if let Tok::Op(c) = p.peek() { *c as i64 } else { 0 };
        p.bump(); yield_!(op("x", n));
    }
}

case! {
    fn conditions_that_borrow() {
        let mut p = parser();
        while p.peek() != &Tok::Eof { let t = p.bump(); yield_!(op("x", ())); note(format!("{t:?}")); }
        while !matches!(p.peek(), Tok::Eof) { p.bump(); yield_!(op("x", ())); }
        if matches!(p.peek(), Tok::Num(_) | Tok::Eof) && yield_!(op("z", true)) { p.bump(); }
    }
}

case! {
    fn a_condition_that_copies_out_of_a_borrow() {
        let mut p = parser();
        while let Tok::Num(c) = *p.peek() { p.bump(); yield_!(op("x", c)); p.bump(); }
    }
}

case! {
    fn a_pattern_that_copies_out_of_a_borrow() {
        let mut p = parser();
        while let &Tok::Num(c) = p.peek() { p.bump(); yield_!(op("x", c)); p.bump(); }
    }
}

/// Values that borrow, of which nobody can notice when they are dropped: in scope until after a wait, but not needed.
mod in_scope {
    use std::{
        borrow::Cow,
        collections::{BTreeMap, HashMap},
    };

    use super::*;

    case! {
        fn a_cow() -> usize {
            let mut line = Vec::new();
            loop {
                line.push(b'x');
                let text = String::from_utf8_lossy(&line);
                let n = text.len();
                yield_!(op("n", n));
                if n > 2 {
                    break n;
                }
                line.push(b'y');
            }
        }
    }

    case! {
        fn a_list_of_words() -> Result<i32, std::num::ParseIntError> {
            let mut line = String::from("1 2");
            let mut total = 0;
            for _ in 0..3 {
                let parts: Vec<&str> = line.split_whitespace().collect();
                let first: i32 = parts[0].parse()?;
                total += first + parts.len() as i32;
                yield_!(op("total", total));
                line.push_str(" more");
            }
            Ok(total)
        }
    }

    case! {
        fn an_iterator_that_is_not_used_up() -> i32 {
            let line = String::from("1 2 3");
            let mut parts = line.split(' ');
            let a: i32 = parts.next().unwrap().parse().unwrap();
            let mut numbers = line.split(' ').skip(1).map(|word| word.parse::<i32>());
            let b = numbers.next().unwrap().unwrap();
            let mut peeked = line.chars().peekable();
            let c = peeked.peek().copied();
            yield_!(op("c", c));
            a + b
        }
    }

    case! {
        fn maps_of_what_is_borrowed() -> usize {
            let text = String::from("a=1 b=2 a=3");
            let pairs: BTreeMap<&str, Vec<&str>> = text.split(' ').filter_map(|pair| pair.split_once('=')).fold(
                BTreeMap::new(),
                |mut all, (name, value)| {
                    all.entry(name).or_insert_with(Vec::new).push(value);
                    all
                },
            );
            let index: HashMap<&str, usize> = pairs.keys().copied().zip(0..).collect();
            let first: Option<Cow<'_, str>> = pairs.get("a").map(|values| Cow::from(values[0]));
            yield_!(op("b", index["b"]));
            yield_!(op("one", 1));
            7
        }
    }

    case! {
        fn a_list_of_what_is_noticed() -> usize {
            let list = vec![loud("a"), loud("b")];
            let some = Some(Box::new(loud("c")));
            let quiet = vec![String::from("d")];
            yield_!(op("len", list.len() + quiet.len()));
            note("after");
            yield_!(op("one", 1));
            3
        }
    }

    case! {
        fn in_a_branch_that_does_not_wait() -> usize {
            let line = String::from("one two");
            let mut count = 0;
            for turn in 0..3 {
                let words: Vec<&str> = line.split(' ').collect();
                if words.len() == turn {
                    yield_!(op("turn", turn));
                    count += 1;
                    continue;
                }
                count += words.len();
            }
            count
        }
    }
}
