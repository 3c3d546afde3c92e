//! Results, options and enums that are taken apart between waits.
#![allow(clippy::all, dead_code, unused, unused_qualifications, reason = "the bodies are what is tested")]

use std::num::ParseIntError;

use oracle::prelude::*;

#[derive(Debug)]
enum MyErr {
    Parse(ParseIntError),
    Neg(i32),
    Text(String),
}
impl From<ParseIntError> for MyErr {
    fn from(e: ParseIntError) -> MyErr {
        tell("from");
        MyErr::Parse(e)
    }
}
impl From<String> for MyErr {
    fn from(e: String) -> MyErr {
        tell("froms");
        MyErr::Text(e)
    }
}
fn get(s: &str) -> Result<Loud, Loud> {
    if s.len() > 1 { Ok(loud(s)) } else { Err(loud(format!("e{s}"))) }
}

case! {
    fn results() -> Result<usize, MyErr> {
        let mut total = 0;
        for s in ["aa", "bbb", "c"] {
            let r = get(s);
            let l = match r { Ok(v) => { yield_!(op("ok", v.touch())); v } Err(e) => { yield_!(op("err", e.touch())); return Err(e.into_name().into()) } };
            yield_!(op("w", ()));
            total += l.touch();
        }
        Ok(total)
    }
}

case! {
    fn if_let_ok() -> usize {
        let mut n = 0;
        for s in ["aa", "b"] {
            let r = get(s);
            if let Ok(x) = r { yield_!(op("ok", x.touch())); n += x.touch(); } else { yield_!(op("no", ())); note(format!("{r:?}")); }
        }
        n
    }
}

case! {
    fn if_let_else_moved() -> usize {
        let r = get("b");
        if let Ok(x) = &r { yield_!(op("ok", x.touch())); } else { yield_!(op("no", ())); let e = r.unwrap_err(); yield_!(op("e", e.touch())); return e.touch() }
        r.unwrap().touch()
    }
}

case! {
    fn options() -> usize {
        let mut o = Some(loud("o"));
        if let Some(x) = o.take() { yield_!(op("x", x.touch())); o = Some(x.renamed("p")); yield_!(op("y", ())); }
        let Some(y) = o else { yield_!(op("none", ())); return 0 };
        yield_!(op("z", y.touch()));
        let z = Some(y).filter(|l| l.touch() > 3);
        match z { None => { yield_!(op("n", ())); 1 } Some(z) => { yield_!(op("s", ())); z.touch() } }
    }
}

case! {
    fn boxed_list() -> usize {
        #[derive(Debug)] enum List { Cons(Loud, Box<List>), Nil }
        use List::*;
        let mut l = Cons(loud("1"), Box::new(Cons(loud("2"), Box::new(Nil))));
        let mut n = 0;
        loop {
            match l { Cons(x, rest) => { n += x.touch(); yield_!(op("x", n)); l = *rest; } Nil => break }
            yield_!(op("turn", ()));
        }
        n
    }
}

case! {
    fn while_let_cons() -> usize {
        struct Node { v: Loud, next: Option<Box<Node>> }
        let mut cur = Some(Box::new(Node { v: loud("1"), next: Some(Box::new(Node { v: loud("2"), next: None })) }));
        let mut n = 0;
        while let Some(node) = cur { yield_!(op("x", node.v.touch())); let Node { v, next } = *node; n += v.touch(); yield_!(op("y", ())); cur = next; }
        n
    }
}

case! {
    fn questions() -> Result<i32, MyErr> {
        let s = "12".to_string();
        let n: i32 = s.parse()?;
        yield_!(op("n", n));
        let m = yield_!(op("m", "7".parse::<i32>()))?;
        if m < 0 { return Err(MyErr::Neg(m)); }
        let o = yield_!(op("o", None::<i32>)).ok_or_else(|| format!("none {n}"))?;
        Ok(n + m + o)
    }
}

case! {
    fn into_err() -> Result<i32, Box<dyn std::error::Error>> {
        let n: i32 = "12".parse()?;
        yield_!(op("n", n));
        let r = yield_!(op("m", "zz".parse::<u8>()));
        let v = match r { Ok(v) => v, Err(e) if n == 3 => return Err("three".into()), Err(e) => { yield_!(op("e", ())); return Err(e.into()) } };
        Ok(v.into())
    }
}

case! {
    fn nested_matches() -> Result<usize, String> {
        let r: Result<Option<Loud>, Loud> = Ok(Some(loud("x")));
        let v = match r {
            Ok(Some(l)) => match yield_!(op("inner", l.touch())) { 1 => { yield_!(op("one", ())); l } n => return Err(format!("{n} {}", l.into_name())) },
            Ok(None) => loud("none"),
            Err(e) => return Err(e.into_name()),
        };
        yield_!(op("after", ()));
        Ok(v.touch())
    }
}

case! {
    fn vec_of_pairs() -> usize {
        let v = vec![(loud("a"), 1), (loud("b"), 2)];
        let mut keep = vec![];
        for (l, n) in v { yield_!(op("l", n)); if n > 1 { keep.push(l); } yield_!(op("m", keep.len())); }
        let [ref x] = keep[..] else { return 9 };
        yield_!(op("e", x.touch()))
    }
}

case! {
    fn deferred_and_conditional() -> usize {
        let l; let m = loud("m"); let mut o = None;
        if yield_!(op("b", true)) { l = loud("l"); o = Some(m); } else { l = m; }
        yield_!(op("w", l.touch()));
        match o { Some(m) => { yield_!(op("s", ())); l.touch() + m.touch() } None => l.touch() }
    }
}
