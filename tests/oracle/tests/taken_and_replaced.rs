//! Small programs of users: values that are taken apart, moved and replaced between waits, in loops, methods and closures.
#![allow(clippy::all, dead_code, unused, unused_qualifications, reason = "the bodies are what is tested")]

use std::{
    cell::RefCell,
    collections::{BTreeMap, VecDeque},
    mem,
    rc::Rc,
};

use oracle::prelude::*;

#[derive(Debug)]
struct Deep {
    name: Loud,
    inner: (Loud, Option<Loud>),
    nums: [u32; 4],
}
fn deep(n: &str) -> Deep {
    Deep {
        name: loud(format!("{n}.name")),
        inner: (loud(format!("{n}.0")), Some(loud(format!("{n}.1")))),
        nums: [1, 2, 3, 4],
    }
}

case! {
    fn tuple_some_used_before_some_after() -> usize {
        let (a, b, mut c, _) = (loud("a"), loud("b"), loud("c"), loud("d"));
        let n = a.touch();
        drop(a);
        c.rename("cc");
        let m = yield_!(op("x", n + c.touch()));
        let _e = loud("e");
        yield_!(op("y", ()));
        m + b.touch()
    }
}

case! {
    fn nested_struct_pattern() -> usize {
        let Deep { name, inner: (first, second), nums: [x, .., y] } = deep("d");
        yield_!(op("x", x));
        let second = second.as_ref().map(|s| s.touch()).unwrap_or(0);
        drop(name);
        yield_!(op("y", y));
        second + first.touch()
    }
}

case! {
    fn ref_mut_in_let() -> Vec<u32> {
        let mut pair = (vec![1u32], vec![2u32]);
        let (ref mut a, ref b) = pair;
        a.push(b[0]);
        yield_!(op("x", a.len()));
        a.push(9);
        yield_!(op("y", b.len()));
        a.extend_from_slice(b);
        pair.0
    }
}

case! {
    fn let_else_chain() -> Option<usize> {
        let src = vec![Some(loud("a")), None, Some(loud("c"))];
        let mut it = src.into_iter();
        let mut total = 0;
        for _ in 0..3 {
            let Some(slot) = it.next() else { yield_!(op("end", ())); return None };
            let Some(l) = slot else { yield_!(op("gap", ())); total += 10; continue };
            let (n, l) = (l.touch(), l);
            let true = yield_!(op("t", n > 0)) else { break };
            total += l.touch();
        }
        Some(total)
    }
}

case! {
    fn labelled_values_out_of_nested_loops() -> (u32, Loud) {
        let mut n = 0;
        let got = 'outer: loop {
            let guard = loud(format!("turn {n}"));
            let inner = 'mid: {
                for i in 0..3 {
                    let _i = loud(format!("i{i}"));
                    if i == n { break 'mid (i, yield_!(op("mid", loud("m")))); }
                    if n == 2 && i == 1 { break 'outer (yield_!(op("o1", 7)), yield_!(op("o2", loud("out")))); }
                }
                (99, loud("none"))
            };
            n += 1;
            drop(inner);
            if n > 5 { break (0, guard) }
        };
        (got.0 + n, got.1)
    }
}

