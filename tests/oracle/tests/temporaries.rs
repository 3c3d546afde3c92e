//! Temporaries: when they are dropped, in statements with yields.
#![allow(
    clippy::all,
    dead_code,
    irrefutable_let_patterns,
    unused_braces,
    unused_variables,
    reason = "the bodies are what is tested"
)]

use oracle::prelude::*;

case! {
    fn value_that_is_matched_in_an_argument() {
        yield_!(op("x", matches!(loud("a"), _)));
        yield_!(op("y", match Some(loud("b")) { Some(b) => b.touch(), None => 0 }));
        yield_!(op("z", match (loud("c"), loud("d")) { (_, d) => d.touch() }));
    }
}

case! {
    fn values_that_are_matched_beside_others() -> usize {
        fn three(a: Loud, b: usize, c: usize) -> usize { a.touch() + b + c }
        three(
            loud("a"),
            match (loud("b"), loud("c"), loud("d")) { (_, c, _) if c.touch() == 0 => 0, (_, _, d) => d.touch() },
            yield_!(op("x", match Err::<usize, Loud>(loud("e")) { Ok(n) => n, Err(_) => 7 })),
        )
    }
}

case! {
    fn field_of_a_temporary_in_an_operation() {
        fn two(_: Loud, n: u8) -> u8 { n }
        two(loud("a"), yield_!(op("x", (loud("b"), 3).1)));
        two(loud("c"), yield_!(op("y", Some(loud("d")).as_ref().map_or(0, |d| d.touch() as u8))));
    }
}

case! {
    fn value_of_a_yield_that_is_borrowed_beside_others() -> usize {
        fn two(_: Loud, a: usize, b: usize) -> usize { a + b }
        two(loud("a"), yield_!(op("x", loud("b"))).touch(), yield_!(op("y", loud("c"))).touch())
            + loud("d").touch() * yield_!(op("z", (loud("e"), 3))).1
            + yield_!(op("last", 1))
    }
}

case! {
    fn parts_that_a_waiting_arm_leaves() -> usize {
        let n = match (loud("a"), loud("b"), loud("c")) {
            (_, b, _) => { yield_!(op("x", ())); b.touch() }
        };
        let m = n + match yield_!(op("y", (loud("d"), loud("e")))) {
            (d, _) => { yield_!(op("z", ())); d.touch() }
        } + yield_!(op("last", 1));
        if let (f, _) = (loud("f"), loud("g")) {
            yield_!(op("f", ()));
            f.touch();
        }
        m
    }
}

case! {
    fn what_an_if_let_matches_ends_with_it() -> usize {
        loud("a").touch() + if let Some(b) = Some(loud("b")).as_ref() {
            yield_!(op("x", ()));
            1
        } else {
            2
        } + yield_!(op("y", 3))
    }
}

case! {
    fn rest_of_the_base_of_a_struct() -> usize {
        fn pair(n: usize) -> Pair { Pair { left: loud(format_args!("l{n}")), right: loud(format_args!("r{n}")) } }
        fn two(a: Pair, b: usize) -> usize { a.left.touch() + a.right.touch() + b }
        let a = yield_!(op("x", Pair { left: loud("a"), ..pair(1) }));
        two(Pair { right: loud("b"), ..pair(2) }, yield_!(op("y", 1)))
            + two(Pair { right: yield_!(op("z", loud("c"))), ..yield_!(op("base", pair(3))) }, yield_!(op("last", 1)))
            + a.left.touch()
    }
}

case! {
    fn values_that_are_compared_in_an_argument() -> bool {
        let a = yield_!(op("x", loud("a") == loud("b")));
        a | yield_!(op("y", yield_!(op("c", loud("c"))) < loud("d")))
    }
}

case! {
    fn value_of_a_yield_that_is_matched_in_an_argument() {
        yield_!(op("x", matches!(yield_!(op("a", Some(loud("a")))), Some(_))));
        yield_!(op("y", match yield_!(op("b", (loud("b"), loud("c")))) { (_, c) => c.touch() }));
    }
}

