//! Parts that are moved out of a local which is kept, by name, by patterns and by closures.
#![allow(clippy::all, unused, reason = "the bodies are what is tested")]

use std::{ops::Add, rc::Rc};

use oracle::prelude::*;

#[derive(Debug)]
struct Quad {
    a: Loud,
    b: Loud,
    c: Loud,
    n: i32,
}

fn quad() -> Quad {
    Quad { a: loud("qa"), b: loud("qb"), c: loud("qc"), n: 7 }
}

fn pair() -> Pair {
    Pair { left: loud("left"), right: loud("right") }
}

case! {
    fn a_part_that_is_moved() -> String {
        let p = (String::from("a"), loud("l"));
        yield_!(op("x", ()));
        let a = p.0;
        note("x");
        yield_!(op("y", ()));
        a + p.1.name()
    }
}

case! {
    fn a_part_that_is_moved_before_the_first_wait() -> String {
        let p = (String::from("a"), loud("l"), 3);
        let a = p.0;
        let n = p.2;
        note("x");
        yield_!(op("y", ()));
        a + p.1.name()
    }
}

case! {
    fn a_part_that_a_pattern_takes() -> String {
        let p = (Some(loud("a")), loud("l"));
        yield_!(op("x", ()));
        let (a, _) = p;
        note("x");
        yield_!(op("y", ()));
        format!("{a:?}")
    }
}

case! {
    fn parts_that_a_pattern_takes_before_the_first_wait() -> String {
        struct S { o: Option<Loud>, l: Loud, n: u8 }
        let p = S { o: Some(loud("o")), l: loud("l"), n: 3 };
        let S { o, n, .. } = p;
        note("x");
        yield_!(op("y", ()));
        format!("{o:?}{n}{:?}", p.l)
    }
}

case! {
    fn a_part_that_is_moved_and_assigned_in_turns() -> String {
        let mut p = (vec![loud("a")], loud("l"));
        let mut s = String::new();
        for i in 0..3 { let v = p.0; s += &format!("{v:?}"); yield_!(op(i, ())); p.0 = vec![loud(i)]; }
        s
    }
}

case! {
    fn one_part_or_the_other() -> String {
        let p = (vec![loud("a")], Some(loud("l")));
        if yield_!(op("c", true)) { drop(p.0); yield_!(op("d", ())); } else { drop(p.1); }
        note("x");
        yield_!(op("z", ()));
        "e".into()
    }
}

case! {
    fn a_part_that_is_waited_with() -> usize {
        let p = (vec![loud("a")], loud("l"));
        let v = yield_!(op("x", p.0));
        yield_!(op("y", ()));
        v.len() + p.1.touch()
    }
}

case! {
    fn a_part_as_an_operand() -> usize {
        let p = (vec![loud("a")], loud("l"));
        let q = (p.0, yield_!(op("x", 2)));
        yield_!(op("y", ()));
        q.1 + q.0.len() + p.1.touch()
    }
}

case! {
    fn a_part_that_a_method_takes() -> usize {
        let p = (vec![loud("a")], loud("l"));
        yield_!(op("x", ()));
        let n = p.0.into_iter().map(|l| l.touch()).sum();
        note("x");
        yield_!(op("y", ()));
        n
    }
}

case! {
    fn a_part_that_a_loop_takes() -> usize {
        let p = (vec![loud("a"), loud("b")], loud("l"));
        let mut n = 0;
        for l in p.0 { n += l.touch(); yield_!(op("y", ())); }
        n
    }
}

case! {
    fn a_part_that_is_matched() -> usize {
        let p = (Some(loud("a")), loud("l"));
        yield_!(op("x", ()));
        let n = match p.0 { Some(l) => { note("in"); l.touch() } None => 0 };
        yield_!(op("y", ()));
        n
    }
}

case! {
    fn a_local_that_arms_take_apart() -> String {
        enum E { A(String, u8, Loud), B { v: Vec<Loud> }, C }
        let e = E::A("s".into(), 2, loud("l"));
        yield_!(op("x", ()));
        let r = match e { E::A(s, n, _) => { yield_!(op("z", ())); format!("{s}{n}") } E::B { v } => { yield_!(op("w", ())); format!("{v:?}") } E::C => "c".into() };
        note("m");
        yield_!(op("y", ()));
        r
    }
}

