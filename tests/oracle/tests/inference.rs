//! What is inferred from what comes later, and other constructs of the language beside waits.
#![allow(clippy::all, dead_code, unused, unused_qualifications, reason = "the bodies are what is tested")]

use std::{collections::*, str::FromStr};

use oracle::prelude::*;

#[derive(Debug, Clone, Default, PartialEq)]
struct Opts {
    a: i32,
    b: String,
    c: Option<u8>,
    d: Vec<i32>,
}
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Level {
    Low = 1,
    Mid = 5,
    High = 10,
}
#[derive(Debug)]
struct W(i32);
#[derive(Debug)]
enum AppErr {
    Parse(std::num::ParseIntError),
    Missing(&'static str),
    Other(String),
}
impl From<std::num::ParseIntError> for AppErr {
    fn from(e: std::num::ParseIntError) -> Self {
        AppErr::Parse(e)
    }
}
impl From<std::fmt::Error> for AppErr {
    fn from(e: std::fmt::Error) -> Self {
        AppErr::Other(e.to_string())
    }
}
impl std::fmt::Display for AppErr {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self:?}")
    }
}
impl std::error::Error for AppErr {}
impl FromStr for Level {
    type Err = AppErr;
    fn from_str(s: &str) -> Result<Self, AppErr> {
        Ok(match s {
            "low" => Level::Low,
            "mid" => Self::Mid,
            "high" => Level::High,
            _ => return Err(AppErr::Missing("level")),
        })
    }
}

case! {
    fn inferred_later() -> Vec<u8> {
        let mut v = Vec::new(); let mut x = None; let mut m = HashMap::new(); let mut d = Default::default();
        yield_!(op("w", ()));
        v.push(1u8);
        yield_!(op("w", ()));
        x = Some(v.len());
        m.insert("k", x);
        yield_!(op("x", m.len()));
        if let Some(n) = m["k"] { v.push(n as u8); d = n; }
        yield_!(op("d", d));
        v
    }
}

case! {
    fn closures_inferred() -> i64 {
        let sum = |a, b| a + b; let mut acc = 0; let wrap = W; let some = Some;
        yield_!(op("w", ()));
        acc = sum(acc, 5i64);
        yield_!(op("w", acc));
        let ws: Vec<W> = [1, 2].into_iter().map(W).collect();
        let o = some(wrap(3));
        yield_!(op("w", ws.len()));
        let parse = |s: &str| s.parse::<i64>().map_err(|e| e.to_string());
        yield_!(op("p", ()));
        let n = parse("4").and_then(|x| if x > 3 { Ok(x) } else { Err("small".into()) }).unwrap_or(-1);
        acc + n + o.map_or(0, |w| w.0 as i64)
    }
}

case! {
    fn shadows() -> String {
        let x = "5"; yield_!(op("a", ()));
        let x: i32 = x.parse().unwrap(); yield_!(op("b", x));
        let x = x as f64 * 1.5; yield_!(op("c", ()));
        let x = format!("{x:.2}"); yield_!(op("d", ()));
        let x = { let x = x.len(); yield_!(op("e", x)); x + 1 };
        let x = if x > 3 { let x = yield_!(op("f", 'c')); Some(x) } else { None };
        let Some(x) = x else { return "none".into() };
        yield_!(op("g", ()));
        x.to_string()
    }
}

case! {
    fn deferred() -> (i32, String) {
        let a; let b; let c: String;
        if yield_!(op("t", true)) { a = 1; c = "x".to_string(); } else { a = 2; c = String::new(); yield_!(op("no", ())); }
        match a { 1 => { yield_!(op("one", ())); b = c.clone() + "!"; } _ => b = "z".into() }
        yield_!(op("w", ()));
        let d; loop { if yield_!(op("l", a)) == 1 { d = c.len(); break; } }
        (a + d as i32, b)
    }
}