case! {
    fn part_that_a_pattern_leaves_beside_temporaries() -> Loud {
        fn pair(_: &Loud, n: usize) -> (Loud, Loud) { (loud(n), loud(n + 1)) }
        let (a, _) = pair(&loud("t"), yield_!(op("x", 1)));
        let (mut b, ..) = pair(&loud("u"), yield_!(op("y", 3)));
        b.rename("b");
        a
    }
}

case! {
    fn locals_that_leave_the_frame_before_another_is_bound() -> Loud {
        let a = loud("a");
        let b = (loud("b"), loud("c"));
        let d = yield_!(op("x", loud("d")));
        let e = b.0;
        value("panics", 1);
        drop(d);
        first(e, a)
    }
}

case! {
    fn rests_of_operands_that_wait() -> usize {
        fn two(a: Loud, b: &str) -> usize { a.touch() + b.len() }
        let a = two(
            loud("a"),
            match yield_!(op("x", Some(vec![loud("b"), loud("c")]))) { Some(_) => "some", None => yield_!(op("y", "none")) },
        );
        let d = second(yield_!(op("d", 1)), Some(matches!(yield_!(op("e", Some(loud("e")))), Some(_))));
        let f = yield_!(op("f", (match a { 0 => loud("g"), _ => yield_!(op("h", loud("h"))) }) == yield_!(op("i", loud("i")))));
        a + usize::from(f) + d.map_or(0, usize::from)
    }
}

case! {
    fn part_of_a_yield_that_is_left_beside_temporaries() -> Loud {
        let (_, n, a) = yield_!(op("x", (loud("a"), (loud("b"), 3).1, loud("c"))));
        first(a, n)
    }
}

case! {
    fn base_that_panics_after_an_operand() {
        let (a, b) = yield_!(op("a", (loud("a"), loud("b"))));
        yield_!(op("x", [Pair { left: a, right: b }, Pair { left: loud("c"), ..Pair { left: loud("d"), right: loud("e") } }]));
    }
}

case! {
    fn local_that_is_initialised_and_used_up_in_each_turn() -> usize {
        let mut turn = 0;
        'turns: loop {
            turn += 1;
            if turn > 1 {
                break 'turns yield_!(op("x", matches!(Some(loud("a")), Some(_)))) as usize;
            }
            let b: Loud;
            if turn == 0 { b = loud("b") } else { b = yield_!(op("y", loud("c"))); }
            let turn: Loud = b.into_renamed("d").into_renamed("e");
        }
    }
}

case! {
    fn what_a_format_is_made_of_ends_with_it() -> String {
        let a = loud("a");
        format!("{:?}{:?}", yield_!(op("x", loud("b"))), a)
            + &format!("{:?}", yield_!(op("y", loud("c"))))
            + &yield_!(op("z", String::from("z")))
    }
}

case! {
    fn operands_and_temporaries_after_the_last_yield() -> Loud {
        let a = (yield_!(op("x", loud("a"))), 0, match op("y", 0) { _ => loud("b") });
        let b = yield_!(op("z", loud("c"))).into_renamed(second(
            Pair { left: loud("d"), right: loud("e") }.left,
            if value("panics", true) { "f" } else { "g" },
        ));
        first(a.0, b)
    }
}

case! {
    fn let_else_that_leaves_parts_beside_temporaries() -> Option<Loud> {
        let Some(Pair { left, right: _ }) = (match Ok::<u32, Loud>((loud("a"), 0).1) {
            Ok(_) => Some(Pair { left: loud("b"), right: loud("c") }),
            Err(_) => yield_!(op("x", None)),
        }) else {
            return None;
        };
        let Ok(_): Result<u32, Loud> = Some(yield_!(look("y", &loud("d"))).len() as u32).ok_or(second(loud("e").touch(), loud("f"))) else {
            return Some(left);
        };
        let Ok(_) = beside(&loud("g"), yield_!(op("z", Err::<u32, Loud>(loud("h"))))) else { return Some(left) };
        None
    }
}

