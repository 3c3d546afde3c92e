//! Macros of the user's, and macros like those of well-known crates, around and beside waits.
#![allow(clippy::all, dead_code, unused, unused_qualifications, reason = "the bodies are what is tested")]

use std::{collections::BTreeMap, fmt::Write as _};

use oracle::prelude::*;

macro_rules! my_max { ($a:expr) => { $a }; ($a:expr, $($r:expr),+) => {{ let x = $a; let y = my_max!($($r),+); if x > y { x } else { y } }}; }
macro_rules! try_opt {
    ($e:expr) => {
        match $e {
            Some(v) => v,
            None => return None,
        }
    };
    ($e:expr, $d:expr) => {
        match $e {
            Some(v) => v,
            None => return $d,
        }
    };
}
macro_rules! log { (target: $t:expr, $($a:tt)*) => { note(format!("[{}] {}", $t, format!($($a)*))) }; ($($a:tt)*) => { note(format!($($a)*)) }; }
macro_rules! info {
    (@f $($k:ident = % $v:expr),* ; $($m:tt)*) => {{ let mut s = String::new(); $( s += &format!("{}={} ", stringify!($k), $v); )* s += &format!($($m)*); note(s) }};
    ($($k:ident = % $v:expr),+ , ? $z:ident, $m:literal) => {{ let mut s = String::new(); $( s += &format!("{}={} ", stringify!($k), $v); )* s += &format!("{}={:?} ", stringify!($z), $z); s += &format!($m); note(s) }};
    ($($k:ident = % $v:expr),+ , $m:literal $(, $a:expr)*) => {{ let mut s = String::new(); $( s += &format!("{}={} ", stringify!($k), $v); )* s += &format!($m $(, $a)*); note(s) }};
    (? $z:ident, $m:literal) => { note(format!("{}={:?} {}", stringify!($z), $z, $m)) };
    ($m:literal $($t:tt)*) => { note(format!($m $($t)*)) };
}
#[derive(Debug, Clone, PartialEq)]
enum Json {
    Null,
    Bool(bool),
    Num(f64),
    Str(String),
    Arr(Vec<Json>),
    Obj(BTreeMap<String, Json>),
}
impl From<i32> for Json {
    fn from(v: i32) -> Json {
        Json::Num(v.into())
    }
}
impl From<&str> for Json {
    fn from(v: &str) -> Json {
        Json::Str(v.into())
    }
}
impl From<&String> for Json {
    fn from(v: &String) -> Json {
        Json::Str(v.clone())
    }
}
impl From<bool> for Json {
    fn from(v: bool) -> Json {
        Json::Bool(v)
    }
}
macro_rules! json {
    (null) => { Json::Null };
    ([ $($e:tt),* $(,)? ]) => { Json::Arr(vec![$(json!($e)),*]) };
    ({ $($k:tt : $v:tt),* $(,)? }) => {{ let mut o = BTreeMap::new(); $( o.insert($k.to_string(), json!($v)); )* Json::Obj(o) }};
    ($e:expr) => { Json::from($e) };
}
macro_rules! ty { (list $t:ty) => { Vec<$t> }; (num) => { u32 }; }
macro_rules! unwrap_or_continue {
    ($e:expr) => {
        match $e {
            Ok(v) => v,
            Err(_) => continue,
        }
    };
}

macro_rules! hashmap { ($($k:expr => $v:expr),* $(,)?) => {{ let mut m = BTreeMap::new(); $(m.insert($k, $v);)* m }}; }
macro_rules! bail { ($($t:tt)*) => { return Err(format!($($t)*).into()) }; }
macro_rules! ensure { ($c:expr, $($t:tt)*) => { if !$c { bail!($($t)*) } }; }

case! {
    fn max() -> i32 {
        let a = yield_!(op("a", 3)); let b = yield_!(op("b", 9)); let c = 5;
        let m = my_max!(a, b, c);
        yield_!(op("m", ()));
        my_max!(m, a + b, c * 2)
    }
}

case! {
    fn maps() -> String {
        let k = "k".to_string(); let x = 4;
        let m = hashmap! { "a" => x, "b" => x + 1, k.as_str() => 7 };
        let n = m.len();
        yield_!(op("w", n));
        let names = hashmap! { 1 => k.clone(), 2 => "two".to_string() };
        yield_!(op("w2", ()));
        let r: Vec<String> = names.iter().map(|(i, s)| format!("{i}{s}")).collect();
        format!("{k} {r:?} {n}")
    }
}

case! {
    fn maps_kept() -> i32 {
        let k = "k".to_string(); let x = 4;
        let mut m = hashmap! { "a".to_string() => x, k => 7, };
        yield_!(op("w", ()));
        m.insert("z".into(), 1);
        yield_!(op("w", ()));
        m.values().sum()
    }
}

case! {
    fn bails() -> Result<i32, String> {
        let n = yield_!(op("n", 3)); let name = "bob".to_string();
        ensure!(n > 1, "n is {n}");
        let mut total = 0;
        for i in 0..n {
            yield_!(op("i", i));
            total += i;
            ensure!(total < 2, "{name}: total {} at {i}", total);
        }
        bail!("end of {name}")
    }
}

case! {
    fn bails_boxed() -> Result<i32, String> {
        let n = yield_!(op("n", 3)); let name = "bob".to_string();
        if n == 3 { if yield_!(op("x", false)) { bail!("bad {name} {n:?}"); } }
        let r = match n { 1 => 1, 3 => { yield_!(op("m", ())); bail!("three {}", name) } _ => bail!("other") };
        Ok(r)
    }
}

