//! Loops over what adapters make of borrowed locals, lists that are drained, and what a search finds.
#![allow(clippy::all, dead_code, unused, unused_qualifications, reason = "the bodies are what is tested")]

use std::collections::{BTreeMap, HashMap, VecDeque};

use oracle::prelude::*;

#[derive(Debug, Clone)]
struct Unit {
    name: String,
    hp: i32,
    team: u8,
    target: Option<usize>,
}

fn units() -> Vec<Unit> {
    let unit =
        |(i, name): (usize, &&str)| Unit { name: name.to_string(), hp: 4 - i as i32, team: i as u8 % 2, target: None };
    ["ann", "bob", "cat"].iter().enumerate().map(unit).collect()
}

case! { systems_over_units(units()) {
    #[task]
    fn body(mut units: Vec<Unit>) -> Vec<Unit> {
        let least = 2;
        for unit in units.iter_mut().filter(|unit| unit.hp > least) {
            unit.hp += 1;
            yield_!(op(&unit.name, ()));
            unit.hp *= 2;
        }
        for (i, unit) in units.iter().enumerate().filter(|(_, unit)| unit.team == 0) {
            yield_!(op(&unit.name, i));
            note(unit.hp);
        }
        for name in units.iter().map(|unit| unit.name.as_str()) {
            yield_!(op(name, ()));
            note(name);
        }
        for name in units.iter().map(|unit| unit.name.clone()).rev() {
            yield_!(op(&name, ()));
            note(name);
        }
        for (i, unit) in units.iter_mut().filter(|unit| unit.team == 0).enumerate() {
            yield_!();
            unit.name.push_str(&i.to_string());
            yield_!(op(&unit.name, ()));
        }
        for unit in units.drain(1..) {
            yield_!(op(&unit.name, ()));
            note(unit.hp);
        }
        units
    }
} }

case! {
    fn a_closure_is_called_once_for_each_item() -> (i32, usize) {
        let list = vec![3, 1, 2];
        let mut calls = 0;
        let mut total = 0;
        let tenfold = |n: &i32| n * 10;
        for n in list.iter().map(|n| { calls += 1; tell(format_args!("map {n}")); tenfold(n) }) {
            yield_!(op(n, ()));
            total += n;
        }
        for n in list.iter().filter_map(|n| (*n != 1).then(|| loud(n))) {
            yield_!(op(n.name(), ()));
            n.touch();
        }
        (total, calls)
    }
}

case! {
    fn adapters_that_remember() -> Vec<i32> {
        let list = vec![5, 1, 6, 2, 7];
        let mut seen = vec![];
        for n in list.iter().inspect(|n| tell(format_args!("see {n}"))).skip_while(|n| **n > 2).take_while(|n| **n < 7) {
            yield_!(op(n, ()));
            seen.push(*n);
        }
        for n in list.iter().filter(|n| **n > 1).take(value("limit", 2)) {
            yield_!(op(n, ()));
            seen.push(*n);
        }
        for (i, n) in list.iter().filter(|n| **n > 5).map(|n| n * 2).enumerate() {
            yield_!(op(i, ()));
            seen.push(n);
        }
        for n in list.iter().map_while(|n| (*n < 6).then_some(n + 1)) {
            yield_!(op(n, ()));
            seen.push(n);
        }
        seen
    }
}

case! { items_that_are_made(vec![loud("a"), loud("b")]) {
    #[task]
    fn body(list: Vec<Loud>) {
        for item in list.iter().cloned() {
            yield_!(op("wait", ()));
            item.touch();
        }
        for (item, _) in list.iter().map(|item| (loud(item.name()), loud("rest"))) {
            yield_!(op("wait", ()));
            item.touch();
        }
        for item in list.iter().map(|item| loud(item.name())) {
            if yield_!(op("stop", item.name() == "a")) {
                break;
            }
        }
    }
} }