case! {
    fn patterns_that_take_nothing_or_a_part() -> Loud {
        let [_, _] = [first(loud("a"), yield_!(op("x", 1))), Pair { left: loud("b"), ..yield_!(op("y", Pair { left: loud("c"), right: loud("d") })) }.left];
        let Pair { right, .. } = (loud("e"), yield_!(op("z", Pair { left: loud("f"), right: loud("g") }))).1;
        let (n, _): (u32, Loud) = beside(&loud("h"), (yield_!(op("u", 7)), loud("i")));
        (loud("j"), yield_!(op("v", loud("k")))).1;
        value("n", n);
        right
    }
}

case! {
    fn compared_values_among_operands() -> usize {
        let a = yield_!(op("x", second(vec![loud("a")], loud("b") == yield_!(op("y", loud("c"))))));
        let b = yield_!(op("z", (if a { loud("d") } else { loud("e") }) == yield_!(op("u", loud("f")))));
        let c = (loud("g"), yield_!(op("v", yield_!(op("w", loud("h"))) == loud("i"))), value("n", 1));
        usize::from(c.1) + usize::from(b)
    }
}

case! {
    fn operands_that_others_have_taken() -> Pair {
        if yield_!(op("x", true)) {
            first(Some(if value("n", true) { loud("a") } else { yield_!(op("y", loud("b"))) }), 2)
                .map(|left| Pair { left, right: loud("c") })
                .unwrap_or(yield_!(op("z", Pair { left: loud("d"), ..Pair { left: loud("e"), right: loud("f") } })))
        } else {
            Pair { left: loud("g"), right: loud("h") }
        }
    }
}

case! {
    fn what_a_format_borrows_beside_temporaries() -> String {
        yield_!(op("x", format!("{:?}{:?}", yield_!(op("y", loud("a"))), yield_!(look("z", &Pair { left: loud("b"), right: loud("c") })))))
    }
}

case! {
    fn receiver_that_moves_before_the_arguments_wait() -> usize {
        let mut a = loud("a");
        let b = loud("b");
        a = a.into_renamed(yield_!(op("x", "c")));
        let d = Some(3).unwrap_or(yield_!(op("y", 4)));
        d + a.touch()
    }
}

case! {
    receivers_of_unknown_methods_among_operands() {
        struct Worker { own: Loud }
        impl Worker {
            #[task]
            fn run(self, n: usize) -> usize {
                yield_!(op("run", ()));
                n + self.own.touch()
            }
            fn lend(&self, n: usize) -> usize { n + self.own.touch() }
            fn give(self, n: usize) -> usize { n + self.own.touch() }
        }
        #[task]
        fn body() -> usize {
            let a = (loud("a"), yield_!(Worker { own: loud("b") }.run(value("n", 1))));
            let b = (loud("c"), Worker { own: loud("d") }.lend(yield_!(op("x", 2))), loud("e"));
            let c = (loud("f"), Worker { own: loud("g") }.give(yield_!(op("y", 3))), yield_!(op("z", loud("h"))));
            let d = (loud("i"), yield_!(op("u", Worker { own: loud("j") }.lend(value("m", 4)))), yield_!(Worker { own: loud("k") }.run(yield_!(op("v", 5)))));
            let e = Worker { own: loud("l") }.give(second(beside(&loud("m"), 1), yield_!(op("w", 6))));
            let f = Worker { own: loud("o") }.lend(beside(&loud("p"), yield_!(op("t", 7))));
            a.1 + b.1 + c.1 + d.1 + d.2 + e + f
        }
    }
}