case! {
    fn labeled() -> i32 {
        let k = 'b: { if yield_!(op("q", 1)) == 3 { break 'b 7 } yield_!(op("end", ())); 9 };
        let mut rounds = 0;
        let r = 'outer: loop { rounds += 1; for i in 0.. { yield_!(op("i", i)); if i == 1 && rounds < 2 { continue 'outer } if i == 2 { break 'outer i * k } } };
        let s = 'w: while rounds < 4 { rounds += 1; if yield_!(op("r", rounds)) == 3 { continue 'w; } };
        r + rounds
    }
}

case! {
    fn const_blocks() -> usize {
        const N: usize = 4; static S: &str = "st"; type Pair = (u8, u8); use std::cmp::Reverse; fn helper(x: usize) -> usize { x * N }
        let a = const { N + 1 }; let p: Pair = (1, 2);
        yield_!(op(S, a));
        struct Local { v: Vec<Pair> } impl Local { fn total(&self) -> u32 { self.v.iter().map(|(a, b)| (*a + *b) as u32).sum() } }
        let l = Local { v: vec![p; N] };
        yield_!(op("l", l.total()));
        enum E { A(u8), B } let e = if a > 3 { E::A(p.0) } else { E::B };
        yield_!(op("e", ()));
        let k = match e { E::A(x) => { yield_!(op("x", x)); x as usize } E::B => 0 };
        let mut v = vec![3, 1, 2]; v.sort_by_key(|x| Reverse(*x));
        yield_!(op("v", v[0]));
        helper(k) + v[0]
    }
}

case! {
    fn let_elses() -> Result<i32, AppErr> {
        let s = "k=5".to_string();
        let Some((k, v)) = s.split_once('=') else { yield_!(op("no", ())); return Err(AppErr::Missing("=")) };
        let (k, v) = (k.to_string(), v.to_string());
        let Ok(n) = yield_!(op(&k, v.parse::<i32>())) else { yield_!(op("bad", ())); return Err(AppErr::Other(v)) };
        let [a, b, ..] = [n, n + 1, 3];
        yield_!(op("a", a));
        let m: i32 = "x".parse().or_else(|_| "9".parse::<i32>())?;
        let 1..=9 = m else { return Ok(0) };
        yield_!(op("m", m));
        let Some(z) = yield_!(op("z", None::<i32>)) else { yield_!(op("none", b)); return Ok(a + b + m) };
        Ok(z)
    }
}

case! {
    fn let_chains() -> i32 {
        let o = Some(3); let r: Result<i32, String> = Ok(4); let name = "abc";
        yield_!(op("w", ()));
        let mut n = 0;
        if let Some(x) = o && x > 2 && let Ok(y) = &r && *y > x { yield_!(op("in", x)); n += x + y; }
        if let Some(x) = yield_!(op("q", o)) && let Some(c) = name.chars().nth(x as usize - 1) && c == 'c' { yield_!(op("c", c)); n += 1; }
        while let Some(x) = o && n < 10 { n += x; yield_!(op("n", n)); }
        n
    }
}

