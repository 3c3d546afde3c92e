//! Macros of the user's that take what they are given, or leave the function.
#![allow(clippy::all, dead_code, unused, unused_qualifications, reason = "the bodies are what is tested")]

use std::collections::BTreeMap;

use oracle::prelude::*;

macro_rules! hashmap { ($($k:expr => $v:expr),* $(,)?) => {{ let mut m = BTreeMap::new(); $(m.insert($k, $v);)* m }}; }
macro_rules! list { ($($e:expr),* $(,)?) => {{ let mut v = Vec::new(); $(v.push($e);)* v }}; }
macro_rules! bail { ($e:expr) => { return Err($e.into()) }; ($($t:tt)*) => { return Err(format!($($t)*).into()) }; }
macro_rules! ensure {
    ($c:expr, $e:expr) => {
        if !$c {
            return Err($e.into());
        }
    };
}
macro_rules! ok {
    ($e:expr) => {
        match $e {
            Ok(v) => v,
            Err(e) => return Err(From::from(e)),
        }
    };
}
macro_rules! some_or {
    ($e:expr, $d:expr) => {
        if let Some(v) = $e { v } else { return $d }
    };
}
macro_rules! point { ($($f:ident : $v:expr),*) => { P { $($f: $v),* } }; }
macro_rules! say { ($($t:tt)*) => { note(format!($($t)*)) }; }
macro_rules! take {
    ($e:expr) => {{
        let x = $e;
        x
    }};
}
macro_rules! peek {
    ($e:expr) => {
        note(format!("{:?}", $e))
    };
}
macro_rules! max {
    ($a:expr, $b:expr) => {
        if $a > $b { $a } else { $b }
    };
}
macro_rules! next_or_break {
    ($e:expr) => {
        match $e {
            Some(v) => v,
            None => break,
        }
    };
}
macro_rules! warn { ($f:literal $(, $a:expr)*) => { note(format!(concat!("W ", $f) $(, $a)*)) }; (? $z:ident, $f:literal) => { note(format!("{} {:?} {}", stringify!($z), $z, $f)) }; ($z:ident, $n:ident = % $v:expr, $f:literal) => { note(format!("{} {} {}={} {}", stringify!($z), $z, stringify!($n), $v, $f)) }; }
#[derive(Debug)]
struct P {
    x: i32,
    l: Loud,
}

case! {
    fn moved_into_maps() -> usize {
        let a = loud("a"); let b = loud("b"); let c = loud("c");
        let m = hashmap! { "a" => a, "b" => b };
        yield_!(op("w", m.len()));
        let n = hashmap! { 1 => m, };
        yield_!(op("w", n.len()));
        drop(n);
        yield_!(op("v", ()));
        c.touch()
    }
}

case! {
    fn moved_into_lists() -> usize {
        let a = loud("a");
        let x = yield_!(op("w", loud("x")));
        let v = list![a, x, loud("y")];
        yield_!(op("w", v.len()));
        let w = take!(v);
        yield_!(op("w", w.len()));
        peek!(w);
        yield_!(op("w", ()));
        w.len()
    }
}

case! {
    fn peeked_only() -> usize {
        let a = loud("a"); let b = loud("b");
        yield_!(op("w", ()));
        peek!(a);
        yield_!(op("w", ()));
        peek!(b);
        yield_!(op("w", ()));
        3
    }
}

case! {
    fn errors_that_move() -> Result<usize, String> {
        let name = "n".to_string(); let other = loud("o");
        let n = yield_!(op("n", 3));
        ensure!(n > 1, "small");
        yield_!(op("n2", ()));
        let m = ok!("5".parse::<usize>().map_err(|e| e.to_string()));
        yield_!(op("n3", m));
        let e = format!("e {name}");
        if n == 3 { bail!(e); }
        yield_!(op("n4", m));
        Ok(m)
    }
}

case! {
    fn errors_of_the_user() -> Result<usize, Box<dyn std::error::Error>> {
        let r = yield_!(op("n", "7".parse::<i32>()));
        let n = ok!(r);
        yield_!(op("n2", n));
        let s = yield_!(op("n", "x".parse::<i32>()));
        let m = ok!(s);
        yield_!(op("n3", m));
        bail!("never {m}")
    }
}

case! {
    fn some_or_return() -> i32 {
        let o = Some(loud("x"));
        let l = some_or!(o, -1);
        yield_!(op("w", l.touch()));
        let p: Option<i32> = yield_!(op("p", None));
        let q = some_or!(p, 7);
        yield_!(op("never", ()));
        q
    }
}

case! {
    fn structs() -> usize {
        let l = loud("l"); let x = 3;
        let p = point!(x: x, l: l);
        yield_!(op("w", p.x));
        let P { l, x } = p;
        yield_!(op("v", ()));
        l.touch() + x as usize
    }
}

case! {
    fn texts_alone() -> i32 {
        let n = 4i32; let w = 5; let s = loud("s"); let v = vec![1, 2];
        yield_!(op("w", ()));
        say!("{n} {s:?}");
        yield_!(op("w", ()));
        for i in 0..2 { say!("{i}: {v:?}"); yield_!(op("i", i)); say!("{i:>w$}"); }
        say!("{}", n + 1);
        n
    }
}