#[derive(Debug)]
enum MyErr {
    Parse(std::num::ParseIntError),
    Missing(&'static str),
    Other(Loud),
}
impl From<std::num::ParseIntError> for MyErr {
    fn from(e: std::num::ParseIntError) -> Self {
        tell("convert");
        MyErr::Parse(e)
    }
}
impl From<Loud> for MyErr {
    fn from(l: Loud) -> Self {
        tell("wrap");
        MyErr::Other(l)
    }
}

#[derive(Debug, Default)]
struct Acc {
    items: Vec<u32>,
    name: String,
    slot: Option<Box<u32>>,
    grid: [[u32; 3]; 2],
}
trait Shape {
    const SIDES: usize;
    const NAME: &'static str;
    fn mk() -> Self;
}
#[derive(Debug)]
struct Tri(Loud);
impl Shape for Tri {
    const SIDES: usize = 3;
    const NAME: &'static str = "tri";
    fn mk() -> Self {
        Tri(loud("tri"))
    }
}

case! {
    fn question_from() -> Result<u32, MyErr> {
        let mut sum = 0;
        let texts = ["1", "22", "x"];
        let guard = loud("guard");
        for t in texts {
            let n: u32 = yield_!(op("t", t)).parse()?;
            sum += n;
            yield_!(op("s", sum));
        }
        Ok(sum)
    }
}

case! {
    fn question_wrapped_loud() -> Result<usize, MyErr> {
        let l = loud("l");
        let x = loud("x");
        let r: Result<usize, Loud> = yield_!(op("r", Err(x)));
        let n = l.touch() + r?;
        yield_!(op("n", n));
        Ok(n)
    }
}

case! {
    fn question_in_arguments() -> Option<usize> {
        fn f(a: Loud, b: usize, c: Loud) -> Option<Loud> { tell("f"); drop(a); if b > 1 { Some(c) } else { None } }
        let x = f(yield_!(op("a", Some(loud("a"))))?, yield_!(op("b", 2)), loud("c"))?;
        let y = f(loud("d"), yield_!(op("e", Some(1)))?, yield_!(op("f", Some(loud("f"))))?);
        let z = f(loud("g"), yield_!(op("h", None::<usize>))?, loud("never"))?;
        Some(x.touch())
    }
}

case! {
    fn take_and_replace() -> (Option<Loud>, Acc) {
        let mut acc = Acc::default();
        acc.items.push(yield_!(op("a", 1)));
        let old = mem::take(&mut acc.items);
        yield_!(op("b", old.len()));
        acc.items = mem::replace(&mut acc.items, vec![yield_!(op("c", 9))]);
        let mut slot = Some(loud("s"));
        let got = slot.take();
        yield_!(op("d", slot.is_none()));
        slot = Some(loud("s2"));
        let prev = slot.replace(yield_!(op("e", loud("s3"))));
        mem::swap(&mut slot, &mut { prev });
        acc.name = mem::take(&mut acc.name) + "x" + &yield_!(op("f", "y".to_string()));
        yield_!(op("g", ()));
        drop(got);
        (slot, acc)
    }
}

case! {
    fn mutable_field_reborrow() -> Acc {
        let mut acc = Acc::default();
        let items = &mut acc.items;
        items.push(1);
        let first = &mut items[0];
        *first += 1;
        yield_!(op("a", *first));
        *first += 1;
        items.push(2);
        yield_!(op("b", ()));
        let row = &mut acc.grid[1];
        row[yield_!(op("i", 2))] += 7;
        for cell in row.iter_mut() { *cell += yield_!(op("c", 1)); }
        acc
    }
}

case! {
    fn as_mut_option() -> u32 {
        let mut acc = Acc { slot: Some(Box::new(4)), ..Acc::default() };
        if let Some(b) = acc.slot.as_mut() {
            **b += 1;
            yield_!(op("a", ()));
            **b *= yield_!(op("m", 3));
        }
        let Some(b) = acc.slot.as_deref_mut() else { return 0 };
        *b += 1;
        yield_!(op("x", *b));
        *b += 1;
        *acc.slot.unwrap()
    }
}

case! {
    consts_of_traits() { #[task] fn body() -> usize { yield_!(run::<Tri>()) }
    #[task] fn run<T: Shape + std::fmt::Debug>() -> usize where T: Sized {
        let t = T::mk();
        let mut arr = [T::NAME; 2];
        for i in 0..T::SIDES { yield_!(op(T::NAME, i)); arr[i % 2] = "z"; }
        note(format_args!("{t:?}"));
        T::SIDES + arr.len()
    } }
}

case! {
    const_generics([3u32, 1, 2]) { #[task] fn body<const N: usize>(mut a: [u32; N]) -> [u32; N] {
        let mut out = [0; N];
        for i in 0..N { out[i] = a[N - 1 - i] + yield_!(op("i", i as u32)); }
        a.sort();
        yield_!(op("s", a));
        for (o, x) in out.iter_mut().zip(a.iter()) { *o += *x * yield_!(op("m", 10)); }
        out
    } }
}

