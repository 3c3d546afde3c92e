//! Generic functions, traits and types, and what is called by them.
#![allow(clippy::all, dead_code, unused, unused_qualifications, reason = "the bodies are what is tested")]

use std::{
    collections::*,
    fmt::{Debug, Display},
    hash::Hash,
    marker::PhantomData,
};

use oracle::prelude::*;

trait Codec {
    type Item: Debug + Clone;
    type Err: Debug;
    const NAME: &'static str;
    fn decode(&mut self, s: &str) -> Result<Self::Item, Self::Err>;
    fn encode<W: std::fmt::Write>(&self, item: &Self::Item, w: &mut W) -> std::fmt::Result {
        write!(w, "{item:?}")
    }
}
#[derive(Debug, Clone, Default)]
struct Ints {
    seen: usize,
}
impl Codec for Ints {
    type Item = i32;
    type Err = std::num::ParseIntError;
    const NAME: &'static str = "ints";
    fn decode(&mut self, s: &str) -> Result<i32, Self::Err> {
        self.seen += 1;
        s.trim().parse()
    }
}
trait Shape {
    fn area(&self) -> f64;
    fn name(&self) -> String {
        "shape".into()
    }
    fn scale(&mut self, k: f64);
}
#[derive(Debug)]
struct Sq(f64);
impl Shape for Sq {
    fn area(&self) -> f64 {
        self.0 * self.0
    }
    fn scale(&mut self, k: f64) {
        self.0 *= k;
    }
}
#[derive(Debug)]
struct Ci(f64);
impl Shape for Ci {
    fn area(&self) -> f64 {
        3.0 * self.0
    }
    fn name(&self) -> String {
        "ci".into()
    }
    fn scale(&mut self, k: f64) {
        self.0 += k;
    }
}
#[derive(Debug, Clone, Copy, PartialEq)]
struct Id<T> {
    n: u32,
    _m: PhantomData<T>,
}
impl<T> Id<T> {
    fn new(n: u32) -> Self {
        Id { n, _m: PhantomData }
    }
}
#[derive(Debug, Clone)]
struct Stack<T, const N: usize> {
    items: [Option<T>; N],
    len: usize,
}
impl<T: Copy + Debug, const N: usize> Stack<T, N> {
    fn new() -> Self {
        Stack { items: [None; N], len: 0 }
    }
    fn push(&mut self, t: T) -> Result<(), T> {
        if self.len == N {
            return Err(t);
        }
        self.items[self.len] = Some(t);
        self.len += 1;
        Ok(())
    }
}

case! { codecs(Ints::default(), vec!["1", " 2 ", "x"]) { #[task] fn body<C: Codec>(mut c: C, lines: Vec<&'static str>) -> Result<Vec<C::Item>, C::Err> where C::Item: PartialEq {
    let mut out = Vec::new(); let mut text = String::new();
    for l in lines {
        yield_!(op(l, ()));
        let item = c.decode(l)?;
        c.encode(&item, &mut text).unwrap();
        let copy: C::Item = item.clone();
        yield_!(op(&text, ()));
        if out.last() != Some(&copy) { out.push(item); }
    }
    note(C::NAME);
    Ok(out)
} } }

case! { codec_as(Ints::default()) { #[task] fn body<C>(mut c: C) -> Option<<C as Codec>::Item> where C: Codec, C::Err: Debug {
    let first = <C as Codec>::decode(&mut c, "7").ok();
    yield_!(op(C::NAME, ()));
    let f = |r: Result<C::Item, C::Err>| r.ok();
    let second = f(c.decode("x"));
    yield_!(op("w", second.is_some()));
    second.or(first)
} } }

case! { stacks(1u8) { #[task] fn body<T: Copy + Debug + Display + 'static>(t: T) -> (usize, [Option<T>; 3]) {
    let mut s = Stack::<T, 3>::new();
    let arr = [t; 4];
    for x in arr { yield_!(op(x, ())); if let Err(e) = s.push(x) { yield_!(op("full", e)); break } }
    (s.len, s.items)
} } }

case! { consts([1, 2, 3]) { #[task] fn body<const N: usize>(a: [i32; N]) -> [i32; N] {
    let mut b = [0; N];
    for i in 0..N { b[N - 1 - i] = a[i]; yield_!(op("i", b[N - 1 - i])); }
    let c: [[i32; N]; 2] = [a, b];
    yield_!(op("w", c.len()));
    let [x, y] = c;
    yield_!(op("v", ()));
    std::array::from_fn(|i| x[i] * y[i])
} } }

case! { impls(vec![1, 2, 3], |x: i32| x + 1, "n") { #[task] fn body(items: impl IntoIterator<Item = i32>, f: impl Fn(i32) -> i32, name: impl Into<String>) -> i32 {
    let name = name.into(); let mut n = 0;
    for i in items { n += f(i); yield_!(op(&name, n)); }
    let g = &f;
    yield_!(op("w", ()));
    g(n) + name.len() as i32
} } }

case! { hrtb() {
    fn first(s: &str) -> &str { s.split(' ').next().unwrap_or(s) }
    #[task] fn run<F, G>(f: F, mut g: G) -> usize where F: for<'a> Fn(&'a str) -> &'a str, G: FnMut(&str) {
    let s = String::from("ab cd");
    yield_!(op("w", f(&s).len()));
    g(f(&s));
    let n = f("x y").len();
    yield_!(op("v", n));
    g("end");
    n
    }
    #[task] fn body() -> usize { yield_!(run(first, |s: &str| note(s))) }
} }