case! {
    fn what_an_arm_leaves_of_a_local() -> usize {
        let pair = (String::from("a"), loud("b"));
        match pair { (first, ..) => { yield_!(op("x", ())); first.len() } }
    }
}

case! {
    fn a_part_that_arms_take_apart() -> String {
        enum M { A { s: String, n: i32 }, B(Vec<u8>), C, D(Option<String>, char) }
        let mut out = String::new();
        for i in 0..4 {
            let m = (match i { 0 => M::A { s: "s".into(), n: 1 }, 1 => M::B(vec![1]), 2 => M::C, _ => M::D(Some("d".into()), 'c') }, loud(i));
            yield_!(op("w", ()));
            out += &match m.0 { M::A { s, n } => { yield_!(op("a", n)); s } M::B(v) => format!("{v:?}"), M::C => { yield_!(op("c", ())); "c".into() } M::D(Some(d), c) => { yield_!(op("d", c)); d } M::D(None, _) => String::new() };
            yield_!(op("z", ()));
        }
        out
    }
}

case! {
    fn a_part_that_is_unwrapped() -> usize {
        let p = (Some(loud("a")), loud("l"));
        yield_!(op("x", ()));
        let l = p.0.unwrap();
        yield_!(op("y", ()));
        l.touch()
    }
}

case! {
    fn a_part_that_is_asked_for() -> Option<usize> {
        let p = (Some(loud("a")), loud("l"));
        yield_!(op("x", ()));
        let l = p.0?;
        yield_!(op("y", ()));
        Some(l.touch())
    }
}

case! {
    fn a_part_of_a_part() -> String {
        struct I { s: String, l: Loud }
        struct O { i: I, k: Loud }
        let o = O { i: I { s: "s".into(), l: loud("l") }, k: loud("k") };
        yield_!(op("x", ()));
        let s = o.i.s;
        yield_!(op("y", ()));
        s + o.i.l.name()
    }
}

case! {
    fn a_part_of_what_is_boxed() -> String {
        struct I { s: String, l: Loud }
        let o = Box::new(I { s: "s".into(), l: loud("l") });
        yield_!(op("x", ()));
        let s = o.s;
        yield_!(op("y", ()));
        s + o.l.name()
    }
}

case! {
    fn a_number_behind_an_rc() -> i32 {
        struct I { n: i32, l: Loud }
        let o = Rc::new(I { n: 2, l: loud("l") });
        yield_!(op("x", ()));
        let s = o.n;
        yield_!(op("y", ()));
        s
    }
}

case! {
    fn an_exclusive_reference_that_is_lent_on() -> i32 {
        struct I<'a> { n: &'a mut i32, l: Loud }
        let mut k = 3;
        let o = I { n: &mut *Box::leak(Box::new(3)), l: loud("l") };
        yield_!(op("x", ()));
        fn f(n: &mut i32) -> i32 { *n += 1; *n }
        let a = f(o.n);
        yield_!(op("y", ()));
        a
    }
}

case! {
    fn a_part_that_is_returned() -> String {
        let p = (String::from("a"), loud("l"));
        yield_!(op("x", ()));
        if value("b", true) { return p.0; }
        yield_!(op("y", ()));
        p.0
    }
}

case! {
    fn a_part_that_is_returned_early() -> Option<Loud> {
        let s = (Some(loud("a")), loud("l"));
        yield_!(op("w", ()));
        if value("c", true) { return s.0; }
        yield_!(op("x", ()));
        None
    }
}

case! {
    fn a_part_that_a_loop_evaluates_to() -> Option<Loud> {
        let s = (Some(loud("a")), loud("l"));
        let r = loop { yield_!(op("w", ())); break s.0; };
        yield_!(op("x", ()));
        r
    }
}