case! { lines_of_a_text("a=1\n# c\n\nb=x=y\nbad".to_string()) {
    #[task]
    fn body(text: String) -> (BTreeMap<String, String>, Vec<usize>) {
        let mut map = BTreeMap::new();
        let mut bad = vec![];
        for (no, line) in text.lines().map(str::trim).enumerate().filter(|(_, line)| !line.is_empty()) {
            let Some((key, value)) = line.split_once('=') else {
                yield_!(op("bad", no));
                bad.push(no);
                continue;
            };
            yield_!(op(key, ()));
            map.insert(key.to_string(), value.to_string());
        }
        for digit in text.chars().rev().filter_map(|c| c.to_digit(10)) {
            yield_!(op(digit, ()));
        }
        for (key, value) in text.split('\n').filter_map(|line| line.split_once('=')) {
            yield_!(op(key, ()));
            note(value);
        }
        (map, bad)
    }
} }

case! {
    fn ranges_and_what_is_captured() -> usize {
        let free = vec![true, false, true];
        let mut total = 0;
        for i in (0..3usize).filter(|&i| free[i]) {
            yield_!(op(i, ()));
            total += i;
        }
        total
    }
}

case! { captured_beside_a_shared_slice(&[3, 4, 5], 3) {
    #[task]
    fn body(list: &'static [i32], least: i32) -> i32 {
        let mut total = 0;
        for n in list.iter().filter(|n| **n > least) {
            yield_!(op(n, ()));
            total += n;
        }
        for (i, n) in list.iter().map(|n| n * least).enumerate() {
            yield_!(op(i, ()));
            total += n;
        }
        total
    }
} }

case! { what_is_drained() {
    #[derive(Debug)]
    struct Inbox { mail: Vec<Loud>, later: VecDeque<Loud>, by_number: HashMap<u8, Loud> }
    #[task(lend)]
    fn deliver(inbox: &mut Inbox, limit: usize) -> usize {
        let mut count = 0;
        for mail in inbox.mail.drain(..) {
            count += 1;
            if count > limit { break; }
            yield_!(op(mail.name(), ()));
            mail.touch();
        }
        for mail in inbox.later.drain(..1) {
            yield_!();
            mail.touch();
            inbox.mail.push(mail);
        }
        count
    }
    #[task]
    fn body() -> usize {
        let mut inbox = Inbox {
            mail: vec![loud("a"), loud("b"), loud("c")],
            later: VecDeque::from([loud("x"), loud("y")]),
            by_number: HashMap::from([(1, loud("h"))]),
        };
        let count = yield_!(deliver(&mut inbox, 1));
        for (number, mail) in inbox.by_number.drain() {
            yield_!(op(number, ()));
            mail.touch();
        }
        for (i, mail) in inbox.mail.drain(..).rev().enumerate() {
            yield_!(op(i, ()));
            mail.touch();
        }
        let mut text = String::from("hello");
        for c in text.drain(1..3).filter(|c| *c != 'q') {
            yield_!(op(c, ()));
        }
        note(&text);
        count + inbox.mail.capacity().min(3)
    }
} }

case! { what_is_drained_from_a_type_of_ones_own() {
    struct Lazy(Vec<u8>);
    impl Lazy {
        fn drain(&self, from: usize) -> impl Iterator<Item = u8> + use<> {
            self.0[from..].to_vec().into_iter().inspect(|n| tell(format_args!("drain {n}")))
        }
    }
    #[task]
    fn body() -> u8 {
        let list = Lazy(vec![1, 2, 3]);
        let mut total = 0;
        for n in list.drain(1) {
            yield_!(op(n, ()));
            total += n;
        }
        total
    }
} }

