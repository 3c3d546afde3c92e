//! Statics that are kept, operators of the user's, closures and iterators that are kept.
#![allow(clippy::all, dead_code, unused, unused_qualifications, reason = "the bodies are what is tested")]

use std::{
    borrow::Cow,
    cell::{Cell, RefCell},
    collections::*,
    ops::*,
    rc::Rc,
};

use oracle::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
struct V2 {
    x: i32,
    y: i32,
}
impl Add for V2 {
    type Output = V2;
    fn add(self, o: V2) -> V2 {
        tell("add");
        V2 { x: self.x + o.x, y: self.y + o.y }
    }
}
impl AddAssign for V2 {
    fn add_assign(&mut self, o: V2) {
        tell("addassign");
        self.x += o.x;
        self.y += o.y;
    }
}
impl Neg for V2 {
    type Output = V2;
    fn neg(self) -> V2 {
        tell("neg");
        V2 { x: -self.x, y: -self.y }
    }
}
impl Mul<i32> for V2 {
    type Output = V2;
    fn mul(self, k: i32) -> V2 {
        tell("mul");
        V2 { x: self.x * k, y: self.y * k }
    }
}
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Money(Vec<u32>);
impl Add<&Money> for Money {
    type Output = Money;
    fn add(mut self, o: &Money) -> Money {
        tell("m+");
        self.0.extend(&o.0);
        self
    }
}
impl AddAssign<u32> for Money {
    fn add_assign(&mut self, o: u32) {
        tell("m+=");
        self.0.push(o);
    }
}
impl Not for Money {
    type Output = bool;
    fn not(self) -> bool {
        self.0.is_empty()
    }
}
struct Grid {
    w: usize,
    cells: Vec<i32>,
}
impl Index<(usize, usize)> for Grid {
    type Output = i32;
    fn index(&self, (x, y): (usize, usize)) -> &i32 {
        tell("ix");
        &self.cells[y * self.w + x]
    }
}
impl IndexMut<(usize, usize)> for Grid {
    fn index_mut(&mut self, (x, y): (usize, usize)) -> &mut i32 {
        tell("ixm");
        &mut self.cells[y * self.w + x]
    }
}
fn status(n: u16) -> &'static str {
    match n {
        200 => "ok",
        404 => "missing",
        _ => "other",
    }
}
static NAMES: [&str; 3] = ["a", "b", "c"];
const LIMITS: &[u32] = &[1, 2, 3];
const GREETING: &str = "hello";
fn names() -> &'static [&'static str] {
    &NAMES
}
#[derive(Debug)]
struct Reply {
    status: &'static str,
    body: String,
}
fn needs_static<T: 'static + std::fmt::Debug>(t: T) -> String {
    format!("{t:?}")
}
fn boxed(f: impl Fn(i32) -> i32 + 'static) -> Box<dyn Fn(i32) -> i32> {
    Box::new(f)
}
fn adder(n: i32) -> impl Fn(i32) -> i32 {
    move |x| x + n
}

case! {
    fn statics() -> Reply {
        let s = status(200);
        yield_!(op("w", ()));
        let t = status(404);
        note(t);
        yield_!(op(t, ()));
        Reply { status: s, body: t.to_string() }
    }
}

case! {
    fn static_returned() -> &'static str {
        let code = yield_!(op("c", 404));
        let s = status(code);
        yield_!(op("w", ()));
        if s == "ok" { return "fine"; }
        let r = match code { 200 => status(200), _ => { yield_!(op("v", ())); status(code) } };
        yield_!(op("u", ()));
        r
    }
}

case! {
    fn static_maps() -> usize {
        let mut m: HashMap<&'static str, u32> = HashMap::new();
        for n in [200, 404, 200] {
            let s = status(n);
            yield_!(op(s, ()));
            *m.entry(s).or_insert(0) += 1;
        }
        let ns = names();
        yield_!(op("w", ()));
        for n in ns { m.insert(n, 7); yield_!(op(n, ())); }
        let first = ns[0];
        yield_!(op("w2", ()));
        m.insert(first, 3);
        m.len()
    }
}

case! {
    fn static_slices() -> &'static [u32] {
        let l = LIMITS;
        yield_!(op("w", ()));
        let (a, b) = l.split_at(1);
        yield_!(op("w", a.len()));
        let c = &LIMITS[1..];
        yield_!(op("w", c.len()));
        if b.is_empty() { a } else { c }
    }
}

case! {
    fn static_needed() -> String {
        let s = status(1);
        let g = GREETING;
        yield_!(op("w", ()));
        let f = needs_static(s);
        let h = needs_static((g, s));
        yield_!(op("v", ()));
        let n: Option<&'static str> = NAMES.iter().copied().find(|n| *n == "b");
        yield_!(op("u", ()));
        let z = needs_static(n);
        let first = NAMES.first();
        yield_!(op("t", ()));
        f + &h + &z + &needs_static(first)
    }
}

case! {
    fn static_errors() -> Result<u32, &'static str> {
        let r: Result<u32, &'static str> = yield_!(op("r", Err("bad")));
        let e = match r { Ok(n) => return Ok(n), Err(e) => e };
        yield_!(op("e", e));
        let m = if e.len() > 2 { "long" } else { e };
        yield_!(op("m", m));
        Err(m)?;
        Ok(1)
    }
}

case! {
    fn vectors() -> V2 {
        let mut a = V2 { x: 1, y: 2 }; let b = V2 { x: 3, y: 4 };
        yield_!(op("w", ()));
        let mut c = a + b * 2;
        yield_!(op("w", c.x));
        c += -a;
        a += yield_!(op("v", b));
        yield_!(op("w", ()));
        let d = c + yield_!(op("u", a)) * yield_!(op("k", 2));
        if d > a { -d } else { d }
    }
}