case! {
    fn a_part_of_something_else() -> String {
        struct A { s: String, n: u8 }
        let p = (String::from("a"), loud("l"));
        yield_!(op("x", ()));
        let a = A { s: p.0, n: 1 };
        yield_!(op("y", ()));
        a.s
    }
}

case! {
    fn a_number_that_is_borrowed() -> i32 {
        struct I { n: i32, l: Loud }
        let o = I { n: 2, l: loud("l") };
        yield_!(op("x", ()));
        let r = &o.n;
        let s = o.n;
        let t = *r;
        yield_!(op("y", ()));
        s + t
    }
}

case! {
    fn a_part_in_a_condition() -> String {
        let p = (Some(vec![loud("a")]), loud("l"));
        yield_!(op("x", ()));
        if let Some(v) = p.0 { note("y"); drop(v); }
        yield_!(op("y", ()));
        p.1.name().into()
    }
}

case! {
    fn a_part_in_a_condition_before_a_wait() -> String {
        let p = (Some(vec![loud("a")]), loud("l"));
        yield_!(op("x", ()));
        if let Some(v) = p.0 { yield_!(op("z", ())); drop(v); }
        yield_!(op("y", ()));
        p.1.name().into()
    }
}

case! {
    fn a_part_in_a_condition_with_an_else() -> usize {
        let p = (Some(loud("a")), loud("b"));
        yield_!(op("x", ()));
        if let Some(l) = p.0 { yield_!(op("y", ())); l.touch() } else { 0 }
    }
}

case! {
    parts_of_self() {
        struct C { name: String, o: Option<Loud>, l: Loud, n: u8 }
        impl C {
            #[task]
            fn run(self) -> String {
                yield_!(op("w", ()));
                let name = self.name;
                if let Some(o) = self.o { yield_!(op("x", ())); note(o.name()); }
                yield_!(op("y", self.n));
                name + self.l.name()
            }
        }
        #[task]
        fn body() -> String {
            yield_!(C { name: "n".into(), o: Some(loud("o")), l: loud("l"), n: 1 }.run())
        }
    }
}

case! {
    parts_of_an_argument((String::from("a"), vec![loud("v")], 3)) {
        #[task]
        fn body(p: (String, Vec<Loud>, i32)) -> String {
            let (a, v, _) = p;
            yield_!(op("x", ()));
            drop(v);
            let n = p.2;
            yield_!(op("y", ()));
            a + &n.to_string()
        }
    }
}

case! {
    parts_of_a_type_that_is_copied((3, 4)) {
        #[task]
        fn body<T: Copy + Add<Output = T>>(p: (T, T)) -> T {
            yield_!(op("x", ()));
            let a = p.0;
            yield_!(op("y", ()));
            a + p.1
        }
    }
}

case! {
    parts_beside_what_is_lent() {
        #[task(lend)]
        fn inner(v: &mut Vec<u8>, p: (String, u8)) -> usize {
            let s = p.0;
            yield_!(op("x", ()));
            v.push(p.1);
            s.len() + v.len()
        }
        #[task]
        fn body() -> usize {
            let mut v = vec![1];
            yield_!(inner(&mut v, ("s".into(), 2)))
        }
    }
}

case! {
    fn a_mutable_binding_of_a_part() -> String {
        let p = (vec![loud("a")], loud("l"));
        yield_!(op("w", ()));
        let (mut v, _) = p;
        v.push(loud("b"));
        yield_!(op("x", ()));
        format!("{v:?}")
    }
}

case! {
    fn one_of_several_patterns() -> String {
        enum E { A(String, u8), B(u8, String) }
        let e = (E::B(1, "s".into()), loud("l"));
        yield_!(op("w", ()));
        let (E::A(s, _) | E::B(_, s)) = e.0;
        yield_!(op("x", ()));
        s
    }
}

case! {
    fn a_pattern_through_a_reference() -> String {
        struct I { n: i32, s: String }
        let i: &'static I = Box::leak(Box::new(I { n: 1, s: "x".into() }));
        let t = (i, Some(String::from("o")), loud("l"));
        yield_!(op("w", ()));
        let (I { n, s }, o, _) = t;
        yield_!(op("x", ()));
        format!("{n}{s}{o:?}")
    }
}