case! {
    fn drains_and_chunks() -> Vec<u32> {
        let mut v: Vec<u32> = (0..7).collect();
        let mut out = vec![];
        for c in v.chunks(3) { out.push(c.iter().sum::<u32>() + yield_!(op("c", c.len() as u32))); }
        for w in v.windows(2) { if let [a, b] = w { out.push(yield_!(op("w", a * b))); } }
        for x in v.drain(1..3) { out.push(yield_!(op("d", x))); }
        for (i, x) in v.iter().enumerate().rev() { out.push(yield_!(op("r", *x)) + i as u32); }
        for c in v.chunks_mut(2) { c[0] += yield_!(op("cm", 1)); c.reverse(); }
        out.extend(v);
        out
    }
}

#[derive(Debug)]
struct Node {
    tag: Loud,
    kids: Vec<Node>,
    best: Option<Loud>,
}
fn node(t: &str, kids: Vec<Node>) -> Node {
    Node { tag: loud(t), kids, best: Some(loud(format!("{t}+"))) }
}
#[derive(Debug)]
enum Ev {
    Key { code: u32, text: Option<Loud> },
    Quit(Loud, Loud),
    Idle,
}

case! {
    fn enum_struct_patterns_partially_kept() -> usize {
        let mut n = 0;
        for ev in [Ev::Key { code: 1, text: Some(loud("t")) }, Ev::Idle, Ev::Key { code: 2, text: None }, Ev::Quit(loud("q1"), loud("q2"))] {
            n += match ev {
                Ev::Key { code, text: Some(t) } => { yield_!(op("k", code)); t.touch() }
                Ev::Key { code: c @ 2..=9, text } => { yield_!(op("c", c)); drop(text); c as usize }
                Ev::Quit(a, b) => { drop(a); let k = yield_!(op("q", 5)); yield_!(op("r", ())); k + b.touch() }
                other => { yield_!(op("o", ())); drop(other); 100 }
            };
        }
        n
    }
}

case! {
    fn owned_tree_by_stack() -> usize {
        let mut stack = vec![node("r", vec![node("a", vec![]), node("b", vec![node("c", vec![])])])];
        let mut n = 0;
        while let Some(Node { tag, kids, best }) = stack.pop() {
            n += yield_!(op("t", tag.touch()));
            for k in kids { stack.push(k); if n > 2 { yield_!(op("pushed", ())); } }
            if let Some(b) = best { n += b.touch(); if n > 6 { break } }
            yield_!(op("end", ()));
        }
        n
    }
}

case! {
    recursion_owned(node("r", vec![node("a", vec![]), node("b", vec![node("c", vec![])])])) {
    #[task] fn body(n: Node) -> usize { yield_!(walk(n, 0)) }
    #[task] fn walk(n: Node, depth: usize) -> usize {
        let Node { tag, mut kids, best } = n;
        let mut s = tag.touch() + depth;
        while let Some(k) = kids.pop() { s += yield_!(walk(k, depth + 1)); }
        if depth == 1 { drop(tag); yield_!(op("d", ())); }
        s + best.map_or(0, |b| b.touch())
    } }
}

case! {
    fn block_expression_operands() -> usize {
        let a = { let x = loud("x"); x.touch() + yield_!(op("1", 1)) } * { let y = loud("y"); yield_!(op("2", 2)) + y.touch() };
        let b = if a > 2 { let z = loud("z"); yield_!(op("3", z.touch())) } else { 9 } + match a { 0 => 1, k => { let w = loud("w"); k + yield_!(op("4", 1)) } };
        a + b
    }
}

case! {
    fn early_return_deep() -> Result<usize, Loud> {
        let a = loud("a");
        for i in 0.. {
            let b = loud(format!("b{i}"));
            let c = loop {
                let d = loud("d");
                if i == 1 {
                    let e = [loud("e0"), loud("e1")];
                    return Err(first(d, yield_!(op("last", e))));
                }
                break match yield_!(op("w", i)) { 0 => d, _ => loud("other") };
            };
            yield_!(op("after", c.touch()));
        }
        Ok(a.touch())
    }
}