case! {
    fn try_opts() -> Option<i32> {
        let v = vec![1, 2, 3];
        let a = try_opt!(v.get(0).copied());
        yield_!(op("a", a));
        let b = try_opt!(v.iter().position(|&x| x == a + 1));
        yield_!(op("b", b));
        let c = try_opt!(v.get(b + 5).copied());
        Some(a + c)
    }
}

case! {
    fn logs() -> i32 {
        let a = 1; let b = "x".to_string();
        log!(target: "net", "{} {}", a, b);
        yield_!(op("w", ()));
        log!("{a} {b}");
        log!(target: b, "{b:>5} {}", a + 1);
        let c = yield_!(op("c", vec![1, 2]));
        log!(target: "v", "{c:?} {}", c.len());
        yield_!(op("w", ()));
        a
    }
}

case! {
    fn infos() {
        let x = 1; let y = "why".to_string(); let z = vec![1, 2]; let w = 5;
        info!(x = %y, ?z, "msg {w}");
        yield_!(op("w", ()));
        info!(x = %x, y = %y, "done {} {}", z.len(), w);
        yield_!(op("w", ()));
        info!("plain");
        info!("plain {x} {}", y);
        yield_!(op("w", ()));
        info!(?z, "end");
    }
}

case! {
    fn jsons() -> String {
        let a = yield_!(op("a", 3)); let name = "n".to_string();
        let v = json!({ "a": a, "b": [a, null, true], "c": { "d": "e", name: (&name) } });
        yield_!(op("w", ()));
        let w = json!([a, (a + 1), { "x": a }]);
        yield_!(op("w", ()));
        format!("{v:?} {w:?} {}", name)
    }
}

case! {
    fn types() -> usize {
        let mut v: ty!(list u8) = Vec::new();
        let n: ty!(num) = 3;
        yield_!(op("w", n));
        for i in 0..n { v.push(i as u8); yield_!(op("i", ())); }
        let w = <ty!(list u8)>::new();
        yield_!(op("w", ()));
        v.len() + w.len()
    }
}

case! {
    fn continues() -> i32 {
        let mut sum = 0;
        for s in ["1", "x", "3"] {
            let n: i32 = unwrap_or_continue!(s.parse::<i32>());
            yield_!(op("n", n));
            sum += n;
        }
        sum
    }
}

case! {
    fn macros_in_the_body() -> i32 {
        macro_rules! sq { ($e:expr) => { $e * $e }; }
        macro_rules! bump { () => { 1 }; }
        let a = yield_!(op("a", 3));
        let mut c = sq!(a);
        c += bump!();
        yield_!(op("c", c));
        sq!(c - 1)
    }
}

case! {
    fn a_macro_with_a_closure() -> Vec<i32> {
        macro_rules! map { ($v:expr, |$x:ident| $e:expr) => { $v.iter().map(|$x| $e).collect::<Vec<_>>() }; }
        let v = vec![1, 2, 3]; let k = 10;
        yield_!(op("w", ()));
        let r = map!(v, |x| x * k);
        yield_!(op("w", ()));
        map!(r, |y| y + k)
    }
}

case! {
    fn a_macro_that_is_a_statement_with_braces() -> i32 {
        macro_rules! repeat { ($n:expr, $b:block) => { for _ in 0..$n $b }; }
        let mut x = 1;
        repeat! { 3, { x *= 2; } }
        yield_!(op("w", x));
        repeat!(2, { x += 1; });
        yield_!(op("w", x));
        x
    }
}

case! {
    fn a_macro_that_moves() -> usize {
        macro_rules! consume { ($e:expr) => { drop($e) }; }
        let a = loud("a"); let b = loud("b");
        consume!(a);
        yield_!(op("w", ()));
        let n = b.touch();
        consume!(b);
        yield_!(op("w", ()));
        n
    }
}

case! {
    fn a_macro_with_struct_fields() -> String {
        #[derive(Debug, Clone, Default)] struct P { x: i32, name: String }
        macro_rules! p { ($($f:ident : $e:expr),*) => { P { $($f: $e,)* ..Default::default() } }; ($x:ident) => { P { $x, ..P::default() } }; }
        let x = 3;
        let a = p!(x);
        yield_!(op("w", ()));
        let b = p!(x: a.x + 1, name: "b".to_string());
        yield_!(op("w", ()));
        format!("{a:?}{b:?}")
    }
}

case! {
    fn a_macro_with_if_let() -> i32 {
        macro_rules! if_some { ($p:pat = $e:expr => $b:expr ; $o:expr) => { if let Some($p) = $e { $b } else { $o } }; }
        let o = Some(4); let z = 2;
        yield_!(op("w", ()));
        let a = if_some!(x = o => x + z; 0);
        yield_!(op("w", a));
        if_some!((p, q) = Some((a, z)) => p * q; z)
    }
}

case! {
    fn try_in_a_macro() -> Result<i32, std::num::ParseIntError> {
        macro_rules! num { ($e:expr) => { $e.parse::<i32>()? }; }
        let s = "12".to_string();
        let a = num!(s);
        yield_!(op("a", a));
        let t = "1x".to_string();
        let b = num!(t.trim_end_matches('x'));
        yield_!(op("b", b));
        Ok(a + b + num!(t))
    }
}
