//! References that are taken apart, and iterators over borrowed locals, while the parts are needed across waits.
#![allow(
    clippy::all,
    dead_code,
    irrefutable_let_patterns,
    unused,
    unused_qualifications,
    reason = "the bodies are what is tested"
)]

use std::{
    cell::RefCell,
    collections::{BTreeMap, HashMap, VecDeque},
};

use oracle::prelude::*;

#[derive(Debug)]
enum State {
    Idle,
    Busy { n: i32, names: Vec<Loud> },
    Done(i32),
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Mode {
    Off,
    On(i32),
}

struct Conn {
    peer: Option<Loud>,
    list: Vec<Loud>,
    n: i32,
}

impl Conn {
    fn first(&mut self) -> &mut Loud {
        &mut self.list[0]
    }
}

fn conn() -> &'static mut Conn {
    Box::leak(Box::new(Conn { peer: Some(loud("p")), list: vec![loud("l"), loud("m")], n: 3 }))
}

fn slot() -> &'static mut Option<Loud> {
    Box::leak(Box::new(Some(loud("o"))))
}

struct Lexer {
    text: Vec<u8>,
    at: usize,
}

impl Lexer {
    fn peek(&self) -> Option<u8> {
        tell("peek");
        self.text.get(self.at).copied()
    }

    fn next(&mut self) -> Option<u8> {
        let next = self.peek()?;
        self.at += 1;
        Some(next)
    }
}

struct Names<'a> {
    map: &'a BTreeMap<i32, String>,
}

trait Number {
    fn number(&self) -> i32;
}

struct Own(i32);

impl Own {
    fn number(&self) -> i32 {
        1
    }
}

impl Number for Own {
    fn number(&self) -> i32 {
        self.0
    }
}

fn set(value: &mut Loud, n: usize) {
    value.rename(format!("n{n}"));
}

case! {
    fn an_item_is_taken_apart() {
        let list = vec![Some(loud("a")), None];
        for item in &list { if let Some(l) = item { yield_!(op("x", ())); l.touch(); } }
    }
}

case! {
    fn an_item_is_matched() {
        let list = vec![Some(loud("a")), None];
        for item in &list { match item { Some(l) => { yield_!(op("x", ())); l.touch(); } None => { yield_!(op("n", ())); } } }
    }
}

case! {
    fn an_item_is_taken_apart_and_a_wait_decides() {
        let list = vec![Some(loud("a")), None];
        for item in &list { if let Some(l) = item && yield_!(op("x", true)) { l.touch(); } }
    }
}

case! {
    fn an_item_in_a_chain_with_an_else() {
        let list = vec![Some(loud("a")), None];
        for item in &list { if let Some(l) = item && yield_!(op("x", true)) { l.touch(); yield_!(op("y", ())); l.touch(); } else { yield_!(op("z", ())); } }
    }
}

case! {
    fn a_part_of_an_item_is_matched() {
        let list = vec![(1, loud("a")), (2, loud("b"))];
        for (n, l) in &list { if let 2 = n { yield_!(op("x", ())); l.touch(); } }
    }
}

case! {
    fn a_reference_is_taken_apart_twice() {
        let o = Some(loud("a"));
        let r = &o;
        if let Some(l) = r { yield_!(op("x", ())); l.touch(); }
        match r { Some(l) if l.touch() > 0 => { yield_!(op("x", ())); l.touch(); } _ => {} }
    }
}

case! {
    fn an_exclusive_reference_is_taken_apart() {
        let mut o = Some(loud("a"));
        let r = &mut o;
        if let Some(l) = r { yield_!(op("x", ())); l.rename("b"); }
        r.take();
        yield_!(op("y", ()));
    }
}

case! {
    fn an_exclusive_item_is_taken_apart_or_assigned_to() {
        let mut list = vec![Some(loud("a")), None];
        for item in &mut list { if let Some(l) = item { yield_!(op("x", ())); l.rename("z"); } else { *item = yield_!(op("y", Some(loud("n")))); } }
        for item in list.iter_mut() { match item { Some(l) if l.touch() == 1 => { yield_!(op("x", ())); l.rename("k"); } other => { yield_!(op("o", ())); *other = None; } } }
    }
}