case! {
    fn break_in_operand_of_call() -> Vec<usize> {
        let mut out = vec![];
        for i in 0..4 {
            out.push(second(loud(format!("p{i}")), if i == 1 { yield_!(op("c", ())); continue } else if i == 3 { break } else { yield_!(op("v", i)) }));
        }
        out
    }
}

case! {
    fn assignment_drops_old_value() -> usize {
        let mut a = loud("a0");
        a = loud("a1");
        a = yield_!(op("x", loud("a2")));
        let mut v = vec![loud("v0"), loud("v1")];
        v[value("i", 1)] = yield_!(op("y", loud("v1'")));
        let mut t = (loud("t0"), loud("t1"));
        t.0 = yield_!(op("z", loud("t0'")));
        (t.1, a) = (yield_!(op("p", loud("t1'"))), yield_!(op("q", loud("a3"))));
        let k = a.touch();
        [a, _] = [yield_!(op("r", loud("a4"))), loud("gone")];
        k + t.0.touch() + t.1.touch() + v.len() + a.touch()
    }
}

case! {
    fn deferred_init() -> usize {
        let a; let b;
        if yield_!(op("c", true)) { a = loud("a"); yield_!(op("x", ())); b = 2; } else { a = loud("e"); b = yield_!(op("y", 1)); }
        let c: Loud;
        for i in 0..3 { if i == b { c = loud("c"); yield_!(op("z", ())); return c.touch() + a.touch(); } }
        0
    }
}

case! {
    fn closure_mut_passed_by_ref() -> Vec<usize> {
        let mut log = vec![];
        let mut rec = |l: &Loud| log.push(l.touch());
        fn each(v: &[Loud], f: &mut dyn FnMut(&Loud)) { for l in v { f(l) } }
        let v = vec![loud("a"), loud("bb")];
        each(&v, &mut rec);
        yield_!(op("w", ()));
        each(&v[1..], &mut rec);
        v.iter().rev().for_each(&mut rec);
        yield_!(op("x", ()));
        v.iter().for_each(rec);
        yield_!(op("y", log.len()));
        log
    }
}

case! {
    fn while_let_with_closure_cond() -> u32 {
        let mut q: VecDeque<u32> = (1..6).collect();
        let mut sum = 0;
        while let Some(x) = q.iter().copied().find(|x| x % 2 == 1).and_then(|odd| { let i = q.iter().position(|y| *y == odd)?; Some((i, odd)) }) {
            let (i, odd) = x;
            q.remove(i);
            sum += yield_!(op("odd", odd));
            if let Some(f) = q.front_mut() { *f += 1; yield_!(op("bump", ())); *f += 2; }
        }
        sum
    }
}

case! {
    fn labelled_block_values() -> u32 {
        let l = loud("l");
        let a = 'a: {
            let x = loud("x");
            if yield_!(op("1", false)) { break 'a 1; }
            let b = 'b: {
                let y = loud("y");
                if yield_!(op("2", true)) { break 'a 2 + yield_!(op("3", x.touch() as u32)); }
                break 'b 7;
            };
            b
        };
        a + 'c: loop { break 'c match yield_!(op("4", Some(loud("m")))) { Some(m) if m.touch() > 3 => 0, Some(m) => m.touch() as u32, None => continue }; }
    }
}

case! {
    fn for_else_pattern() -> Option<(usize, Loud)> {
        let hay = [loud("a"), loud("b"), loud("c")];
        let found = 'search: {
            for (i, h) in hay.into_iter().enumerate() {
                let g = loud("g");
                if yield_!(op("cmp", h.name() == "b")) { break 'search Some((i, h)); }
            }
            None
        };
        yield_!(op("done", ()));
        found
    }
}

#[derive(Debug)]
enum Tree {
    Leaf(Loud),
    Fork(Box<Tree>, Box<Tree>),
}
fn tree() -> Tree {
    Tree::Fork(
        Box::new(Tree::Leaf(loud("l"))),
        Box::new(Tree::Fork(Box::new(Tree::Leaf(loud("m"))), Box::new(Tree::Leaf(loud("r"))))),
    )
}
#[derive(Debug)]
struct List {
    head: Option<Box<Link>>,
}
#[derive(Debug)]
struct Link {
    val: Loud,
    next: Option<Box<Link>>,
}
fn list(names: &[&str]) -> List {
    let mut head = None;
    for n in names.iter().rev() {
        head = Some(Box::new(Link { val: loud(n), next: head }));
    }
    List { head }
}
#[derive(Debug, Clone, Copy, PartialEq)]
enum St {
    Init,
    Run(u32),
    Done,
}