case! {
    fn moneys() -> usize {
        let mut m = Money(vec![1]); let n = Money(vec![2, 3]);
        yield_!(op("w", ()));
        m += 5;
        let s = m + &n;
        yield_!(op("w", s.0.len()));
        let t = s.clone() + &yield_!(op("x", Money(vec![9])));
        yield_!(op("w", t > s));
        let e = !n;
        yield_!(op("w", e));
        t.0.len() + s.0.len()
    }
}

case! {
    fn strings() -> String {
        let mut s = String::from("a"); let t = "t".to_string();
        yield_!(op("w", ()));
        s += "b"; s += &t; s += t.as_str();
        yield_!(op("w", s.len()));
        s += &yield_!(op("x", "zz".to_string()));
        let u = s + &t + "-" + yield_!(op("v", "lit"));
        yield_!(op("w", ()));
        u + &t[..1]
    }
}

case! {
    fn indexing() -> i32 {
        let mut g = Grid { w: 2, cells: vec![0; 4] };
        let mut m: HashMap<String, Vec<i32>> = HashMap::new(); let mut d: VecDeque<i32> = (0..4).collect();
        m.insert("a".into(), vec![1, 2]);
        yield_!(op("w", ()));
        g[(1, 1)] = 5; g[(0, 1)] += 2;
        yield_!(op("w", g[(1, 1)]));
        g[(0, 0)] = yield_!(op("x", g[(0, 1)]));
        m.get_mut("a").unwrap()[1] += 3;
        d[2] += m["a"][1];
        yield_!(op("w", ()));
        d[1] = yield_!(op("z", 8)) + d[2];
        g[(0, 0)] + d[1] + m["a"].iter().sum::<i32>()
    }
}

case! {
    fn cows() -> String {
        let c: Cow<'static, str> = Cow::Borrowed("x");
        yield_!(op("w", ()));
        let mut d = c.clone();
        d.to_mut().push('y');
        yield_!(op("w", d.len()));
        let e = if c.len() == 1 { c + "z" } else { d.clone() };
        yield_!(op("v", ()));
        e.into_owned() + &d
    }
}

case! {
    fn closures_kept() -> i32 {
        let k = 3; let mut total = 0;
        let add = move |x: i32| x + k;
        let mut count = 0;
        yield_!(op("w", add(1)));
        let mut bump = |n: i32| { count += n; count };
        bump(1);
        yield_!(op("w", ()));
        bump(2);
        yield_!(op("v", ()));
        let last = bump(3);
        total += last;
        yield_!(op("u", total));
        total += add(total);
        total + count
    }
}

case! {
    fn closures_returned() -> i32 {
        let f = adder(2); let g = boxed(|x| x * 3);
        yield_!(op("w", f(1)));
        let h = boxed(move |x| g(f(x)));
        yield_!(op("v", h(1)));
        let hs: Vec<Box<dyn Fn(i32) -> i32>> = vec![h, Box::new(adder(5))];
        let mut n = 1;
        for h in &hs { n = h(n); yield_!(op("n", n)); }
        hs.iter().fold(n, |a, h| h(a))
    }
}

case! {
    fn fn_mut_called() -> Vec<i32> {
        let mut seen = vec![]; let mut push = |x: i32| seen.push(x);
        for i in 0..3 { push(i); push(yield_!(op("i", i * 10))); }
        push(99);
        seen
    }
}

case! {
    fn iterators_by_value() -> usize {
        let v = vec!["a".to_string(), "b".into(), "c".into()];
        let mut n = 0;
        for (i, s) in v.clone().into_iter().enumerate().rev() { yield_!(op(&s, i)); n += s.len() * i; }
        let mut it = v.into_iter().zip(1..).step_by(2);
        while let Some((s, k)) = it.next() { yield_!(op(&s, k)); n += k; }
        let cs: Vec<char> = "héy".chars().collect();
        for c in cs { yield_!(op(c, ())); n += c.len_utf8(); }
        let mut p = (1..5).into_iter().peekable();
        while let Some(x) = p.next() { if p.peek().is_some() { yield_!(op("p", x)); } n += x; }
        n
    }
}

case! {
    fn chains() -> String {
        let names = vec!["bob", "al", "eve"]; let min = yield_!(op("min", 3)); let sep = String::from(", ");
        let long = names.iter().filter(|n| n.len() >= min).map(|n| format!("{n}{sep}")).collect::<Vec<_>>();
        yield_!(op("w", long.len()));
        let joined = long.iter().map(String::as_str).collect::<String>();
        yield_!(op("v", ()));
        let best = names.iter().max_by_key(|n| n.len()).copied().unwrap_or("none");
        yield_!(op("u", ()));
        let by = |a: &&str, b: &&str| a.len().cmp(&b.len()).then_with(|| b.cmp(a));
        let mut sorted = names.clone(); sorted.sort_by(by);
        yield_!(op("t", ()));
        sorted.sort_by(by);
        format!("{joined}{best}{sorted:?}")
    }
}

case! {
    fn closure_that_is_not_needed_later() -> Vec<i32> {
        let k = 2; let v = vec![3, 1];
        yield_!(op("w", ()));
        let f = |x: i32| i32::max(x, k);
        let r: Vec<i32> = v.iter().map(|&x| f(x)).collect();
        yield_!(op("w", ()));
        r
    }
}