case! {
    fn what_conditions_leave_ends_with_the_branch() -> usize {
        let a = yield_!(op("x", if let Some((_, b)) = Some((loud("a"), loud("b"))) && Some(true).expect("some") {
            yield_!(op("y", b.touch()))
        } else {
            0
        }));
        let c = yield_!(op("z", if let Some(d) = Some(yield_!(op("u", loud("c")))).filter(|d| d.touch() == 0) {
            d.touch()
        } else {
            value("else", a)
        }));
        let e = if let Some(f) = yield_!(look("v", &loud("f"))).strip_prefix("g") { f.len() } else { value("else", 3) };
        let g = if let Ok(h) = beside(&loud("g"), yield_!(op("w", Err::<Loud, Loud>(loud("h"))))) {
            yield_!(op("t", h.touch()))
        } else {
            yield_!(op("s", 4))
        };
        if matches!(Some(a), Some(1)) && (yield_!(op("r", true)) || yield_!(op("q", false))) { c + e } else { g }
    }
}

case! {
    fn elements_of_tuples_that_are_written_there() -> usize {
        let a = yield_!(op("x", (loud("a"), loud("b"), loud("c")).1));
        let b = first((loud("d"), (loud("e"), yield_!(op("y", loud("f"))))).1, yield_!(op("z", (loud("g"), 3).1)));
        let c = (value("n", 1), (loud("h"), loud("i")).0, yield_!(op("u", loud("j"))));
        let d = ((yield_!(op("v", 2)), loud("k")).0, [yield_!(op("w", 4)), 5][1], yield_!(op("t", 6)));
        let e = yield_!(op("s", *Box::new(yield_!(op("r", a.touch())))));
        let f = (yield_!(op("q", e)) + *Box::new(e), yield_!(op("p", [e, d.0][1])));
        b.0.touch() + b.1.touch() + c.1.touch() + d.0 + d.1 + e + f.0 + f.1
    }
}

case! {
    fn operands_of_a_condition_and_of_a_list_in_its_branch() -> usize {
        let mut n = 0;
        if if (Ok::<u32, Loud>(yield_!(ready("x", 0))), yield_!(op("y", value("m", true))) && matches!(Some(loud("a")), Some(_))).1 {
            for (a, b) in vec![
                yield_!(op("z", ("s", 1))),
                (|c: Loud| ("t", c.touch()))(loud("b")),
                match value("k", 3) { 0 => ("u", value("l", 1)), _ => ("v", 3) },
            ] {
                n += a.len() + b;
            }
            Some(loud("c")).unwrap_or(loud("d")) == loud("e")
        } else {
            false
        } {
            n += 1;
        }
        n
    }
}

case! {
    fn an_element_of_a_tuple_that_is_compared() -> bool {
        first(
            yield_!(op("x", loud("a"))) == ([loud("b"), loud("c")], yield_!(op("y", loud("d")))).1,
            yield_!(op("z", 1)),
        )
    }
}

case! {
    fn parts_without_a_name_in_an_operand() -> usize {
        let list = vec![Pair { left: loud("a"), right: loud("b") }];
        let n = yield_!(op("x", match list.iter().next() {
            Some(Pair { left, .. }) => left.name().len(),
            None => yield_!(op("y", 3)),
        }));
        let m = first(match list.first() { Some(Pair { right, .. }) => right.touch(), None => 0 }, yield_!(op("z", loud("c"))));
        n + m
    }
}

case! {
    fn operands_of_a_vec_at_the_end_of_a_block() -> Vec<Pair> {
        let a = loud("a");
        if let Some(n) = Some(yield_!(op("x", a.touch()))) {
            vec![
                (n, Pair { left: loud("b"), right: loud("c") }).1,
                yield_!(op("y", Pair { left: loud("d"), ..Pair { left: loud("e"), right: loud("f") } })),
            ]
        } else {
            vec![]
        }
    }
}