case! {
    fn linked_list_consumed() -> usize {
        let List { mut head } = list(&["a", "b", "c"]);
        let mut n = 0;
        while let Some(cell) = head {
            let Link { val, next } = *cell;
            n += yield_!(op("v", val.touch()));
            head = next;
            if n == 2 { yield_!(op("two", ())); }
        }
        n
    }
}

case! {
    fn linked_list_take() -> usize {
        let mut l = list(&["a", "b", "c"]);
        let mut n = 0;
        while let Some(mut cell) = l.head.take() {
            l.head = cell.next.take();
            n += yield_!(op("v", cell.val.touch()));
        }
        n
    }
}

case! {
    fn state_machine_copy_enum() -> Vec<u32> {
        let mut st = St::Init; let mut out = vec![];
        loop {
            st = match st {
                St::Init => St::Run(yield_!(op("init", 0))),
                St::Run(n @ 0..2) => { out.push(n); yield_!(op("run", n)); St::Run(n + 1) }
                St::Run(n) if yield_!(op("check", n > 3)) => St::Done,
                St::Run(n) => { out.push(n * 100); St::Run(n + yield_!(op("jump", 2))) }
                St::Done => break out,
            };
        }
    }
}

case! {
    fn state_machine_loud_enum() -> usize {
        enum S { A(Loud), B(Loud, Loud), C }
        let mut s = S::A(loud("a")); let mut n = 0;
        loop {
            s = match s {
                S::A(a) => { n += a.touch(); S::B(a, yield_!(op("b", loud("b")))) }
                S::B(a, b) if n > 3 => { drop(b); yield_!(op("c", ())); n += a.touch(); S::C }
                S::B(a, b) => { n += 3; yield_!(op("again", b.touch())); S::B(b, a) }
                S::C => return n,
            }
        }
    }
}

case! {
    fn option_combinators_with_waits() -> Option<usize> {
        let o = yield_!(op("o", Some(loud("o"))));
        let p = o.as_ref().map(|l| l.touch() + 1).filter(|n| *n > 1);
        let q = o.zip(yield_!(op("z", Some(loud("z"))))).map(|(a, b)| (b, a));
        let (b, a) = q.or(yield_!(op("never", None)))?;
        drop(b);
        let n = Some(a).and_then(|a| Some(a.touch()))? + yield_!(op("n", p))?;
        n.checked_sub(yield_!(op("sub", 1)))
    }
}

case! {
    fn if_else_chain_drop_scopes() -> usize {
        if loud("c1").touch() > 5 { yield_!(op("t1", 1)) }
        else if let Some(l) = Some(loud("c2")).filter(|l| l.touch() > 9) { yield_!(op("t2", l.touch())) }
        else if let Some(ref l) = Some(loud("c3")) && l.touch() == 2 { let k = loud("k"); yield_!(op("t3", k.touch())) + l.touch() }
        else { yield_!(op("t4", 4)) }
    }
}

case! {
    fn nested_yields() -> usize {
        let n = yield_!(op(format!("o{}", yield_!(op("i1", 1))), yield_!(op("i2", loud("v"))).touch() + yield_!(op("i3", yield_!(op("i4", 4))))));
        let s = [yield_!(op("a", loud("a"))), yield_!(op("b", loud("b")))][yield_!(op("ix", 1))].touch();
        n + s
    }
}

case! {
    fn while_let_chain() -> u32 {
        let mut v = VecDeque::from([Some(1u32), Some(2), None, Some(4)]);
        let mut n = 0;
        while let Some(front) = v.pop_front() && let Some(x) = front && yield_!(op("ok", x < 9)) { n += x; yield_!(op("n", n)); v.push_back(None); }
        n * 100 + v.len() as u32
    }
}