case! {
    fn numbers_that_are_mentioned_again() -> i32 {
        struct S { n: i32, m: i32, l: Loud }
        let s = S { n: 1, m: 2, l: loud("l") };
        let mut t = 0;
        for _ in 0..2 { t += s.n; yield_!(op("w", s.m)); t += s.m; }
        let k = s.n;
        yield_!(op("x", ()));
        t + k
    }
}

case! {
    fn an_index_that_is_a_part() -> i32 {
        struct S { i: usize, v: Vec<i32>, l: Loud }
        let s = S { i: 1, v: vec![1, 2], l: loud("l") };
        yield_!(op("w", ()));
        let x = s.v[s.i];
        yield_!(op("x", ()));
        x
    }
}

case! {
    fn a_part_that_is_moved_back() -> String {
        let mut s = (String::from("a"), loud("l"));
        yield_!(op("w", ()));
        let t = s.0;
        yield_!(op("x", ()));
        s.0 = t + "b";
        yield_!(op("y", ()));
        let (a, l) = s;
        yield_!(op("z", ()));
        a + l.name()
    }
}

case! {
    fn what_a_loop_leaves() -> usize {
        struct Q { items: Vec<Loud>, l: Loud }
        let mut q = Q { items: vec![loud("a"), loud("b")], l: loud("l") };
        let mut n = 0;
        while let Some(i) = q.items.pop() { n += i.touch(); yield_!(op(n, ())); }
        let rest = q.items;
        yield_!(op("z", ()));
        n + rest.len() + q.l.touch()
    }
}

case! {
    fn a_number_in_a_part() -> i32 {
        struct S { o: Option<i32>, l: Loud }
        let s = S { o: Some(3), l: loud("l") };
        yield_!(op("x", ()));
        let n = match s.o { Some(n) => { yield_!(op("y", ())); n } None => 0 };
        n + s.l.touch() as i32
    }
}

case! {
    fn what_matches_looks_at() -> bool {
        let o = Some(loud("a"));
        yield_!(op("x", ()));
        let b = matches!(o, Some(_));
        note("x");
        yield_!(op("y", ()));
        b
    }
}

case! {
    fn the_part_that_matches_looks_at() -> bool {
        let o = (Some(loud("a")), 1);
        yield_!(op("x", ()));
        let b = matches!(o.0, Some(_));
        note("x");
        yield_!(op("y", ()));
        b
    }
}

case! {
    fn what_an_underscore_is_assigned() -> bool {
        let o = (Some(loud("a")), 1);
        let p = loud("p");
        yield_!(op("x", ()));
        _ = o.0;
        _ = p;
        note("x");
        yield_!(op("y", ()));
        true
    }
}

case! {
    fn what_an_underscore_is_bound_to() -> i32 {
        let p = loud("p");
        let q = pair();
        yield_!(op("x", ()));
        let _ = p;
        let _ = q.left;
        note("x");
        yield_!(op("y", ()));
        1
    }
}

case! {
    fn an_assignment_that_takes_apart() -> String {
        let t = (String::from("a"), loud("b"));
        let mut a;
        yield_!(op("x", ()));
        (a, _) = t;
        note("x");
        yield_!(op("y", ()));
        a
    }
}

case! {
    fn numbers_of_an_array() -> i32 {
        let a = [1, 2, 3];
        yield_!(op("w", ()));
        let [x, y, _] = a;
        yield_!(op("x", ()));
        let [_, z, ..] = a;
        yield_!(op("z", ()));
        x + y + z
    }
}

case! {
    fn an_array_that_is_taken_whole() -> String {
        let a = [Some(loud("a")), Some(loud("b"))];
        yield_!(op("w", ()));
        let [x, y] = { a };
        yield_!(op("x", ()));
        format!("{x:?}")
    }
}

case! {
    fn a_reference_pattern_beside_a_destructor() -> i32 {
        let t = (&1, loud("l"));
        yield_!(op("w", ()));
        let (&n, _) = t;
        yield_!(op("x", ()));
        n
    }
}