case! {
    fn operands_of_a_condition_before_temporaries() -> usize {
        if second(
            (yield_!(op("x", loud("a"))), loud("b")),
            first(yield_!(op("y", loud("c"))) == loud("d"), yield_!(op("z", loud("e")))),
        ) {
            return 1;
        }
        if second([loud("k")], yield_!(op("w", loud("l"))) == Some(loud("m")).unwrap_or_else(|| loud("n"))) {
            return 2;
        }
        let n = loud("f");
        first(second(loud("g"), n.touch()), second(yield_!(op("u", loud("h"))) == loud("i"), first(yield_!(op("v", 1)), loud("j"))))
    }
}

case! {
    fn temporaries_of_lazy_operators_end_with_their_operands() -> usize {
        let a = yield_!(op("x", loud("a") == loud("b") && loud("c") != loud("d")));
        let b = first(value("n", true) || loud("e") == loud("f"), yield_!(op("y", loud("g") == loud("h") || a)));
        usize::from(a) + usize::from(b)
    }
}

case! {
    fn a_part_that_is_compared_beside_what_is_left() -> usize {
        let mut turn = 0;
        while turn < 2
            && (loud("a").into_renamed(yield_!(op("x", "b")))
                == Some(yield_!(op("y", Pair { left: loud("c"), right: loud("d") })).left).expect("some"))
        {
            turn += 1;
        }
        turn
    }
}

case! {
    operands_of_an_arm_are_dropped_before_its_temporaries(true) {
        #[task]
        fn body(yes: bool) -> usize {
            let pair = match yes {
                true => Pair {
                    right: yield_!(op("x", loud("a"))),
                    left: loud("b").into_renamed(((loud("c"), Pair { left: loud("d"), right: loud("e") }), "f").1),
                },
                false => Pair { left: loud("g"), right: loud("h") },
            };
            let last = match yes {
                true => second(loud("i"), second(loud("j").into_renamed(((loud("k"), loud("l")), "m").1), yield_!(op("y", loud("n"))))),
                false => loud("o"),
            };
            pair.left.touch() + last.touch()
        }
    }
}

case! {
    operands_of_an_arm_that_does_not_wait(true) {
        #[task]
        fn body(yes: bool) -> usize {
            let x = (
                loud("a"),
                match (Pair { left: loud("b"), right: loud("c") }) {
                    Pair { left, right: _ } => (left, loud("d").into_renamed(((loud("e"), loud("f")), "g").1)),
                },
                yield_!(op("x", 1)),
            );
            let y = (
                loud("h"),
                match yield_!(op("y", Pair { left: loud("i"), right: loud("j") })) {
                    Pair { left, right: _ } if yes => (left, loud("k").into_renamed(((loud("l"), loud("m")), "n").1)),
                    Pair { right, left: _ } => (loud("o"), right),
                },
                yield_!(op("z", 1)),
            );
            x.2 + y.2
        }
    }
}

case! {
    operands_and_temporaries_of_a_tail_that_waits_twice(()) {
        #[task]
        fn body(_: ()) -> usize {
            let a = { (yield_!(op("x", loud("a"))), yield_!(op("y", loud("b"))), loud("c").touch(), loud("d"), loud("e").touch()) };
            let b = first({ (yield_!(op("z", 1)), yield_!(op("u", loud("f"))), loud("g").touch()) }, 1);
            first({ second(yield_!(op("v", loud("h"))), second(yield_!(op("w", loud("i"))), loud("j").touch())) }, 1) + a.2 + b.2
        }
    }
}

fn pair_of_loud() -> Pair {
    Pair { left: loud("left"), right: loud("right") }
}

fn meet(_: &Loud, _: &Loud) -> bool {
    note("meet");
    true
}

case! {
    fn part_that_is_compared_beside_an_operand_that_yields() -> bool {
        second({ yield_!(op("y", 1)) }, yield_!(op("x", pair_of_loud())).left == loud("r")) || true
    }
}

case! {
    fn part_that_is_compared_in_an_assertion() {
        assert!(second({ yield_!(op("y", 1)) }, yield_!(op("x", pair_of_loud())).left == loud("r")) || true);
    }
}