case! {
    fn maxima() -> String {
        let a = "a".to_string(); let b = "b".to_string();
        yield_!(op("w", ()));
        let m = max!(a, b);
        yield_!(op("w", ()));
        m
    }
}

case! {
    fn breaks() -> i32 {
        let v = vec![1, 2, 3]; let mut it = v.into_iter(); let mut sum = 0;
        loop {
            let x = next_or_break!(it.next());
            yield_!(op("x", x));
            sum += x;
        }
        let o = Some(3);
        loop { let y = next_or_break!(o); yield_!(op("y", y)); sum += y; if sum > 10 { break } }
        sum
    }
}

case! {
    fn told() -> i32 {
        let addr = loud("addr"); let n = 3;
        yield_!(op("w", ()));
        warn!(?addr, "hello");
        warn!(n, len = %n + 1, "bytes");
        warn!("{} {:?}", n, addr);
        yield_!(op("w", ()));
        say!("{n} {addr:?}");
        n
    }
}

case! {
    fn in_operations() -> usize {
        let a = loud("a"); let b = loud("b");
        let v = yield_!(op("v", list![a, b]));
        let n = yield_!(op("n", take!(v))).len();
        yield_!(op("m", ()));
        n
    }
}

case! {
    fn in_arms_and_loops() -> Result<usize, String> {
        let mut all = vec![];
        for s in ["a", "bb", "ccc"] {
            let l = loud(s);
            match s.len() {
                1 => { all = list![l]; yield_!(op("one", ())); }
                2 => { yield_!(op("two", ())); all.push(take!(l)); yield_!(op("three", ())); }
                _ => { yield_!(op("f", ())); let e = l.into_name(); bail!(e) }
            }
            yield_!(op("t", all.len()));
        }
        Ok(all.len())
    }
}

case! {
    fn closures_around() -> Vec<i32> {
        let k = 2; let v = vec![3, 1];
        yield_!(op("w", ()));
        let f = |x: i32| max!(x, k);
        let r: Vec<i32> = v.iter().map(|&x| f(x)).collect();
        yield_!(op("w", ()));
        let s = list![r.iter().max().copied().unwrap_or(0), k];
        yield_!(op("w", ()));
        s
    }
}

case! { selfish() {
    struct S { name: Loud, n: i32 }
    impl S {
        #[task] fn go(self, extra: Loud) -> Result<usize, String> {
            say!("{} {extra:?}", self.n);
            yield_!(op("w", ()));
            ensure!(self.n > 1, format!("bad {:?}", self.name));
            let v = list![extra];
            yield_!(op("v", v.len()));
            peek!(self.name);
            yield_!(op("u", ()));
            let s = take!(self);
            yield_!(op("t", s.n));
            bail!("end {}", s.name.touch())
        }
        #[task(lend)] fn by_ref(&mut self) -> Option<usize> {
            yield_!(op("w", ()));
            let o = Some(self.n);
            let n = some_or!(o, None);
            self.n += n;
            yield_!(op("v", ()));
            say!("{n}");
            some_or!(None::<i32>, Some(self.n as usize));
            None
        }
    }
    #[task] fn body() -> Result<usize, String> {
        let mut s = S { name: loud("name"), n: 2 };
        let k = yield_!(s.by_ref());
        note(format!("{k:?}"));
        yield_!(s.go(loud("extra")))
    }
} }

case_exchange! { coroutines() yields i32, resumes usize { #[task(yields = i32, resumes = usize)] fn body() -> Result<usize, String> {
    let a = loud("a");
    let v = list![a];
    let n: usize = yield_!(1);
    ensure!(n > 0, "zero");
    let m: usize = yield_!(2);
    let w = take!(v);
    let k: usize = yield_!(3);
    let e = format!("end {n} {m} {k}");
    bail!(e)
} }
}

macro_rules! ensure_with {
    ($c:expr, $e:expr) => {
        if !$c {
            return Err($e);
        }
    };
}

macro_rules! push_if {
    ($c:expr, $v:expr, $e:expr) => {
        if $c {
            $v.push($e);
        }
    };
}

case! {
    fn an_error_that_is_not_returned_lives_on() -> Result<u32, Loud> {
        let error = loud("error");
        let n = yield_!(op("n", 3));
        ensure_with!(n > 2, error);
        note("after");
        let m = yield_!(op("m", 4));
        note("end");
        Ok(m)
    }
}

case! {
    fn an_error_that_is_returned() -> Result<u32, Loud> {
        let error = loud("error");
        let _other = loud("other");
        let n = yield_!(op("n", 3));
        ensure_with!(n > 4, error);
        Ok(yield_!(op("m", 4)))
    }
}

case! {
    fn what_is_not_pushed_lives_on() -> usize {
        let (mut v, x, y) = (Vec::new(), loud("x"), loud("y"));
        let n = yield_!(op("n", 3));
        push_if!(n > 5, v, x);
        push_if!(n < 5, v, y);
        note("after");
        let m = yield_!(op("m", 4));
        note("end");
        m + v.len()
    }
}