case! {
    fn a_base_that_is_taken_whole() -> String {
        let base = quad();
        yield_!(op("q", ()));
        let s = Quad { a: loud("z"), n: 4, ..{ base } };
        yield_!(op("z", ()));
        format!("{s:?}")
    }
}

case! {
    fn a_base_of_which_numbers_are_copied() -> String {
        struct G { l: Loud, n: i32 }
        impl Drop for G { fn drop(&mut self) { note("drop G"); } }
        let base = G { l: loud("a"), n: 2 };
        let n = { let m = base.n; yield_!(op("x", m)) };
        let g = G { l: loud("b"), ..base };
        yield_!(op("z", ()));
        format!("{n}{}", g.n)
    }
}

case! {
    fn what_is_moved_out_of_a_box() -> usize {
        let b = Box::new(loud("b"));
        yield_!(op("x", ()));
        let l = *b;
        note("m");
        yield_!(op("y", ()));
        l.touch()
    }
}

case! {
    fn what_is_moved_out_of_a_box_before_the_first_wait() -> usize {
        let b = Box::new(loud("b"));
        let l = *b;
        yield_!(op("y", ()));
        l.touch()
    }
}

case! {
    fn numbers_behind_pointers() -> i32 {
        let b = Rc::new(3);
        let r = &5;
        let t = Box::new(4);
        yield_!(op("x", ()));
        let l = *b + *r + *t;
        yield_!(op("y", ()));
        l
    }
}

case! {
    fn a_list_of_boxes() -> String {
        struct N { v: Loud, next: Option<Box<N>> }
        let mut cur = Some(Box::new(N { v: loud("1"), next: Some(Box::new(N { v: loud("2"), next: None })) }));
        let mut s = String::new();
        while let Some(n) = cur { let N { v, next } = *n; s += &yield_!(op("n", v)).into_name(); cur = next; }
        s
    }
}

case! {
    fn a_part_that_a_closure_takes() -> usize {
        let p = (String::from("a"), loud("l"));
        yield_!(op("w", ()));
        let f = move || p.0.len();
        yield_!(op("x", ()));
        f()
    }
}

case! {
    fn a_part_that_a_closure_takes_before_the_first_wait() -> usize {
        let p = (String::from("a"), loud("l"));
        let f = move || p.0.len();
        yield_!(op("x", ()));
        f() + p.1.touch()
    }
}

case! {
    fn parts_that_a_closure_takes() -> usize {
        struct S { o: Option<Loud>, n: usize, l: Loud }
        let s = S { o: Some(loud("o")), n: 2, l: loud("l") };
        yield_!(op("w", ()));
        let f = move || s.o.as_ref().map_or(0, |l| l.touch()) + s.n;
        let _g = loud("g");
        yield_!(op("x", ()));
        f()
    }
}

case! {
    fn a_number_that_a_closure_copies() -> usize {
        struct S { n: usize, l: Loud }
        let s = S { n: 2, l: loud("l") };
        yield_!(op("w", ()));
        let f = move |m: usize| m + s.n;
        yield_!(op("x", ()));
        f(s.n) + s.l.touch()
    }
}

case! {
    fn an_rc_that_a_closure_takes() -> usize {
        struct S { n: usize, l: Loud }
        let s = Rc::new(S { n: 2, l: loud("l") });
        yield_!(op("w", ()));
        let f = move |m: usize| m + s.n + s.l.touch();
        let _g = loud("g");
        yield_!(op("x", ()));
        f(1)
    }
}

case! {
    fn an_rc_that_a_closure_takes_before_the_first_wait() -> usize {
        struct S { n: usize, l: Loud }
        let s = Rc::new(S { n: 2, l: loud("l") });
        let f = move |m: usize| m + s.n + s.l.touch();
        let _g = loud("g");
        yield_!(op("x", ()));
        f(1)
    }
}