case! {
    fn attributes() -> i32 {
        #[allow(unused_variables)] let x = 3;
        #[cfg(unix)] let os = "unix"; #[cfg(not(unix))] let os = "other";
        yield_!(op(os, ()));
        #[expect(unused_mut, reason = "kept")] let mut y = x;
        #[allow(clippy::all)] { yield_!(op("y", y)); }
        #[rustfmt::skip] let z = [1,2,3];
        match y { #[cfg(unix)] 3 => { yield_!(op("three", ())); } #[cfg(windows)] 4 => {} _ => {} }
        z[0] + y
    }
}

case! {
    fn casts_and_raws() -> String {
        let n = -1i32; let raw = r#"a "quoted" {n}"#; let bytes = b"xy\n"; let c = b'z';
        yield_!(op(raw, ()));
        let u = n as u8 as char as u32; let f = (n as f32).abs() as usize;
        yield_!(op("u", u));
        let p = &raw as *const _ as usize != 0; let l = Level::Mid as i32 + Level::High as u8 as i32;
        yield_!(op("l", l));
        let fp: fn(i32) -> W = W; let id = |x: u64| x; let fp2: fn(u64) -> u64 = id;
        yield_!(op("p", p));
        let r#type = fp(2).0 + fp2(3) as i32; let addr = "é".as_bytes()[0];
        yield_!(op("t", r#type));
        format!("{raw}{bytes:?}{c}{u}{f}{l}{}{addr:x}", r#type)
    }
}

case! {
    fn slices() -> i32 {
        let v = vec![1, 2, 3, 4, 5];
        let n = match v.as_slice() { [] => 0, [x] => *x, [first, .., last] if first == last => { yield_!(op("same", ())); 1 } [a, mid @ .., z] => { let (a, z, l) = (*a, *z, mid.len()); yield_!(op("mid", l)); a * z + l as i32 } };
        let m = match n { 0 => 1, k @ 1..=9 => { yield_!(op("k", k)); k } k @ (10 | 20) | k => { yield_!(op("big", k)); k + 1 } };
        let arr = [Some(1), None, Some(3)];
        let [Some(a), None, b @ Some(_)] = arr else { return -1 };
        yield_!(op("b", b));
        if let [x, y, rest @ ..] = &v[1..] { let s = x + y + rest.iter().sum::<i32>(); yield_!(op("s", s)); return m + a + s; }
        m
    }
}

case! {
    fn overflows() -> u8 {
        let mut n: u8 = 250; let mut w = 250u8;
        let v = vec![1, 2]; let k = yield_!(op("k", 2));
        yield_!(op("n", n));
        n + v[k - 1] - 255
    }
}

case! {
    fn index_panics() -> u8 {
        let v = vec![1u8, 2]; let l = loud("l");
        let k = yield_!(op("k", 2));
        let x = v[k];
        yield_!(op("x", x));
        x
    }
}

case! {
    fn questions() -> Result<usize, Box<dyn std::error::Error>> {
        use std::fmt::Write;
        let level: Level = yield_!(op("lv", "mid")).parse()?;
        let mut out = String::new();
        write!(out, "{level:?}")?;
        yield_!(op(&out, ()));
        let n = [Level::Low, level].into_iter().map(|l| l as usize).max().ok_or("empty")?;
        yield_!(op("n", n));
        let opt = (|| { let x = Some(3)?; Some(x + 1) })();
        yield_!(op("opt", opt));
        let inner = || -> Result<i32, AppErr> { let a: i32 = "4".parse()?; Ok(a) };
        let m = inner()?;
        yield_!(op("m", m));
        let bad: Level = "none".parse().map_err(|e| { note(&e); e })?;
        Ok(bad as usize)
    }
}

case! {
    fn opt_questions() -> Option<String> {
        let m: BTreeMap<&str, Vec<&str>> = BTreeMap::from([("a", vec!["x", "y"]), ("b", vec![])]);
        let first = m.get("a")?.first()?.to_string();
        yield_!(op(&first, ()));
        let l = m.values().next()?.len();
        yield_!(op("l", l));
        let second = yield_!(op("s", m["a"].get(1).copied()))?;
        yield_!(op("v", ()));
        let none = m.get("b")?.first().copied()?;
        Some(first + second + none)
    }
}

case! {
    fn ranges() -> usize {
        let r = 1..4; let ri = 2..=5; let mut n = 0;
        yield_!(op("w", r.len()));
        for i in r.clone() { n += i; yield_!(op("i", i)); }
        for (a, b) in r.zip(ri.clone()) { n += a * b; yield_!(op("ab", a)); }
        let v: Vec<usize> = (0..10).collect(); let half = ..v.len() / 2;
        yield_!(op("h", half.end));
        let s = v[half].iter().sum::<usize>() + v[7..].len() + v[..=1].len();
        if ri.contains(&s) || (100..).contains(&s) { 0 } else { yield_!(op("s", s)); n + s }
    }
}
