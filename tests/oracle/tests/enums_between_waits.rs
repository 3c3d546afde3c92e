//! Arms of which some take all of an enum, others a part, beside waits.
#![allow(clippy::all, dead_code, unused, unused_qualifications, reason = "the bodies are what is tested")]

use oracle::prelude::*;

#[derive(Debug, Clone)]
struct Order {
    id: u32,
    lines: Vec<(String, u32)>,
    note: Option<String>,
    l: Loud,
}
#[derive(Debug)]
enum Event {
    Placed(Order),
    Cancelled { id: u32, why: String },
    Two(Loud, String),
    Tick,
}
fn order(id: u32) -> Order {
    Order {
        id,
        lines: vec![("a".into(), 2), ("b".into(), id)],
        note: (id % 2 == 0).then(|| format!("note {id}")),
        l: loud(id),
    }
}
fn events() -> Vec<Event> {
    vec![
        Event::Placed(order(1)),
        Event::Tick,
        Event::Placed(order(2)),
        Event::Cancelled { id: 1, why: "late".into() },
        Event::Two(loud("t"), "x".into()),
    ]
}

case! {
    fn arms_with_a_rest() -> usize {
        let mut n = 0;
        for ev in events() {
            match ev {
                Event::Placed(o) => { yield_!(op("o", o.id)); n += o.l.touch(); }
                Event::Cancelled { why, .. } => { yield_!(op("c", why.len())); n += why.len(); }
                _ => { yield_!(); n += 100; }
            }
            yield_!(op("turn", n));
        }
        n
    }
}

case! {
    fn arms_with_guards() -> usize {
        let mut n = 0;
        for ev in events() {
            n += match ev {
                Event::Placed(o) if o.id > 1 => { yield_!(op("o", o.id)); o.l.touch() }
                Event::Placed(o) => { yield_!(op("o2", o.id)); drop(o); 7 }
                Event::Two(l, s) if l.touch() > 100 => s.len(),
                Event::Two(l, s) => { yield_!(op("two", ())); let m = l.into_name(); yield_!(op("d", m)); s.len() }
                Event::Cancelled { id, .. } => { yield_!(op("c", id)); id as usize }
                other => { yield_!(op("x", ())); note(format!("{other:?}")); 3 }
            };
        }
        n
    }
}

case! {
    fn let_else_and_if_let() -> usize {
        let mut n = 0;
        for ev in events() {
            let held = loud("held");
            if let Event::Placed(o) = ev { yield_!(op("p", o.id)); n += o.l.touch(); yield_!(op("q", ())); } else { yield_!(op("else", ())); n += 1; }
            yield_!(op("t", held.touch()));
        }
        let ev = Event::Placed(order(9));
        let Event::Placed(o) = ev else { yield_!(op("no", ())); return 0 };
        yield_!(op("o", o.id));
        n + o.l.touch()
    }
}

case! { arg(Event::Placed(order(3))) { #[task] fn body(ev: Event) -> usize {
    yield_!(op("w", ()));
    let n = match ev { Event::Two(l, _s) => { yield_!(op("l", ())); l.touch() } Event::Placed(o) => { yield_!(op("o", ())); o.l.touch() } Event::Cancelled { why, id: _ } => why.len(), Event::Tick => 0 };
    yield_!(op("v", n));
    n
} } }

case! {
    fn plain_match_between() -> usize {
        let ev = Event::Placed(order(3)); let other = loud("other");
        yield_!(op("w", ()));
        let l = match ev { Event::Placed(o) => o.l, Event::Cancelled { why, .. } => loud(why), _ => loud("none") };
        yield_!(op("v", l.touch()));
        other.touch()
    }
}

case! {
    fn options_of_users() -> usize {
        let o = Some(order(1)); let p: Option<Order> = None; let mut k = 0;
        yield_!(op("w", ()));
        let r = match o { Some(Order { id, note: None, .. }) if id > 5 => { k += 1; id as usize } Some(x) => { yield_!(op("x", x.id)); x.l.touch() } None => 0 };
        yield_!(op("v", r));
        if let Some(q) = p { yield_!(op("q", q.id)); k += 1; } else { yield_!(op("none", ())); }
        r + k
    }
}