case! {
    fn a_box_that_a_closure_takes() -> usize {
        struct S { n: usize, l: Loud }
        let s = Box::new(S { n: 2, l: loud("l") });
        yield_!(op("w", ()));
        let f = move |m: usize| m + s.n + s.l.touch();
        let _g = loud("g");
        yield_!(op("x", ()));
        f(1)
    }
}

case! {
    fn a_reference_that_a_closure_copies() -> usize {
        struct S { n: usize, l: Loud }
        let b: &'static S = Box::leak(Box::new(S { n: 2, l: loud("l") }));
        let s = std::convert::identity(b);
        yield_!(op("w", ()));
        let f = move |m: usize| m + s.n;
        yield_!(op("x", ()));
        f(1) + s.n
    }
}

case! {
    fn parts_of_a_part_that_a_closure_takes() -> usize {
        struct I { s: String, n: usize, l: Loud }
        struct S { i: I, k: Loud }
        let s = S { i: I { s: "s".into(), n: 1, l: loud("l") }, k: loud("k") };
        yield_!(op("w", ()));
        let f = move || s.i.s.len() + s.i.n;
        let _g = loud("g");
        yield_!(op("x", ()));
        f()
    }
}

case! {
    fn numbers_that_a_closure_copies() -> usize {
        struct I { s: String, n: usize, l: Loud }
        struct S { i: Option<Rc<I>>, j: Rc<I>, k: Loud }
        let s = S { i: None, j: Rc::new(I { s: "s".into(), n: 1, l: loud("l") }), k: loud("k") };
        let t = (Some(3), 4);
        yield_!(op("w", ()));
        let f = move || t.1 + t.0.unwrap_or(0);
        yield_!(op("x", ()));
        f() + s.j.n
    }
}

case! {
    a_closure_after_the_last_wait() {
        struct S { n: usize, l: Loud }
        impl S {
            #[task]
            fn body(self) -> usize {
                yield_!(op("w", ()));
                let f = move |m: usize| m + self.n + self.l.touch();
                f(1)
            }
        }
        #[task]
        fn body() -> usize {
            yield_!(S { n: 1, l: loud("l") }.body())
        }
    }
}

case! {
    fn a_closure_that_changes_the_parts_it_takes() -> usize {
        let mut t = (1, String::from("ab"), loud("l"));
        yield_!(op("w", ()));
        let mut f = move || { t.0 += 1; t.1.push('c'); t.0 + t.1.len() };
        f();
        yield_!(op("x", ()));
        f()
    }
}

case! {
    fn a_future_that_takes_a_part() -> usize {
        let t = (String::from("ab"), loud("l"));
        yield_!(op("w", ()));
        let f = async move { t.0.len() };
        yield_!(op("x", ()));
        drop(f);
        1
    }
}

case! {
    fn a_future_that_copies_a_part() -> i32 {
        let t = (3, loud("l"));
        yield_!(op("w", ()));
        let f = async move { t.0 };
        yield_!(op("x", ()));
        drop(f);
        t.0
    }
}

case! {
    fn a_part_that_a_closure_prints() -> String {
        let t = (String::from("ab"), loud("l"));
        yield_!(op("w", ()));
        let f = move || format!("{}{:?}", t.0, 3);
        yield_!(op("x", ()));
        f()
    }
}

case! {
    fn a_local_that_a_closure_prints() -> String {
        let t = (String::from("ab"), loud("l"));
        yield_!(op("w", ()));
        let f = move || format!("{t:?}");
        yield_!(op("x", ()));
        f()
    }
}

case! {
    fn a_local_that_a_closure_takes_whole() -> usize {
        let t = (loud("a"), loud("l"));
        yield_!(op("w", ()));
        let f = move || { let t = t; t.0.touch() };
        yield_!(op("x", ()));
        f()
    }
}

case! {
    fn a_local_that_a_closure_borrows_inside() -> usize {
        let t = (loud("a"), loud("l"));
        yield_!(op("w", ()));
        let f = move || { let t = &t; t.0.touch() };
        yield_!(op("x", ()));
        f()
    }
}