case! { what_a_search_finds(units()) {
    #[task]
    fn body(mut units: Vec<Unit>) -> Result<Vec<Unit>, String> {
        let wanted = "bob";
        if let Some(unit) = units.iter_mut().find(|unit| unit.name == wanted) {
            unit.hp += 1;
            yield_!(op(&unit.name, ()));
            unit.hp *= 2;
        }
        let Some(unit) = units.iter_mut().find(|unit| { tell(format_args!("look at {}", unit.name)); unit.hp == 2 }) else {
            yield_!(op("none", ()));
            return Err("none".into());
        };
        unit.hp += 1;
        yield_!(op(&unit.name, ()));
        unit.hp *= 2;
        let strongest = units.iter_mut().max_by_key(|unit| unit.hp).unwrap();
        strongest.hp -= yield_!(op(&strongest.name, 3));
        yield_!();
        strongest.name.push('!');
        match units.iter().enumerate().find(|(_, unit)| unit.team == 1) {
            Some((i, unit)) if i > 5 => note(&unit.name),
            Some((i, Unit { name, hp, .. })) => { yield_!(op(name, i)); note(hp); }
            None => {}
        }
        while let Some(unit) = units.iter_mut().filter(|unit| unit.hp > 0).find(|unit| unit.team == 0) {
            yield_!(op(&unit.name, ()));
            unit.hp = 0;
        }
        let least = units.iter().min_by(|a, b| a.hp.cmp(&b.hp));
        yield_!();
        if let Some(unit) = least { note(&unit.name); }
        units.retain(|unit| unit.hp > 0);
        Ok(units)
    }
} }

case! { what_a_search_does_not_find(units()) {
    #[task(lend)]
    fn first_of(units: &mut Vec<Unit>) -> Result<i32, String> {
        let unit = units.iter_mut().find(|unit| unit.hp > 3).ok_or_else(|| value("error", "none".to_string()))?;
        yield_!(op("first", ()));
        unit.hp -= 1;
        Ok(unit.hp)
    }
    #[task(lend)]
    fn hit(units: &mut Vec<Unit>, name: &str) -> Option<i32> {
        let unit = units.iter_mut().find(|unit| unit.name == name)?;
        unit.hp -= 1;
        yield_!();
        let hp = unit.hp;
        if let Some(unit) = units.iter().find(|unit| unit.hp <= 2) {
            yield_!(op(&unit.name, ()));
            note(unit.hp);
        }
        Some(hp)
    }
    #[task]
    fn body(mut units: Vec<Unit>) -> (Option<i32>, Option<i32>, Result<i32, String>, Result<i32, String>) {
        let first = yield_!(first_of(&mut units));
        let again = yield_!(first_of(&mut units));
        (yield_!(hit(&mut units, "ann")), yield_!(hit(&mut units, "nobody")), first, again)
    }
} }

case! { a_borrow_that_only_a_branch_that_leaves_waits_beside(units()) {
    #[task]
    fn body(mut units: Vec<Unit>) -> Result<i32, String> {
        let name = "cat";
        let Some(Unit { hp, .. }) = units.iter().rev().find(|unit| unit.name == name) else {
            yield_!(op("none", ()));
            return Err(format!("no {name}"));
        };
        let hp = *hp;
        let weakest = match units.iter_mut().filter(|unit| unit.hp > 0).last() {
            Some(unit) => unit,
            None => {
                yield_!();
                return Err("none".into());
            }
        };
        weakest.hp -= 1;
        yield_!(op("hit", ()));
        let target = if let Some(unit) = units.get(1).filter(|unit| unit.hp > 3) {
            unit
        } else {
            yield_!(op("first", ()));
            return Ok(hp);
        };
        Ok(target.hp)
    }
} }

case! {
    parts_that_are_skipped_behind_references(&[("a", 1), ("b", 2)]) {
        #[task]
        fn body(list: &'static [(&'static str, usize)]) -> usize {
            let mut sum = 0;
            for (_, n) in list {
                sum += yield_!(op("x", *n));
                yield_!(op("y", *n));
            }
            if let Some((_, n)) = { list.iter().rev().next() } {
                sum += yield_!(op("z", *n));
            }
            sum
        }
    }
}