case! {
    fn dyns() -> String {
        let mut shapes: Vec<Box<dyn Shape>> = vec![Box::new(Sq(2.0)), Box::new(Ci(1.0))];
        let mut total = 0.0;
        for s in shapes.iter_mut() { s.scale(2.0); yield_!(op(s.name(), ())); total += s.area(); }
        let last = shapes.pop();
        yield_!(op("w", total as i32));
        let Some(mut b) = last else { return String::new() };
        b.scale(1.0);
        yield_!(op("v", ()));
        let d: &dyn Shape = &*b;
        yield_!(op("u", ()));
        let area = shapes.iter().map(|s| s.area()).sum::<f64>() + b.area();
        let e: Box<dyn std::error::Error + Send + Sync> = "oops".into();
        yield_!(op("t", ()));
        format!("{area} {e} {}", b.name())
    }
}

case! { phantoms(Id::<String>::new(3)) { #[task] fn body<T>(id: Id<T>) -> u32 where Id<T>: Debug {
    let other = Id::<T>::new(id.n + 1);
    yield_!(op("w", other.n));
    let m: PhantomData<T> = PhantomData;
    yield_!(op("v", ()));
    let third = Id { _m: m, ..other };
    id.n + third.n
} } }

case! { lifetimes("a b c") { #[task] fn body<'a>(text: &'a str) -> Vec<&'a str> {
    let mut parts: Vec<&'a str> = Vec::new();
    let mut rest = text;
    while let Some((head, tail)) = rest.split_once(' ') { parts.push(head); yield_!(op(head, ())); rest = tail; }
    parts.push(rest);
    yield_!(op("w", parts.len()));
    let longest = parts.iter().copied().max_by_key(|p| p.len());
    yield_!(op("v", longest));
    parts.into_iter().rev().collect()
} } }

case! { generic_self() {
    struct Pool<T> { free: Vec<T>, made: usize }
    impl<T: Default + Debug + Clone> Pool<T> {
        #[task] fn take(mut self, n: usize) -> (Self, Vec<T>) {
            let mut out = Vec::with_capacity(n);
            while out.len() < n {
                let t = match self.free.pop() { Some(t) => t, None => { self.made += 1; yield_!(op("make", self.made)); T::default() } };
                yield_!(op("got", format!("{t:?}")));
                out.push(t);
            }
            (self, out)
        }
        #[task] fn total(&self) -> usize { yield_!(op("t", ())); self.free.len() + self.made }
    }
    #[task] fn body() -> usize { let p = Pool { free: vec!["a".to_string()], made: 0 }; let (p, v) = yield_!(p.take(3)); let (p, w) = yield_!(p.take(1)); v.len() + w.len() + p.made }
} }

case! { mutual() {
    #[task] fn even(n: u32) -> bool { if n == 0 { return true; } yield_!(op("e", n)); yield_!(odd(n - 1)) }
    #[task] fn odd(n: u32) -> bool { if n == 0 { false } else { yield_!(op("o", n)); yield_!(even(n - 1)) } }
    #[task] fn body() -> (bool, bool) { (yield_!(even(4)), yield_!(odd(4))) }
} }

case! { wheres(vec![("a", 1), ("b", 2), ("a", 3)]) { #[task] fn body<K, V, I>(items: I) -> BTreeMap<K, Vec<V>> where I: IntoIterator<Item = (K, V)>, K: Ord + Clone + Display, V: Debug + Copy {
    let mut groups = BTreeMap::<K, Vec<V>>::new();
    for (k, v) in items {
        let name = k.to_string();
        let e = groups.entry(k).or_default();
        e.push(v);
        yield_!(op(name, v));
    }
    groups
} } }

case_exchange! { gens(3u32) yields u32, resumes () { #[task(yields = u32)] fn body<T: Into<u32>>(t: T) -> &'static str {
    let n: u32 = t.into(); let mut a = vec![n];
    for i in 0..n { yield_!(a[i as usize]); a.push(i * i); }
    let b: Box<dyn Iterator<Item = u32>> = Box::new(a.into_iter().filter(|x| x % 2 == 0));
    for x in b { yield_!(x); }
    "end"
} } }

case_exchange! { coros() yields String, resumes usize {
    #[task(yields = String, resumes = usize)] fn ask<'a>(what: &'a str, most: usize) -> Result<usize, String> { let mut tries = 0; loop { let n = yield_!(format!("{what}?")); tries += 1; if n % 2 == 0 { return Ok(n); } if tries > most { return Err(format!("no {what}")); } } }
    #[task(yields = String, resumes = usize)] fn body() -> Result<Vec<usize>, String> {
    let mut all = Vec::new();
    for w in ["a", "b"] { let n = yield_from!(ask(w, 2))?; all.push(n); if yield_!(format!("{all:?}")) > 100 { break } }
    let c = yield_from!(ask("c", 0)).or_else(|e| if e.len() > 2 { Ok::<_, String>(0) } else { Err(e) })?;
    all.push(c);
    Ok(all)
} } }
