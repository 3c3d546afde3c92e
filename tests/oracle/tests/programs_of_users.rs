//! Programs of orders, errors and small machines, as they are written with the types of a user.
#![allow(clippy::all, dead_code, unused, unused_qualifications, reason = "the bodies are what is tested")]

use std::{
    collections::{BTreeMap, BinaryHeap, HashSet, VecDeque},
    fmt,
    rc::Rc,
};

use oracle::prelude::*;

#[derive(Debug, Clone)]
struct Order {
    id: u32,
    lines: Vec<(String, u32)>,
    note: Option<String>,
}
#[derive(Debug)]
enum Event {
    Placed(Order),
    Cancelled { id: u32, why: String },
    Tick,
}
#[derive(Debug, PartialEq)]
enum Outcome {
    Shipped(u32),
    Rejected { id: u32, reason: String },
    Nothing,
}
#[derive(Debug)]
struct ParseError {
    line: usize,
    kind: Kind,
}
#[derive(Debug)]
enum Kind {
    Empty,
    Bad(String),
}
impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {:?}", self.line, self.kind)
    }
}
impl std::error::Error for ParseError {}
fn order(id: u32) -> Order {
    Order { id, lines: vec![("a".into(), 2), ("b".into(), id)], note: (id % 2 == 0).then(|| format!("note {id}")) }
}

case! {
    fn orders() -> Vec<Outcome> {
        let events = vec![Event::Placed(order(1)), Event::Tick, Event::Placed(order(2)), Event::Cancelled { id: 1, why: "late".into() }];
        let mut out = vec![];
        for ev in events {
            let o = match ev {
                Event::Placed(Order { id, lines, note: None }) => { let total: u32 = lines.iter().map(|(_, n)| n).sum(); yield_!(op("ship", total)); Outcome::Shipped(id) }
                Event::Placed(Order { id, note: Some(note), .. }) if note.len() > 3 => { yield_!(op(&note, ())); Outcome::Rejected { id, reason: note } }
                Event::Placed(o) => { yield_!(op("o", o.id)); Outcome::Shipped(o.id) }
                Event::Cancelled { id, why } => { let why = yield_!(op("c", why.to_uppercase())); Outcome::Rejected { id, reason: why } }
                Event::Tick => { yield_!(); Outcome::Nothing }
            };
            if o != Outcome::Nothing { out.push(o); }
        }
        out
    }
}

case! {
    fn parse_lines() -> Result<BTreeMap<String, i64>, ParseError> {
        let text = "a = 1\nb = 2\n\nc = x"; let mut map = BTreeMap::new();
        for (i, raw) in text.lines().enumerate() {
            let line = raw.trim();
            if line.is_empty() { yield_!(op("empty", i)); continue; }
            let (k, v) = match line.split_once('=') { Some((k, v)) => (k.trim(), v.trim()), None => return Err(ParseError { line: i, kind: Kind::Empty }) };
            let n = v.parse::<i64>().map_err(|e| ParseError { line: i, kind: Kind::Bad(e.to_string()) })?;
            yield_!(op(k, n));
            map.insert(k.to_owned(), n);
        }
        Ok(map)
    }
}

case! {
    fn option_dance() -> Option<String> {
        let o = order(2);
        let note = o.note?;
        yield_!(op("n", note.len()));
        let first = o.lines.into_iter().next().map(|(s, n)| s.repeat(n as usize))?;
        yield_!(op(&first, ()));
        let id = o.id;
        (id > 1).then(|| note + &first)
    }
}

case! {
    fn order_parts() -> u32 {
        let o = order(3);
        let Order { lines, .. } = o;
        let mut sum = 0;
        for (name, n) in lines { yield_!(op(name, n)); sum += n; }
        let note = o.note.unwrap_or_default();
        yield_!(op("note", note));
        sum + o.id
    }
}

case! { part_arg(order(4)) { #[task] fn body(o: Order) -> String {
    let lines = o.lines;
    yield_!(op("l", lines.len()));
    match o.note { Some(n) => { yield_!(op("n", n.len())); n + &lines[0].0 } None => { yield_!(op("none", ())); String::new() } }
} } }

case! {
    fn result_let_else() -> Result<u32, String> {
        let rs: Vec<Result<u32, String>> = vec![Ok(1), Ok(2), Err("boom".into())];
        let mut n = 0;
        for r in rs {
            let v = match r { Ok(v) if v > 1 => { yield_!(op("big", v)); v * 2 } Ok(v) => v, Err(e) => { yield_!(op("e", e.len())); return Err(format!("{e}!")) } };
            yield_!(op("v", v));
            n += v;
        }
        Ok(n)
    }
}

