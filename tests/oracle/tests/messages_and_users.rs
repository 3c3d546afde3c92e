//! Messages that are taken apart, and structs that are moved, changed and collected between waits.
#![allow(clippy::all, dead_code, unused, unused_qualifications, reason = "the bodies are what is tested")]

use std::collections::{BTreeMap, HashMap, VecDeque};

use oracle::prelude::*;

#[derive(Debug, Clone)]
struct User {
    name: String,
    tags: Vec<String>,
    id: u64,
}
#[derive(Debug)]
enum Msg {
    Hello(User),
    Data { from: u64, bytes: Vec<u8> },
    Bye,
}
fn user(id: u64) -> User {
    User { name: format!("u{id}"), tags: vec!["t".into(); id as usize], id }
}

case! {
    fn msgs() -> (usize, Vec<User>) {
        let mut inbox = VecDeque::from([Msg::Hello(user(1)), Msg::Data { from: 1, bytes: vec![1, 2] }, Msg::Hello(user(2)), Msg::Bye, Msg::Bye]);
        let mut users = Vec::new(); let mut total = 0;
        while let Some(msg) = inbox.pop_front() {
            match msg {
                Msg::Hello(User { name, .. }) if name.ends_with('9') => { yield_!(op(name, ())); }
                Msg::Hello(u) => { yield_!(op(&u.name, u.id)); users.push(u); }
                Msg::Data { bytes, .. } if bytes.is_empty() => continue,
                Msg::Data { from, bytes } => { let n = yield_!(op(from, bytes.len())); total += n; }
                Msg::Bye => { yield_!(op("bye", ())); break }
            }
        }
        (total, users)
    }
}

case! {
    fn take_fields() -> String {
        let u = user(3);
        let User { name, tags, id } = u;
        yield_!(op("w", id));
        let joined = tags.join("-");
        yield_!(op("v", joined.len()));
        let v = User { name, tags: vec![joined], id };
        let w = User { id: 9, ..v.clone() };
        yield_!(op("u", w.id));
        let n = v.name; yield_!(op("n", ()));
        n + &w.tags[0]
    }
}

case! {
    fn swap_take_replace() -> usize {
        let mut u = user(2); let mut slot: Option<User> = None;
        let old = std::mem::replace(&mut u, user(4));
        yield_!(op("w", old.id));
        slot.replace(old);
        let t = std::mem::take(&mut u.tags);
        yield_!(op("t", t.len()));
        let got = slot.get_or_insert_with(|| user(7)).tags.len();
        yield_!(op("g", got));
        let slot = slot.take(); match slot { Some(User { id: 2, tags, .. }) => { yield_!(op("two", tags.len())); tags.len() + u.tags.len() } Some(x) => x.tags.len(), None => 0 }
    }
}

case! {
    fn if_let_chain_moves() -> u64 {
        let a = Some(user(1)); let b: Result<User, String> = Ok(user(2));
        yield_!(op("w", ()));
        let mut n = 0;
        if let Some(x) = a && let Ok(y) = b && x.id < y.id { yield_!(op("both", ())); n = x.id + y.id; drop(y); yield_!(op("y", ())); }
        n
    }
}

case! {
    fn loops_with_values() -> Option<User> {
        let users = vec![user(1), user(2), user(3)];
        let found = 'f: { for u in users { if yield_!(op(&u.name, u.id == 2)) { break 'f Some(u); } yield_!(op("no", ())); } None };
        yield_!(op("found", found.is_some()));
        let u = found?;
        yield_!(op("u", ()));
        Some(User { name: u.name.to_uppercase(), ..u })
    }
}

case! {
    fn collect_results() -> Result<Vec<u64>, String> {
        let us: Vec<User> = (1..4).map(user).collect();
        let ids = us.iter().map(|u| if u.id < 9 { Ok(u.id) } else { Err(u.name.clone()) }).collect::<Result<Vec<_>, _>>()?;
        yield_!(op("ids", ids.len()));
        let (small, big): (Vec<_>, Vec<_>) = us.into_iter().partition(|u| u.id < 2);
        yield_!(op("p", big.len()));
        let m: HashMap<u64, User> = small.into_iter().chain(big).map(|u| (u.id, u)).collect();
        yield_!(op("m", m.len()));
        let mut out = ids; out.extend(m.get(&2).map(|u| u.id * 10));
        for (k, v) in BTreeMap::from_iter(m) { yield_!(op(k, v.name)); }
        Ok(out)
    }
}
