//! The signatures that `#[task(lend)]` and `#[lend]` take.

use std::{fmt::Debug, rc::Rc};

use multitask::{block_on, task, yield_};

mod inner {
    pub(crate) use multitask as lib;
}

/// It has a word on it.
#[task(lend, crate = inner::lib)]
pub(crate) fn doc(x: &mut u32, _unused: &str) -> u32 {
    yield_!();
    *x += 1;
    *x
}

#[task(lend)]
fn no_wait(x: &mut u32, y: &u32) -> u32 {
    *x += y;
    *x
}

#[task(lend)]
fn only_values(x: u32) -> u32 {
    yield_!();
    x
}

#[task(lend)]
fn named<'a>(text: &'a str, out: &mut Vec<&'a str>) -> &'a str {
    for w in text.split(' ') {
        yield_!();
        out.push(w);
    }
    text
}

#[task(lend)]
fn inner_elided(out: &mut Vec<&str>, n: usize) -> usize {
    yield_!();
    out.len() + n
}

struct Cur<'a>(&'a [u8], usize);
impl<'a> Cur<'a> {
    #[task(lend)]
    fn next(&mut self) -> Option<u8> {
        yield_!();
        let b = self.0.get(self.1).copied();
        self.1 += 1;
        b
    }
    #[task(lend)]
    fn rest(&self) -> &'a [u8] {
        yield_!();
        &self.0[self.1..]
    }
    #[task(lend)]
    fn make(bytes: &'a [u8], log: &mut Vec<usize>) -> Cur<'a> {
        yield_!();
        log.push(bytes.len());
        Cur(bytes, 0)
    }
    #[task(lend)]
    fn take_all(mut self, log: &mut Vec<u8>) -> usize {
        while let Some(b) = yield_!(self.next()) {
            log.push(b)
        }
        self.1
    }
}

#[task(lend)]
fn cur_path(c: &mut Cur<'_>) -> u8 {
    yield_!(c.next()).unwrap_or(0) + yield_!(c.next()).unwrap_or(0)
}

struct G<T, const N: usize> {
    items: [T; N],
}
impl<T: Clone + Debug, const N: usize> G<T, N>
where
    T: PartialEq,
{
    #[task(lend)]
    fn find(&self, x: &T) -> Option<usize> {
        for (i, y) in self.items.iter().enumerate() {
            yield_!();
            if y == x {
                return Some(i);
            }
        }
        None
    }
    #[task(lend)]
    fn each<F>(&mut self, f: &mut F)
    where
        F: FnMut(&mut T),
    {
        for x in &mut self.items {
            yield_!();
            f(x)
        }
    }
    #[task(lend)]
    fn async_free(&self) -> usize {
        yield_!();
        N
    }
}

trait Shape {
    /// Area.
    #[task(lend)]
    fn area(&self, scale: &u32) -> u32;
    #[task(lend, use<Self>)]
    fn double(&self) -> u32 {
        yield_!();
        let one = 1;
        let a = yield_!(self.area(&one));
        a * 2
    }
}
struct Sq(u32);
impl Shape for Sq {
    #[task(lend, use<>)]
    fn area(&self, scale: &u32) -> u32 {
        yield_!();
        self.0 * self.0 * *scale
    }
}
trait Conv<T> {
    #[task(lend, use<Self, T>)]
    fn conv(&self, t: &T) -> u32;
}
impl<T: Debug> Conv<T> for Sq {
    #[task(lend, use<T>)]
    fn conv(&self, t: &T) -> u32 {
        yield_!();
        format!("{t:?}").len() as u32 + self.0
    }
}

#[task(lend)]
fn generic<S: Shape>(s: &S, d: &dyn Debug, w: &mut dyn std::fmt::Write) -> u32 {
    yield_!();
    write!(w, "{d:?}").unwrap();
    let two = 2;
    yield_!(s.area(&two)) + yield_!(s.double())
}

#[allow(clippy::while_let_on_iterator, reason = "a `for` loop would keep the reference to the iterator")]
#[task(lend)]
fn impls(it: &mut impl Iterator<Item = u32>, f: impl Fn(u32) -> u32) -> u32 {
    let mut sum = 0;
    while let Some(x) = it.next() {
        yield_!();
        sum += f(x);
    }
    sum
}

#[task(lend)]
fn returns_impl(x: &u32) -> impl Debug + use<> {
    yield_!();
    *x + 1
}

#[task]
fn part(#[lend] &(a, b): &(u32, u32), n: u32) -> u32 {
    yield_!();
    a + b + n
}

#[task(lend)]
fn rc(self_: &Rc<Sq>, b: &mut Box<[u8]>) -> usize {
    yield_!();
    b[0] = 1;
    b.len() + self_.0 as usize
}

#[task(lend)]
fn ret_unit(v: &mut Vec<u8>) {
    v.push(1);
    yield_!();
    v.push(2);
}

#[task(lend)]
fn early(v: &[u8], out: &mut String) -> Result<(), String> {
    let Some(first) = v.first() else { return Err("empty".into()) };
    let first = *first;
    yield_!();
    out.push_str(&first.to_string());
    if v.len() > 2 {
        Err(format!("{}", v.len()))?;
    }
    Ok(())
}

#[task]
fn everything() -> u32 {
    let mut x = 1;
    let mut n = yield_!(doc(&mut x, "s"));
    n += yield_!(no_wait(&mut x, &n));
    n += yield_!(only_values(n));
    let text = String::from("a b");
    n += block_on(named(&text, &mut Vec::new())).len() as u32;
    let mut words: Vec<&'static str> = vec!["x"];
    n += yield_!(inner_elided(&mut words, 2)) as u32;
    let mut log = Vec::new();
    let mut cur = yield_!(Cur::make(b"\x01\x02\x03", &mut log));
    n += yield_!(cur_path(&mut cur)) as u32;
    n += yield_!(cur.rest())[0] as u32;
    let mut bytes = vec![];
    let run = Cur(b"ab", 0).take_all(&mut bytes);
    n += block_on(run) as u32;
    let mut g = G { items: [String::from("a"), String::from("b")] };
    n += yield_!(g.find(&String::from("b"))).unwrap() as u32;
    yield_!(g.each(&mut |s: &mut String| s.push('x')));
    n += g.items[1].len() as u32 + yield_!(g.async_free()) as u32;
    let sq = Sq(3);
    let mut out = String::new();
    n += yield_!(generic(&sq, &Some(1), &mut out));
    n += yield_!(sq.conv(&"abc"));
    let mut it = 1..4;
    n += yield_!(impls(&mut it, |x| x * 2));
    n += format!("{:?}", yield_!(returns_impl(&5))).len() as u32;
    n += yield_!(part(&(1, 2), 3));
    let rcq = Rc::new(Sq(1));
    let mut bx: Box<[u8]> = vec![0; 3].into();
    n += yield_!(rc(&rcq, &mut bx)) as u32;
    let mut v = Vec::new();
    yield_!(ret_unit(&mut v));
    yield_!(early(&v, &mut out)).unwrap();
    let owned = vec![1u8, 2, 3];
    let e = yield_!(early(&owned[..], &mut out));
    assert_eq!(e, Err("3".to_string()));
    assert_eq!(out, "Some(1)11");
    n
}
#[test]
fn all_of_them_lend() {
    assert_eq!(block_on(everything()), 99);
}