case! {
    fn a_state_is_changed_while_an_arm_waits() {
        let mut st = State::Busy { n: 1, names: vec![loud("p")] };
        match &mut st { State::Busy { n, names } => { *n += yield_!(op("i", 1)); names.push(loud("q")); yield_!(op("j", ())); names[0].rename("r"); } _ => {} }
    }
}

case! {
    fn a_guard_looks_at_what_is_changed() {
        let mut st = State::Busy { n: 1, names: vec![loud("p")] };
        match &mut st { State::Busy { n, names } if *n > 0 => { *n += yield_!(op("i", 1)); names.push(loud("q")); yield_!(op("j", ())); names[0].rename("r"); } _ => {} }
    }
}

case! {
    fn a_state_is_replaced_in_its_arm() {
        let mut st = State::Busy { n: 1, names: vec![loud("p")] };
        match &mut st { State::Busy { n, names } => { names.clear(); yield_!(op("k", ())); st = State::Done(3); } _ => {} }
    }
}

case! {
    fn a_state_is_replaced_after_its_parts_are_done() {
        let mut st = State::Busy { n: 1, names: vec![loud("p")] };
        loop { match &mut st { State::Busy { n, names } => { *n += yield_!(op("i", 1)); names.clear(); if *n > 3 { st = State::Done(3); } } _ => break } }
    }
}

case! {
    fn a_copy_of_a_part_outlives_its_state() {
        let mut st = State::Done(1);
        loop { match &mut st { State::Done(k) => { let k = *k; yield_!(op("d", ())); if k == 1 { st = State::Idle; } } _ => break } }
    }
}

case! {
    fn two_lists_side_by_side() {
        let a = vec![1, 2, 3]; let b = vec![loud("x"), loud("y"), loud("z")];
        for (x, l) in a.iter().zip(b.iter()) { yield_!(op("w", ())); note(x); l.touch(); }
    }
}

case! {
    fn entries_of_a_map() {
        let m = BTreeMap::from([(1, loud("a")), (2, loud("b"))]);
        for (k, v) in m.iter() { yield_!(op("w", ())); note(k); v.touch(); }
        for (k, v) in m.range(2..) { yield_!(op("w", ())); note(k); v.touch(); }
        for v in m.values() { yield_!(op("w", ())); v.touch(); }
    }
}

case! {
    fn windows_chunks_and_slices() {
        let a = [1, 2, 3];
        for w in a.windows(2) { yield_!(op("w", ())); note(w[0] + w[1]); }
        for c in a.chunks(2) { for x in c { yield_!(op("w", ())); note(x); } }
        for x in a { yield_!(op("w", ())); note(x); }
        for x in &a[1..] { yield_!(op("w", ())); note(x); }
    }
}