case! {
    fn part_that_is_borrowed_beside_an_operand_that_yields() -> bool {
        second({ yield_!(op("y", 1)) }, meet(&yield_!(op("x", pair_of_loud())).left, &loud("r"))) || true
    }
}

case! {
    fn parts_of_a_tuple_that_are_borrowed_beside_an_operand_that_yields() -> bool {
        second({ yield_!(op("y", loud("s"))) }, meet(&(loud("t"), yield_!(op("x", loud("q")))).1, &loud("r"))) || true
    }
}

case! {
    fn of_indices_of_a_borrow() -> usize {
        let list = [1u8, 2, 3];
        let part = &list[loud("i").touch() - 1..loud("jj").touch()];
        let (first, second) = (&list[loud("i").touch()], &list[loud("j").touch() - 1]);
        yield_!(op("x", ()));
        part.len() + usize::from(first + second)
    }
}

case! {
    fn of_indices_of_what_is_matched() -> usize {
        let list = [1u8, 2, 3];
        let n = match &list[loud("i").touch() - 1..loud("jj").touch()] {
            [a, b] => { yield_!(op("x", *a)); usize::from(*b) }
            _ => 0,
        };
        if let [a, ..] = &list[loud("iiii").touch() - 1..] { usize::from(*a) } else { yield_!(op("y", n)) }
    }
}

case! {
    fn of_an_argument_that_is_matched() -> usize {
        let list = [1u8, 2, 3];
        let mut n = match list.get(loud("i").touch()) {
            Some(a) if *a > 1 => { yield_!(op("x", *a)); usize::from(*a) }
            Some(_) => 0,
            None => { yield_!(op("none", ())); 9 }
        } + loud("operand").touch();
        if let Some(a) = list.get(loud("jj").touch()) { yield_!(op("y", *a)); n += usize::from(*a) } else { yield_!(op("no", ())) }
        if let Some(a) = list.get(loud("kkk").touch()) { yield_!(op("z", *a)); n += usize::from(*a) } else { yield_!(op("no", ())) }
        n
    }
}

case! {
    fn of_an_argument_in_a_condition_of_a_loop() -> usize {
        let list = [1u8, 2, 3];
        let mut i = 0;
        while let Some(a) = list.get(i + loud("i").touch()..loud("jjj").touch()) {
            if a.is_empty() { break }
            yield_!(op("x", a[0]));
            i += 1;
        }
        i
    }
}

case! {
    fn of_an_argument_in_a_let() -> usize {
        let mut list = [1u8, 2, 3];
        let a = list.get_mut(loud("i").touch()).unwrap();
        *a += 1;
        yield_!(op("x", *a));
        *a += 1;
        let Some(part) = list.get(loud("i").touch()..loud("jj").touch()) else { yield_!(op("none", ())); return 0 };
        yield_!(op("y", part.len()));
        usize::from(part[0])
    }
}

case! {
    fn of_arguments_of_a_loop() -> usize {
        let list = [1u8, 2, 3];
        let mut n = 0;
        for (i, x) in list.iter().enumerate().skip(loud("i").touch()) { yield_!(op(i, *x)); n += i; }
        for x in list.iter().filter(|x| **x > 1).take(loud("t").touch()) { yield_!(op("x", *x)); n += usize::from(*x); }
        for (x, y) in list.iter().take(loud("t").touch()).zip(list.iter().skip(loud("s").touch())) { yield_!(op("y", x + y)); }
        for x in &list[loud("i").touch() - 1..loud("jj").touch()] { yield_!(op("z", *x)); n += usize::from(*x); }
        n
    }
}

case! {
    fn of_arguments_of_a_loop_that_is_left() -> usize {
        let list = [1u8, 2, 3];
        let mut n = 0;
        'all: for round in 0..3 {
            for x in list.chunks(loud("s").touch()) {
                n += usize::from(x[0]);
                yield_!(op("x", n));
                match round { 0 => continue 'all, 1 => break, _ => return n }
            }
        }
        n
    }
}
