//! Macros of the user's that return from the function, in tasks of all kinds.
#![allow(clippy::all, dead_code, unused, unused_qualifications, reason = "the bodies are what is tested")]

use oracle::prelude::*;

macro_rules! bail { ($e:expr) => { return Err($e.into()) }; ($($t:tt)*) => { return Err(format!($($t)*).into()) }; }
macro_rules! list { ($($e:expr),* $(,)?) => {{ let mut v = Vec::new(); $(v.push($e);)* v }}; }
macro_rules! log_all { ($($e:expr),*) => { $( note(format!("{:?}", $e)); )* }; }
macro_rules! retry {
    ($n:expr, $b:block) => {{
        let mut r = None;
        for _ in 0..$n {
            r = Some($b);
        }
        r.unwrap()
    }};
}
macro_rules! guard {
    ($c:expr) => {
        if !$c {
            return;
        }
    };
    ($c:expr, $r:expr) => {
        if !$c {
            return $r;
        }
    };
}
macro_rules! lookup {
    ($m:expr, $k:expr) => {
        $m.iter().find(|(k, _)| k == $k).map(|(_, v)| v)
    };
}

case! {
    fn unit_guard() {
        let l = loud("l");
        for i in 0..4 { guard!(i < 2); yield_!(op("i", i)); note(l.name()); }
    }
}

case! {
    fn logged_idents() -> usize {
        let a = loud("a"); let n = 3;
        log_all!(a, n, n + 1);
        yield_!(op("w", ()));
        log_all!(n, a);
        yield_!(op("w", ()));
        n
    }
}

case! {
    fn references_from_macros() -> usize {
        let m = vec![("a".to_string(), loud("A")), ("b".to_string(), loud("B"))]; let k = "b";
        yield_!(op("w", ()));
        let n = match lookup!(m, k) { Some(v) => v.touch(), None => 0 };
        yield_!(op("v", n));
        let r = lookup!(m, "a").map(|l| l.touch());
        yield_!(op("u", r));
        n
    }
}

case! {
    fn in_conditions() -> i32 {
        let n = 3; let l = loud("x");
        yield_!(op("w", ()));
        if list![n, 1].contains(&3) && yield_!(op("q", true)) { note(format!("{:?}", list![l])); }
        while list![n].len() > 5 { yield_!(op("never", ())); }
        let x = list![yield_free(n), n][0] + yield_!(op("z", 2));
        x
    }
}

fn yield_free(n: i32) -> i32 {
    n
}

case! {
    fn retries() -> i32 {
        let base = 2; let v = vec![1, 2];
        yield_!(op("w", ()));
        let r = retry!(3, { base + v.len() as i32 });
        yield_!(op("r", r));
        r
    }
}

case! {
    fn drops_around_a_return() -> Result<i32, String> {
        let outer = loud("outer");
        { let inner = loud("inner"); yield_!(op("w", ())); let last = loud("last"); if inner.touch() > 2 { bail!("{} {:?}", outer.touch(), last); } yield_!(op("v", ())); }
        Ok(1)
    }
}

case! {
    fn a_return_within_a_nested_match() -> Result<i32, String> {
        let a = loud("a");
        let r = match yield_!(op("r", Some(2))) { Some(n) => { let b = loud("b"); match yield_!(op("s", n)) { 2 => { let c = loud("c"); bail!(c.into_name()) } _ => 5 } } None => 1 };
        yield_!(op("never", ()));
        Ok(r + a.touch() as i32)
    }
}

case! { itself() {
    #[task] fn sum(n: u32) -> Result<u32, String> { if n == 0 { return Ok(0); } if n > 100 { bail!("big {n}"); } let r = yield_!(op("n", n)); let rest = yield_!(sum(n - 1))?; Ok(r + rest) }
    #[task] fn body() -> Result<u32, String> { let a = yield_!(sum(3))?; let b = yield_!(sum(200)); note(format!("{b:?}")); if a == 6 { bail!("six") } b }
} }

case! { lends() {
    struct C { n: u32, l: Loud }
    impl C { #[task(lend)] fn go(&mut self, buf: &mut Vec<u32>) -> Result<usize, String> { let kept = loud("kept"); if self.n > 5 { bail!("n {}", self.n); } self.n += yield_!(op("a", 2)); buf.push(self.n); log_all!(buf, self.n); yield_!(op("b", ())); let w = list![kept]; yield_!(op("c", w.len())); if buf.len() > 1 { bail!("{} {:?}", buf.len(), w) } Ok(self.l.touch()) } }
    #[task] fn body() -> Result<usize, String> { let mut c = C { n: 1, l: loud("l") }; let mut buf = vec![]; let mut t = 0; for _ in 0..3 { t += yield_!(c.go(&mut buf))?; } Ok(t) }
} }

case! { generic(3u32, "x".to_string()) { #[task] fn body<T: Copy + std::fmt::Debug + PartialOrd, S: Into<String> + Clone>(t: T, s: S) -> Result<Vec<T>, Box<dyn std::error::Error>> where T: 'static {
    let v = list![t, t]; log_all!(t, v);
    yield_!(op("w", ()));
    let u = s.clone(); let m: String = u.into();
    if m.is_empty() { bail!("empty") }
    yield_!(op("v", ()));
    let w = list![v];
    if w[0][0] > t { bail!(m) }
    yield_!(op("u", ()));
    log_all!(w);
    bail!(s.into())
} } }