case! {
    a_parameter_is_taken_apart(slot()) { #[task] fn body(o: &mut Option<Loud>) { if let Some(l) = o { yield_!(op("x", ())); l.rename("z"); } if o.is_some() { yield_!(op("y", ())); } o.take(); } }
}

case! {
    a_parameter_is_matched_with_a_guard(slot()) { #[task] fn body(o: &mut Option<Loud>) { match o { Some(l) if l.touch() > 0 => { yield_!(op("x", ())); l.rename("z"); } _ => { yield_!(op("w", ())); } } o.take(); } }
}

case! {
    a_reference_that_is_not_needed_after_the_wait(conn()) { #[task] fn body(c: &mut Conn) { for l in &mut c.list { yield_!(op("x", ())); l.rename("z"); c.n += 1; } let f = c.first(); f.rename("q"); yield_!(op("y", ())); c.n += 1; } }
}

case! {
    a_parameter_is_destructured(conn()) { #[task] fn body(c: &mut Conn) { let Conn { peer, list, n } = c; yield_!(op("y", ())); *n += 1; list.push(loud("k")); yield_!(op("z", ())); *peer = None; } }
}

case! {
    parts_of_lines(&["a b", "c d"]) { #[task] fn body(lines: &[&str]) { for line in lines { let mut words = line.split(' '); while let Some(w) = words.next() { yield_!(op("y", ())); note(w); } let (a, b) = line.split_once(' ').unwrap(); yield_!(op("z", ())); note(a); note(b); } } }
}

case! {
    a_text_is_eaten("k=v;x=y") { #[task] fn body(s: &str) -> Result<usize, String> { let mut rest = s; let mut n = 0; while let Some((head, tail)) = rest.split_once(';') { yield_!(op("y", ())); let (k, v) = head.split_once('=').ok_or("bad")?; yield_!(op("z", ())); note(k); note(v); rest = tail; n += 1; } Ok(n) } }
}

case! {
    fn a_method_of_a_type_of_ones_own_is_called_once_a_turn() {
        let mut l = Lexer { text: vec![1, 2, 3], at: 0 };
        while let Some(c) = l.peek() { yield_!(op("p", ())); note(c); l.next(); yield_!(op("q", ())); }
    }
}

case! {
    an_entry_behind_a_shared_reference(&*Box::leak(Box::new(BTreeMap::from([(1, String::from("x"))])))) { #[task] fn body<'a>(m: &'a BTreeMap<i32, String>) { let c = Names { map: m }; if let Some(s) = c.map.get(&1) { yield_!(op("x", ())); note(s); } } }
}

case! {
    fn first_and_last() {
        let m = vec![Some(1), None];
        if let Some(x) = m.first() { yield_!(op("x", ())); note(format!("{x:?}")); }
        let Some(y) = m.last() else { yield_!(op("e", ())); return };
        yield_!(op("x", ()));
        note(format!("{y:?}"));
    }
}

case! {
    fn two_borrows_in_a_tuple() {
        let a = vec![loud("x")]; let b = vec![loud("y")];
        match (&a[..], &b) { ([x], y) => { yield_!(op("x", ())); x.touch(); y[0].touch(); } _ => {} }
    }
}

case! {
    fn two_exclusive_borrows_in_a_tuple() {
        let mut a = Some(loud("x")); let mut b = Some(loud("y"));
        match (&mut a, &mut b) { (Some(x), Some(y)) => { yield_!(op("x", ())); std::mem::swap(x, y); yield_!(op("y", ())); x.rename("z"); } _ => {} }
    }
}

case! {
    fn both_halves_of_a_pair() {
        let mut p = (loud("x"), loud("y"));
        let (x, y) = &mut p;
        yield_!(op("x", ()));
        std::mem::swap(x, y);
        yield_!(op("x", ()));
        x.rename("q"); y.rename("r");
    }
}

case! {
    fn both_ends_of_a_slice() {
        let mut list = vec![loud("a"), loud("b")];
        if let [first, .., last] = &mut list[..] { yield_!(op("x", ())); std::mem::swap(first, last); yield_!(op("y", ())); first.rename("c"); }
        if let [first, rest @ ..] = list.as_mut_slice() { yield_!(op("x", ())); first.rename("d"); note(rest.len()); }
    }
}

case! {
    fn a_part_of_a_part_of_a_text() {
        let s = String::from(" key = value ");
        let t = s.trim();
        yield_!(op("x", ()));
        note(t);
        let Some((k, v)) = t.split_once('=') else { return };
        yield_!(op("y", ()));
        note(k); note(v);
    }
}

case! {
    fn the_bytes_of_a_text() {
        let s = String::from("ab");
        let b = s.as_bytes();
        yield_!(op("x", ()));
        note(b.len());
    }
}

case! {
    fn a_list_that_is_split() {
        let mut v = vec![3, 1, 2];
        let (a, b) = v.split_at_mut(1);
        yield_!(op("x", ()));
        a[0] += b[0];
        yield_!(op("y", ()));
        note(format!("{v:?}"));
    }
}

case! {
    fn words_and_their_neighbours() {
        let text = String::from("one two");
        let words = text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        for w in words.iter().rev() { yield_!(op("x", ())); note(w); }
        for (a, b) in words.iter().zip(words.iter().skip(1)) { yield_!(op("x", ())); note(a); note(b); }
    }
}

case! {
    fn a_grid() {
        let mut grid = vec![vec![0; 3]; 2];
        for (y, row) in grid.iter_mut().enumerate() { for (x, cell) in row.iter_mut().enumerate() { *cell = yield_!(op("c", x * y)); } }
        for row in grid.chunks(1) { for r in row { for c in r { yield_!(op("d", *c)); } } }
        note(format!("{grid:?}"));
    }
}

case! {
    fn a_tree_of_boxes() {
        let mut tree = Some(Box::new((1, Some(Box::new((2, None::<Box<(i32, ())>>))))));
        if let Some(node) = &mut tree { node.0 += yield_!(op("x", 5)); if let Some(child) = &mut node.1 { child.0 += yield_!(op("y", 7)); } }
        note(format!("{tree:?}"));
    }
}

case! {
    fn the_top_of_a_stack() {
        let mut stack = vec![vec![loud("a")]];
        while let Some(top) = stack.last_mut() { if let Some(l) = top.pop() { yield_!(op("x", ())); l.touch(); } else { yield_!(op("y", ())); stack.pop(); } }
    }
}

case! {
    fn an_exclusive_item_and_its_number() {
        let mut list = vec![loud("a"), loud("b")];
        for (i, l) in list.iter_mut().enumerate() { yield_!(op("x", ())); set(l, i); yield_!(op("y", i)); l.rename(i); }
    }
}

case! {
    fn both_halves_of_an_item() {
        let mut list = vec![(loud("a"), loud("b")), (loud("c"), loud("d"))];
        for (a, b) in &mut list { yield_!(op("x", ())); std::mem::swap(a, b); yield_!(op("y", ())); a.rename(b.name().to_string()); }
    }
}

case! {
    fn keys_and_exclusive_values() {
        let mut m = BTreeMap::from([(1usize, loud("a")), (2, loud("b"))]);
        for (k, v) in &mut m { yield_!(op("x", ())); set(v, *k); }
        for (k, v) in m.iter_mut() { yield_!(op("x", ())); set(v, *k); }
    }
}

case! {
    fn fields_that_are_swapped() {
        let mut p = Pair { left: loud("l"), right: loud("r") };
        let Pair { left, right } = &mut p;
        yield_!(op("x", ()));
        std::mem::swap(left, right);
        yield_!(op("y", ()));
        let n = left.touch() + right.touch();
        note(n);
    }
}

case! {
    fn a_value_and_an_exclusive_borrow_in_a_tuple() {
        let mode = Mode::On(3); let mut slot = Some(loud("s"));
        match (mode, &mut slot) { (Mode::Off, _) => {} (Mode::On(n), Some(l)) => { yield_!(op("x", ())); set(l, n as usize); yield_!(op("y", ())); l.touch(); } (Mode::On(_), None) => { yield_!(op("z", ())); } }
    }
}

case! {
    a_value_and_an_exclusive_borrow_that_most_arms_skip(vec!["quit", "b", "d", "e"]) {
        #[task]
        fn body(lines: Vec<&'static str>) -> u32 {
            let (mut slot, mut last) = (Some(loud("s")), 0);
            for line in lines {
                last = match (loud("1"), line.to_owned().as_str(), &mut slot, loud("2")) {
                    (_, "quit", Some(l), _) => { yield_!(op("x", ())); l.rename("t"); 1 }
                    (_, "a", ..) | (_, "b", Some(_), _) => { yield_!(op("y", ())); slot = None; yield_!(op("z", ())); last + 2 }
                    (_, "c", ..) | (_, "d", None, _) => { value("d", last); 3 }
                    _ => last + 4,
                };
                last += match (line.len(), &mut slot) { (4, _) | (_, Some(_)) => yield_!(op("u", 1)), _ => 0 };
            }
            last
        }
    }
}

case! {
    fn ways_to_match_two_borrows() {
        let a = Some(loud("a")); let b: Option<Loud> = None;
        match (&a, &b) { (Some(x), Some(y)) => { yield_!(op("x", ())); x.touch(); y.touch(); } (Some(x), None) | (None, Some(x)) => { yield_!(op("z", ())); x.touch(); } _ => {} }
    }
}

case! {
    fn a_value_is_moved_out_of_a_tuple_beside_a_borrow() {
        let a = loud("a"); let s = Some(loud("s"));
        match (a, &s) { (a, Some(x)) => { yield_!(op("x", ())); x.touch(); a.touch(); } _ => {} }
    }
}

case! {
    fn a_value_is_skipped_beside_a_borrow() {
        let s = Some(loud("s"));
        match (loud("t"), s.as_ref()) { (_, Some(x)) => { yield_!(op("x", ())); x.touch(); } _ => {} }
    }
}

case! {
    fn two_exclusive_lists_side_by_side() {
        let mut a = vec![loud("a")]; let mut b = vec![loud("b")];
        for (x, y) in a.iter_mut().zip(b.iter_mut()) { yield_!(op("x", ())); std::mem::swap(x, y); yield_!(op("y", ())); x.rename("q"); }
        for (i, x) in (1..).zip(a.iter()) { yield_!(op("x", i)); x.touch(); }
        for (x, i) in a.iter().zip(1..) { yield_!(op("x", i)); x.touch(); }
        for (x, y) in a.iter().zip(&b) { yield_!(op("x", ())); x.touch(); y.touch(); }
    }
}

case! {
    fn an_array_that_is_split() {
        let mut a = [1, 2, 3, 4];
        if let [x, y, ..] = &mut a { yield_!(op("x", ())); std::mem::swap(x, y); }
        if let Some((first, rest)) = a.split_first_mut() { yield_!(op("x", ())); *first += rest[0]; rest[1] = *first; yield_!(op("y", ())); *first = 0; }
        let (l, r) = a.split_at_mut(2);
        yield_!(op("z", ()));
        l.swap_with_slice(r);
        note(format!("{a:?}"));
    }
}

case! {
    fn a_text_that_is_split() {
        let s = String::from("a=b");
        if let Some((k, v)) = s.split_once('=') { yield_!(op("x", ())); note(k); note(v); }
        if let Some(rest) = s.strip_prefix("a") { yield_!(op("y", ())); note(rest); }
        match s.as_str() { "a=b" => { yield_!(op("z", ())); } other => { yield_!(op("w", ())); note(other); } }
        match s.as_str().split_once('=') { Some((a, "b")) => { yield_!(op("z", ())); note(a); } _ => {} }
        match s.chars().next() { Some(c) => { yield_!(op("v", ())); note(c); } None => {} }
    }
}

case! {
    fn an_item_by_a_number_in_a_field() {
        struct P { items: Vec<Loud>, cur: usize, name: String }
        impl P { fn cur(&self) -> usize { self.cur } }
        let mut p = P { items: vec![loud("a"), loud("b")], cur: 1, name: "p".into() };
        let item = &mut p.items[p.cur];
        yield_!(op("x", ()));
        item.rename("k");
        let name = &p.name; let items = &mut p.items;
        yield_!(op("y", ()));
        items.push(loud(name));
        let P { items, cur, .. } = &mut p;
        yield_!(op("z", ()));
        *cur += items.len();
        if let Some(l) = items.get_mut(0) { yield_!(op("w", ())); set(l, *cur); }
    }
}

case! {
    fn an_option_is_changed_in_place() {
        let mut o = Some(3);
        if let Some(n) = o.as_mut() { *n += yield_!(op("x", 1)); *n *= 2; }
        if let Some(n) = &mut o { while *n > 0 { *n -= yield_!(op("d", 4)); } }
        let Some(n) = o.as_mut() else { return };
        *n += 1;
        yield_!(op("e", ()));
        *n += 1;
        note(format!("{o:?}"));
    }
}

case! {
    fn the_front_of_a_queue() {
        let mut q = VecDeque::from([loud("a"), loud("b")]);
        while let Some(f) = q.front() { yield_!(op("x", f.name().len())); f.touch(); let g = q.pop_front().unwrap(); yield_!(op("y", ())); g.touch(); }
        trait Name { fn nm(&self) -> i32; }
        impl Name for Loud { fn nm(&self) -> i32 { 2 } }
        struct W(i32); impl W { fn nm(&self) -> i32 { 1 } } impl Name for W { fn nm(&self) -> i32 { 2 } }
    }
}

case! {
    fn a_trait_object_calls_what_its_type_has_not() -> i32 {
        let w = Own(2);
        let d: &dyn Number = &w;
        yield_!(op("x", ()));
        d.number()
    }
}

case! {
    fn a_slice_of_a_constant() -> i32 {
        let list: &'static [i32] = &[1, 2, 3];
        yield_!(op("x", ()));
        match list { [a, rest @ ..] => { yield_!(op("x", ())); a + rest.len() as i32 } [] => 0 }
    }
}

case! {
    fn a_slice_of_an_array() {
        let arr = [1, 2, 3];
        let s: &[i32] = &arr;
        yield_!(op("x", ()));
        for x in s { yield_!(op("y", ())); note(x); }
        note(std::mem::size_of_val(&s));
    }
}

case! {
    fn an_exclusive_slice_of_an_array() {
        let mut arr = [1, 2, 3];
        let s: &mut [i32] = &mut arr;
        yield_!(op("x", ()));
        s[0] = 5;
        yield_!(op("y", ()));
        s[1] = 6;
        note(std::mem::size_of_val(&s));
    }
}

case! {
    fn a_reference_is_looped_over() {
        let mut list = vec![loud("a"), loud("b")];
        let r = &mut list;
        for l in r { yield_!(op("y", ())); l.rename("c"); }
        let r = &list;
        for l in r { yield_!(op("y", ())); l.touch(); }
        for l in r { yield_!(op("z", ())); l.touch(); }
    }
}

case! {
    fn a_reference_out_of_a_tuple() {
        let list = vec![(1, loud("a")), (2, loud("b"))];
        let (r, n) = (&list, 3);
        for (i, l) in r { yield_!(op("y", i + n)); l.touch(); }
    }
}

case! {
    fn an_entry_that_is_not_needed_after_the_wait() {
        let mut m: HashMap<String, Vec<Loud>> = HashMap::new();
        m.entry("k".into()).or_default().push(loud("a"));
        let e = m.entry("k".into()).or_default();
        e.push(loud("w"));
        yield_!(op("y", ()));
        if let Some(list) = m.get_mut("k") { for l in list.iter_mut() { yield_!(op("z", ())); l.rename("u"); } }
    }
}

case! {
    fn a_text_that_is_matched() {
        let s = String::from("key=value");
        match s.as_str() { "a" => { yield_!(op("y", ())); } r => { yield_!(op("y", ())); note(r); } }
    }
}

case! {
    fn a_split_of_a_trimmed_text() {
        let s = String::from(" key=value");
        let t = s.trim();
        let Some((k, v)) = t.split_once('=') else { return };
        yield_!(op("y", ()));
        note(k); note(v);
    }
}

case! {
    fn a_slice_of_a_list() {
        let mut list = vec![loud("a"), loud("b")];
        if let [first, rest @ ..] = list.as_mut_slice() { yield_!(op("x", ())); first.rename("d"); note(rest.len()); }
    }
}

case! {
    fn a_constant_beside_a_part() {
        let s = String::from("key=value");
        match s.as_str().split_once('=') { Some((a, "b")) => { yield_!(op("z", ())); note(a); } _ => {} }
    }
}

case! {
    fn the_greatest_is_not_needed_after_the_wait() {
        let v = vec![(1, loud("a")), (2, loud("b"))];
        let n = v.iter().map(|(n, _)| *n).max();
        let best = v.iter().max_by_key(|(n, _)| *n).unwrap();
        best.1.touch();
        yield_!(op("y", n));
    }
}

case! {
    adapters_of_an_argument(&[3, 1, 2]) { #[task] fn body(list: &[i32]) -> i32 { let it = list.iter().map(|x| x * 2).filter(|x| *x > 2); let mut n = 0; for x in it { yield_!(op("x", ())); n += x; } n } }
}

case! {
    fn a_guard_that_is_let_go_before_the_wait() {
        let m = RefCell::new(1);
        let mut g = m.borrow_mut();
        *g += 1;
        drop(g);
        yield_!(op("x", ()));
    }
}

case! {
    fn adapters_that_are_used_up_before_the_wait() {
        let v = vec![1, 2, 3];
        let n = v.iter().copied().max().unwrap();
        let it = v.iter().map(|x| x + n);
        let w: Vec<i32> = it.collect();
        yield_!(op("x", ()));
        note(w.len());
    }
}

case! {
    fn a_guard_of_what_lies_elsewhere() {
        let r: &'static RefCell<i32> = Box::leak(Box::new(RefCell::new(1)));
        let mut g = r.borrow_mut();
        yield_!(op("x", ()));
        *g += 1;
    }
}

case! {
    fn a_guard_and_names_behind_references() {
        struct C { r: &'static RefCell<i32>, names: Vec<&'static str> }
        let c = C { r: Box::leak(Box::new(RefCell::new(1))), names: vec!["a"] };
        let mut g = c.r.borrow_mut();
        let n = c.names.first().copied().unwrap();
        let o = c.names.get(0).map(|s| s.len());
        yield_!(op("x", n));
        *g += 1;
        note(format!("{n}{o:?}"));
    }
}

case! {
    fn what_is_found_out_before_the_wait() {
        let v = vec![loud("a")];
        let f = v.iter().map(|l| l.name().len()).next();
        let g = v.iter().position(|l| l.name() == "a");
        yield_!(op("x", ()));
        note(format!("{f:?}{g:?}"));
    }
}