case! {
    fn box_dyn_errors() -> Result<u32, Box<dyn std::error::Error>> {
        let r: Result<u32, ParseError> = yield_!(op("r", Err(ParseError { line: 1, kind: Kind::Empty })));
        let n = match r { Ok(n) => n, Err(ParseError { kind: Kind::Empty, line }) => { yield_!(op("l", line)); 7 } Err(e) => return Err(Box::new(e)) };
        yield_!(op("n", n));
        let e: Box<dyn std::error::Error> = Box::new(ParseError { line: n as usize, kind: Kind::Bad("z".into()) });
        yield_!(op("w", ()));
        if let Some(p) = e.downcast_ref::<ParseError>() { note(p.line); }
        Err(e)
    }
}

case! {
    fn tuple_struct_fns() -> Vec<Option<u32>> {
        let ids = vec![1, 2]; let mk = Some; let wrap = |x| mk(x);
        let v: Vec<_> = ids.into_iter().map(Some).collect();
        yield_!(op("v", v.len()));
        let w = v.into_iter().map(|o| o.filter(|n| *n > 1)).collect::<Vec<_>>();
        yield_!(op("w", ()));
        [w, vec![wrap(9)]].concat()
    }
}

case! {
    fn rc_graph() -> usize {
        use std::cell::RefCell;
        struct Node { name: String, next: RefCell<Option<Rc<Node>>> }
        let a = Rc::new(Node { name: "a".into(), next: RefCell::new(None) }); let b = Rc::new(Node { name: "b".into(), next: RefCell::new(Some(a.clone())) });
        yield_!(op("w", ()));
        *a.next.borrow_mut() = None;
        let mut cur = Some(b); let mut n = 0;
        while let Some(node) = cur { yield_!(op(&node.name, n)); n += 1; cur = node.next.borrow().clone(); }
        n + Rc::strong_count(&a)
    }
}

case! {
    fn heap_and_sets() -> Vec<u32> {
        let mut h = BinaryHeap::from(vec![3, 1, 2]); let mut seen = HashSet::new(); let mut out = Vec::new();
        while let Some(x) = h.pop() {
            if !seen.insert(x) { continue }
            yield_!(op("x", x));
            if x > 1 { h.extend([x - 1, x / 2]); }
            out.push(x);
            match out.len() { n if n > 5 => break, 1 | 2 => yield_!(op("few", ())), _ => {} }
        }
        out.retain(|x| x % 2 == 1 || *x > 2);
        yield_!(op("r", out.len()));
        out.dedup();
        out
    }
}

case! {
    fn state_machine() -> String {
        #[derive(Debug, Clone, Copy, PartialEq)] enum St { Start, Num(u32), Op(char), End }
        let input = "12+3"; let mut st = St::Start; let mut log = String::new(); let mut chars = input.chars().collect::<VecDeque<_>>();
        while st != St::End {
            let c = chars.pop_front();
            st = match (st, c) {
                (St::Start | St::Op(_), Some(d @ '0'..='9')) => { yield_!(op("d", d)); St::Num(d.to_digit(10).unwrap()) }
                (St::Num(n), Some(d)) if d.is_ascii_digit() => St::Num(n * 10 + yield_!(op("d2", d.to_digit(10).unwrap()))),
                (St::Num(n), Some(o)) => { log += &format!("{n}{o}"); yield_!(op("o", o)); St::Op(o) }
                (St::Num(n), None) => { log += &n.to_string(); yield_!(op("end", ())); St::End }
                (s, c) => { note(format!("{s:?} {c:?}")); return log }
            };
        }
        log
    }
}

case! {
    fn sort_and_group() -> Vec<(usize, Vec<String>)> {
        let words: Vec<String> = "the quick brown fox jumps over the lazy dog".split_whitespace().map(str::to_owned).collect();
        let mut groups: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        for w in words { let k = w.len(); if groups.get(&k).is_some_and(|g| g.contains(&w)) { yield_!(op("dup", w)); continue; } yield_!(op("w", k)); groups.entry(k).or_default().push(w); }
        let mut v: Vec<_> = groups.into_iter().filter(|(_, g)| g.len() > 1).collect();
        yield_!(op("v", v.len()));
        v.sort_by(|a, b| b.1.len().cmp(&a.1.len()).then(a.0.cmp(&b.0)));
        for (_, g) in &mut v { g.sort(); yield_!(op("g", g.len())); g.reverse(); }
        v
    }
}