case! {
    fn a_closure_that_is_called_at_once() -> usize {
        fn run(f: impl FnOnce() -> usize) -> usize { f() }
        let t = (String::from("a"), loud("l"));
        yield_!(op("w", ()));
        let n = run(move || t.0.len());
        note("after");
        yield_!(op("x", ()));
        n
    }
}

case! {
    fn a_boxed_closure_that_takes_a_part() -> usize {
        let t = (String::from("a"), loud("l"));
        let f: Box<dyn Fn() -> usize> = Box::new(move || t.0.len());
        yield_!(op("x", ()));
        f()
    }
}

case_exchange! {
    parts_in_a_coroutine((String::from("a"), Some(loud("o")), loud("l"))) yields usize, resumes usize {
        #[task(yields = usize, resumes = usize)]
        fn body(p: (String, Option<Loud>, Loud)) -> String {
            let n = yield_!(p.0.len());
            let s = p.0;
            let o = p.1;
            let m = yield_!(n + s.len());
            format!("{s}{o:?}{m}{:?}", p.2)
        }
    }
}

case_exchange! {
    a_closure_in_a_coroutine((String::from("a"), loud("l"))) yields usize, resumes usize {
        #[task(yields = usize, resumes = usize)]
        fn body(p: (String, Loud)) -> usize {
            let f = move |n: usize| n + p.0.len();
            let m = yield_!(f(1));
            f(yield_!(m))
        }
    }
}

#[derive(Debug)]
enum Cmd {
    Set { key: String, value: i32 },
    Get(String),
    Del(Vec<String>),
    Quit,
}

fn cmds() -> Vec<Cmd> {
    let keys = || vec!["a".into(), "b".into()];
    vec![Cmd::Set { key: "a".into(), value: 1 }, Cmd::Get("a".into()), Cmd::Del(keys()), Cmd::Quit]
}

case! {
    fn a_pattern_with_a_guard_that_leaves_a_part() {
        for cmd in cmds() { match cmd { Cmd::Set { key, value } if value > 0 => { yield_!(op("set", ())); note(key); } Cmd::Set { key, .. } => { yield_!(op("neg", key.len())); } _ => {} } }
    }
}

case! {
    fn guards_of_patterns_that_take_parts() {
        for cmd in cmds() { let n = match cmd { Cmd::Set { key, value } if value > 0 && key.len() == 1 => key.len(), Cmd::Get(k) if k.is_empty() => 7, Cmd::Del(mut v) if !v.is_empty() => { v.pop(); v.len() } _ => 0 }; yield_!(op("x", n)); }
    }
}

case! {
    fn patterns_of_which_one_leaves_a_part() {
        for cmd in cmds() { match cmd { Cmd::Set { key, .. } => { yield_!(op("neg", key.len())); } Cmd::Del(keys) => { for key in &keys { yield_!(op("q", ())); note(key); } } _ => {} } }
    }
}

case! {
    fn let_else_that_waits_and_takes_an_item_apart() {
        for slot in [Some(loud("a")), None] { let Some(l) = slot else { yield_!(); continue }; yield_!(); l.touch(); }
    }
}

case! {
    fn let_else_that_waits_and_takes_a_local_apart() {
        let slot = Some(loud("a"));
        let Some(l) = slot else { yield_!(op("e", ())); return }; yield_!(op("x", ())); l.touch();
    }
}

case! {
    fn let_else_that_waits_and_takes_a_result_apart() {
        let slot: Result<Loud, String> = Ok(loud("a"));
        let Ok(l) = slot else { yield_!(op("e", ())); return }; yield_!(op("x", ())); l.touch();
    }
}

case! {
    fn an_option_is_taken_apart_between_waits() {
        let slot = Some(loud("a")); yield_!(op("x", ()));
        let l = match slot { Some(l) => l, None => return }; yield_!(op("y", ())); l.touch();
    }
}

case! {
    fn an_option_is_taken_apart_by_if_let_between_waits() {
        let slot = Some(loud("a")); yield_!(op("x", ()));
        let l = if let Some(l) = slot { l } else { return }; yield_!(op("y", ())); l.touch();
    }
}
