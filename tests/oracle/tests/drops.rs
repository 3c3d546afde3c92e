//! Drops: what is dropped, in which order, and when.
#![allow(clippy::all, unused_assignments, unused_variables, reason = "the bodies are what is tested")]

use oracle::prelude::*;

case! {
    fn locals_drop_last_to_first() -> i32 {
        let _a = loud("a");
        let _b = loud("b");
        yield_!(op("x", ()));
        let _c = loud("c");
        yield_!(op("y", ()));
        let _d = loud("d");
        3
    }
}

case! {
    arguments_drop_last_to_first(loud("first"), loud("second")) {
        #[task]
        fn body(first: Loud, second: Loud) -> usize {
            let _local = loud("local");
            yield_!(op("x", ()));
            first.touch() + second.touch()
        }
    }
}

case! {
    arguments_without_a_name(loud("first"), loud("second"), loud("third")) {
        #[task]
        fn body(_: Loud, _second: Loud, _: Loud) -> usize {
            let _local = loud("local");
            yield_!(op("x", 1))
        }
    }
}

case! {
    arguments_with_patterns((loud("a"), loud("b")), Pair { left: loud("l"), right: loud("r") }) {
        #[task]
        fn body((a, b): (Loud, Loud), Pair { left, right }: Pair) -> usize {
            let _local = loud("local");
            yield_!(op("x", ()));
            b.touch() + left.touch() + a.touch() + right.touch()
        }
    }
}

case! {
    arguments_moved_and_mutable(loud("a"), loud("b"), 3) {
        #[task]
        fn body(a: Loud, mut b: Loud, mut n: i32) -> i32 {
            yield_!(op("x", ()));
            drop(a);
            b.rename("c");
            n += yield_!(op("y", 1));
            n
        }
    }
}

case! {
    arguments_assigned_to(loud("a")) {
        #[task]
        fn body(mut a: Loud) -> usize {
            let _b = loud("b");
            a = yield_!(op("x", loud("c")));
            yield_!(op("y", ()));
            a.touch()
        }
    }
}

case! {
    arguments_unused(loud("a"), loud("b")) {
        #[allow(unused_variables, reason = "it is what is tested")]
        #[task]
        fn body(a: Loud, b: Loud) {
            yield_!(op("x", ()));
        }
    }
}

case! {
    fn wildcard_part_of_a_for_pattern() -> usize {
        let pairs = vec![(loud("a"), loud("b")), (loud("c"), loud("d"))];
        let mut n = 0;
        for (_, right) in pairs {
            n += right.touch();
            yield_!(op("x", ()));
        }
        n
    }
}

case! {
    fn operand_temporary_held() -> usize {
        yield_!(op("x", loud("temporary").touch())) + loud("after").touch()
    }
}

case! {
    fn statement_temporary_held() -> usize {
        let mut list = vec![1];
        list.push(loud("temporary").touch() + yield_!(op("x", 1)));
        yield_!(op("y", list.len()))
    }
}

case! {
    fn temporaries_of_two_operands() -> usize {
        let n = loud("a").touch() + yield_!(op("x", loud("b").touch())) + loud("c").touch();
        yield_!(op("y", n))
    }
}

case! {
    fn temporary_reference_of_a_call() -> usize {
        fn with(a: &Loud, n: usize) -> usize { a.touch() + n }
        let n = with(&loud("temporary"), yield_!(op("x", 1)));
        yield_!(op("y", n))
    }
}

case! {
    fn temporary_in_a_condition() -> usize {
        if loud("temporary").touch() == yield_!(op("x", 9)) {
            yield_!(op("y", 1))
        } else {
            2
        }
    }
}

case! {
    fn temporary_in_a_plain_condition() -> usize {
        if loud("temporary").touch() == 9 {
            yield_!(op("y", 1))
        } else {
            yield_!(op("z", 2))
        }
    }
}

case! {
    fn temporary_in_a_lazy_operand() -> bool {
        let b = loud("a").touch() == 1 && loud("b").touch() == yield_!(op("x", 1)) && loud("c").touch() == 1;
        yield_!(op("y", b))
    }
}

case! {
    fn temporary_in_a_guard() -> usize {
        match 3 {
            n if loud("guard").touch() == n => 1,
            n if loud("second").touch() == 6 => { yield_!(op("x", n)) }
            _ => 0,
        }
    }
}

case! {
    fn scrutinee_temporary() -> usize {
        match yield_!(op("x", loud("given"))).touch() {
            5 => { yield_!(op("y", ())); 1 }
            n => n,
        }
    }
}

case! {
    fn scrutinee_temporary_without_a_yield() -> usize {
        match loud("given").touch() {
            5 => { yield_!(op("y", ())); 1 }
            n => n,
        }
    }
}

case! {
    fn scrutinee_temporary_beside_a_yield() -> usize {
        match loud("given").touch() + yield_!(op("x", 1)) {
            6 => { let _in = loud("in"); yield_!(op("y", 1)) }
            n => n,
        }
    }
}

case! {
    fn scrutinee_value_not_bound() -> usize {
        match yield_!(op("x", loud("given"))) {
            _ => { yield_!(op("y", 1)) }
        }
    }
}

case! {
    fn scrutinee_value_in_part_not_bound() -> usize {
        match yield_!(op("x", (loud("a"), Some(loud("b"))))) {
            (_, Some(b)) => { yield_!(op("y", ())); b.touch() }
            (a, None) => a.touch(),
        }
    }
}

case! {
    fn scrutinee_place_not_bound() -> usize {
        let a = loud("a");
        let n = match a {
            _ => yield_!(op("x", 1)),
        };
        n + a.touch()
    }
}

case! {
    fn if_let_temporary() -> usize {
        if let Some(n) = Some(loud("given").touch()) {
            yield_!(op("y", ()));
            n
        } else {
            yield_!(op("z", ()));
            0
        }
    }
}

case! {
    fn if_let_temporary_gone_before_else() -> usize {
        if let Some(n) = Some(loud("given").touch()).filter(|n| *n > 10) {
            yield_!(op("y", ()));
            n
        } else {
            yield_!(op("z", ()));
            0
        }
    }
}

case! {
    fn if_let_value_gone_before_else() -> usize {
        if let (a, Some(n)) = yield_!(op("x", (loud("a"), None::<usize>))) {
            yield_!(op("y", ()));
            n + a.touch()
        } else {
            yield_!(op("z", ()));
            0
        }
    }
}

case! {
    fn while_let_temporary() -> usize {
        let mut n = 0;
        while let Some(m) = Some(loud(n).touch()).filter(|_| n < 2) {
            n += m;
            yield_!(op("x", ()));
        }
        n
    }
}

case! {
    fn underscore_drops_at_once() -> i32 {
        let _ = yield_!(op("x", loud("gone")));
        let _kept = yield_!(op("y", loud("kept")));
        yield_!(op("z", 1))
    }
}

case! {
    fn discarded_values() -> i32 {
        yield_!(op("x", loud("x")));
        loud("y");
        (loud("z"), yield_!(op("w", 1))).1
    }
}

case! {
    fn block_ends() -> i32 {
        let _a = loud("a");
        {
            let _b = loud("b");
            yield_!(op("x", ()));
            let _c = loud("c");
        }
        yield_!(op("y", ()));
        let _d = loud("d");
        3
    }
}

case! {
    fn loop_body_ends() -> i32 {
        for n in 0..2 {
            let _a = loud(format!("a{n}"));
            yield_!(op("x", ()));
            let _b = loud(format!("b{n}"));
        }
        3
    }
}

case! {
    fn shadowed_values_live_on() -> usize {
        let a = loud("1");
        let a = (loud("2"), a.touch());
        yield_!(op("x", ()));
        let a = a.1;
        yield_!(op("y", ()));
        a
    }
}

case! {
    fn values_mentioned_only_before() -> i32 {
        let a = loud("a");
        a.touch();
        let b = loud("b");
        b.touch();
        yield_!(op("x", 1))
    }
}

case! {
    fn explicit_drops_between_yields() -> i32 {
        let a = loud("a");
        let b = loud("b");
        yield_!(op("x", ()));
        drop(a);
        yield_!(op("y", ()));
        drop(b);
        yield_!(op("z", 1))
    }
}

case! {
    fn early_returns() -> i32 {
        let _a = loud("a");
        for n in 0..3 {
            let _b = loud(format!("b{n}"));
            let c = loud("c");
            if yield_!(op("x", n == 1)) {
                let _d = loud("d");
                drop(c);
                return n;
            }
        }
        9
    }
}

case! {
    fn output_is_made_before_locals_drop() -> Loud {
        let _a = loud("a");
        yield_!(op("x", ()));
        loud("output")
    }
}

case! {
    fn output_of_an_early_return_is_made_before_locals_drop() -> Loud {
        let _a = loud("a");
        if yield_!(op("x", true)) {
            let _b = loud("b");
            return loud("output");
        }
        loud("other")
    }
}

case! {
    fn struct_fields_drop_in_order() -> i32 {
        let _pair = Pair { left: loud("l"), right: loud("r") };
        let _tuple = (loud("1"), loud("2"));
        let _list = vec![loud("3"), loud("4")];
        yield_!(op("x", 1))
    }
}

case! {
    fn arguments_of_a_call_when_a_later_one_is_cancelled() -> usize {
        fn three(a: Loud, b: Loud, c: Loud) -> usize { a.touch() + b.touch() + c.touch() }
        let moved = loud("moved");
        three(moved, loud("b"), yield_!(op("x", loud("c"))))
    }
}

case! {
    fn list_elements_when_a_later_one_is_cancelled() -> usize {
        let moved = loud("moved");
        vec![loud("a"), moved, yield_!(op("x", loud("c"))), yield_!(op("y", loud("d")))].len()
    }
}

case! {
    fn struct_fields_when_a_later_one_is_cancelled() -> Pair {
        Pair { right: loud("r"), left: yield_!(op("x", loud("l"))) }
    }
}

case! {
    fn operands_and_locals_when_cancelled() -> usize {
        let _a = loud("a");
        let n = loud("left").into_name().len() + { let _in = loud("in"); yield_!(op("x", 1)) };
        n + yield_!(op("y", 1))
    }
}

case! {
    fn assignment_drops_the_old_value_after_the_right_side() -> i32 {
        let mut a = loud("a");
        a.touch();
        a = { let _in = loud("in"); yield_!(op("x", loud("b"))) };
        a.touch();
        yield_!(op("y", 1))
    }
}

case! {
    fn assignment_to_a_field_drops_the_old_value() -> i32 {
        let mut pair = Pair { left: loud("l"), right: loud("r") };
        pair.right = loud("R");
        yield_!(op("x", ()));
        pair.left = yield_!(op("y", loud("L")));
        yield_!(op("z", 1))
    }
}

case! {
    fn assignment_to_an_element_drops_the_old_value() -> usize {
        let mut list = vec![loud("a"), loud("b")];
        list[1] = yield_!(op("x", loud("c")));
        yield_!(op("y", list.len()))
    }
}

case! {
    fn break_drops_inside_out() -> i32 {
        let _a = loud("a");
        'outer: loop {
            let _b = loud("b");
            loop {
                let _c = loud("c");
                if yield_!(op("x", true)) {
                    let _d = loud("d");
                    break 'outer;
                }
            }
        }
        yield_!(op("y", 1))
    }
}

case! {
    fn iterator_drops_after_the_loop() -> i32 {
        let list = vec![loud("a"), loud("b"), loud("c")];
        for item in list {
            let _in = loud("in");
            if item.touch() == yield_!(op("x", 1)) {
                break;
            }
        }
        yield_!(op("y", 1))
    }
}

case! {
    fn loop_item_moved_away() -> usize {
        let mut kept = Vec::new();
        for item in vec![loud("a"), loud("b")] {
            yield_!(op("x", ()));
            kept.push(item);
            yield_!(op("y", ()));
        }
        kept.len()
    }
}

case! {
    fn closure_captures_drop_with_it() -> i32 {
        let a = loud("a");
        let _b = loud("b");
        let _f = move || a.touch();
        let _c = loud("c");
        yield_!(op("x", 1))
    }
}

case! {
    fn panic_in_the_body_after_a_yield() -> i32 {
        let _a = loud("a");
        yield_!(op("x", ()));
        let _b = loud("b");
        panic!("as asked");
    }
}

case! {
    fn drops_by_match_arms() -> i32 {
        let mut n = 0;
        for item in [Some(loud("a")), None, Some(loud("b"))] {
            n += match item {
                Some(text) if text.name() == "a" => { yield_!(op("x", ())); 1 }
                Some(text) => { drop(text); yield_!(op("y", 2)) }
                None => yield_!(op("z", 3)),
            };
            yield_!(op("end", ()));
        }
        n
    }
}

case! {
    fn temporary_of_a_field() -> i32 {
        struct Held { n: i32, _loud: Loud }
        fn held(name: &str) -> Held { Held { n: 1, _loud: loud(name) } }
        let n = held("a").n + yield_!(op("x", held("b").n)) + held("c").n;
        yield_!(op("y", n))
    }
}

case! {
    fn temporary_of_an_index() -> usize {
        fn list(name: &str) -> Vec<Loud> { vec![loud(name)] }
        let n = list("a")[0].touch() + yield_!(op("x", list("b").len())) + list("c")[0].touch();
        yield_!(op("y", n))
    }
}

case! {
    fn temporary_of_a_dereference() -> i32 {
        struct Held { n: i32, _loud: Loud }
        impl std::ops::Deref for Held {
            type Target = i32;
            fn deref(&self) -> &i32 { &self.n }
        }
        fn held(name: &str) -> Held { Held { n: 1, _loud: loud(name) } }
        let n = *held("a") + yield_!(op("x", *held("b"))) + *held("c");
        yield_!(op("y", -*held("d") + n))
    }
}

case! {
    fn temporary_of_a_dereference_in_a_call() -> i32 {
        struct Held { n: i32, _loud: Loud }
        impl std::ops::Deref for Held {
            type Target = i32;
            fn deref(&self) -> &i32 { &self.n }
        }
        fn held(name: &str) -> Held { Held { n: 1, _loud: loud(name) } }
        fn two(a: i32, b: i32) -> i32 { a + b }
        let n = two(*held("a"), yield_!(op("x", 1)));
        if two(*held("b"), yield_!(op("y", 1))) == 2 { yield_!(op("z", n)) } else { 0 }
    }
}

case! {
    fn temporary_of_a_scrutinee_field() -> i32 {
        struct Held { n: i32, _loud: Loud }
        fn held(name: &str) -> Held { Held { n: 1, _loud: loud(name) } }
        match held("a").n {
            1 => yield_!(op("x", 1)),
            n => n,
        }
    }
}

case! {
    fn temporary_of_a_returned_operand() -> usize {
        let _a = loud("a");
        if value("c", true) {
            let _b = loud("b");
            return loud("temporary").touch() + yield_!(op("x", 1));
        }
        1
    }
}

case! {
    fn temporary_of_a_broken_operand() -> usize {
        let _a = loud("a");
        let n = loop {
            let _b = loud("b");
            break loud("temporary").touch() + yield_!(op("x", 1));
        };
        n + yield_!(op("y", 1))
    }
}

case! {
    fn temporary_of_a_question_mark() -> Option<usize> {
        let _a = loud("a");
        let n = Some(loud("temporary").touch())? + yield_!(op("x", None::<usize>))?;
        Some(n)
    }
}

case! {
    fn temporary_of_an_assignment() -> usize {
        let mut n = 0;
        n += loud("a").touch();
        n = loud("b").touch() + yield_!(op("x", n));
        n += loud("c").touch() + yield_!(op("y", n));
        yield_!(op("z", n))
    }
}

case! {
    fn temporary_of_a_for_list() -> usize {
        let mut n = 0;
        for byte in loud("ab").name().to_owned().into_bytes() {
            n += yield_!(op("x", usize::from(byte)));
        }
        yield_!(op("y", n))
    }
}

case! {
    fn temporary_of_a_nested_yield() -> usize {
        let n = yield_!(op("x", loud("a").touch() + yield_!(op("y", loud("b").touch()))));
        yield_!(op("z", n))
    }
}

case! {
    fn temporary_of_a_let_else() -> usize {
        let Some(n) = Some(loud("a").touch() + yield_!(op("x", 1))) else { return 0 };
        yield_!(op("y", n))
    }
}

case! {
    fn temporary_of_a_let_else_that_leaves() -> usize {
        let Some(n) = Some(loud("a").touch() + yield_!(op("x", 1))).filter(|n| *n > 100) else {
            tell("else");
            return yield_!(op("y", 0));
        };
        n
    }
}

case! {
    fn temporary_extended_by_an_underscore() -> usize {
        let _ = &loud("a");
        let _b = loud("b");
        let _ = loud("c").touch();
        yield_!(op("x", 1))
    }
}

case! {
    fn temporary_extended_and_not_used_again() -> usize {
        let a = &loud("a");
        a.touch();
        let _b = loud("b");
        yield_!(op("x", 1))
    }
}

case! {
    fn temporary_extended_with_a_yield_inside() -> usize {
        let a = &Pair { left: loud("l"), right: yield_!(op("x", loud("r"))) };
        let _b = loud("b");
        yield_!(op("y", ()));
        a.left.touch() + a.right.touch()
    }
}

case! {
    fn scrutinee_by_value_kept_by_a_wildcard_arm() -> usize {
        let n = match (loud("a"), loud("b")) {
            (a, _) if a.touch() == 2 => 0,
            (_, b) => yield_!(op("x", b.touch())),
        };
        yield_!(op("y", n))
    }
}

case! {
    fn scrutinee_by_value_of_a_unit_pattern() -> usize {
        let n = match Some(loud("a")) {
            Some(_) => yield_!(op("x", 1)),
            None => 0,
        };
        yield_!(op("y", n))
    }
}

case! {
    fn scrutinee_by_value_with_bindings_that_copy() -> usize {
        let n = match (loud("a"), 3) {
            (_, n) => yield_!(op("x", n)),
        };
        yield_!(op("y", n))
    }
}

case! {
    fn if_let_by_value_not_bound() -> usize {
        if let Some(_) = yield_!(op("x", Some(loud("a")))) {
            yield_!(op("y", 1))
        } else {
            0
        }
    }
}

case! {
    fn if_let_by_value_with_plain_scrutinee_not_bound() -> usize {
        if let Some(_) = Some(loud("a")) {
            yield_!(op("y", 1))
        } else {
            0
        }
    }
}

case! {
    fn while_let_by_value_not_bound() -> usize {
        let mut list = vec![loud("a"), loud("b")];
        let mut n = 0;
        while let Some(_) = list.pop() {
            n += yield_!(op("y", 1));
        }
        n
    }
}

case! {
    fn matches_of_a_value_that_drops() -> bool {
        let b = matches!(yield_!(op("x", Some(loud("a")))), Some(a) if a.touch() == 1);
        yield_!(op("y", b))
    }
}

case! {
    fn moved_in_a_condition() -> usize {
        let a = loud("a");
        let _b = loud("b");
        if a.into_name().len() == yield_!(op("x", 1)) { yield_!(op("y", 1)) } else { 0 }
    }
}

case! {
    fn block_operand_ends_before_the_yield_of_another() -> usize {
        let n = { let a = loud("a"); a.touch() } + yield_!(op("x", { let b = loud("b"); b.touch() }));
        yield_!(op("y", n))
    }
}

case! {
    fn conditional_initialisation_in_a_loop() -> usize {
        let mut n = 0;
        for i in 0..3 {
            let a;
            let _b = loud(format!("b{i}"));
            if yield_!(op("x", i != 1)) {
                a = loud(format!("a{i}"));
                n += a.touch();
            }
            yield_!(op("y", ()));
        }
        n
    }
}

case! {
    fn assigned_in_both_branches_moved_in_one() -> usize {
        let mut a = loud("a");
        let mut n = 0;
        for i in 0..3 {
            let _turn = loud(i);
            if yield_!(op("x", i % 2 == 0)) {
                n += a.into_name().len();
                a = loud(format!("new{i}"));
            } else {
                a = yield_!(op("y", loud(format!("other{i}"))));
            }
            a.touch();
        }
        n
    }
}

case! {
    fn result_given_to_an_underscore_drops_before_older_temporaries() -> usize {
        let _ = yield_!(op("x", loud(loud("temporary").touch())));
        yield_!(op("y", 1))
    }
}

case! {
    fn result_discarded_drops_before_older_temporaries() -> usize {
        yield_!(op("x", loud(loud("temporary").touch())));
        yield_!(op("y", 1))
    }
}

case! {
    fn underscore_of_a_field_of_a_yield() -> usize {
        let _ = yield_!(op("x", Pair { left: loud("l"), right: loud("r") })).right;
        yield_!(op("y", 1))
    }
}

case! {
    fn underscore_assignment_drops_before_older_temporaries() -> usize {
        _ = yield_!(op("x", loud(loud("temporary").touch())));
        yield_!(op("y", 1))
    }
}

case! {
    fn operands_drop_before_temporaries_when_cancelled() -> usize {
        fn three(a: Loud, n: usize, b: Loud) -> usize { a.touch() + n + b.touch() }
        let n = three(loud("operand"), loud("temporary").touch() + yield_!(op("x", 1)), loud("b"));
        yield_!(op("y", n))
    }
}

case! {
    fn operands_drop_before_older_and_younger_temporaries() -> usize {
        fn three(n: usize, a: Loud, m: usize) -> usize { n + a.touch() + m }
        let n = three(loud("older").touch(), yield_!(op("x", loud("operand"))), loud("younger").touch() + yield_!(op("y", 1)));
        yield_!(op("z", n))
    }
}

case! {
    fn underscore_of_a_field_of_a_value() -> usize {
        let _ = Pair { right: loud("r"), left: yield_!(op("x", loud("l"))) }.left;
        yield_!(op("y", 1))
    }
}

case! {
    fn operands_of_a_tuple_beside_temporaries() -> usize {
        let pair = (loud("operand"), loud("temporary").touch(), yield_!(op("x", 1)));
        yield_!(op("y", pair.1))
    }
}

case! {
    fn a_guard_that_panics_has_moved_nothing() -> usize {
        fn chosen(x: &Loud) -> bool { x.touch() == 1 }
        let a = Some(loud("a"));
        let b = loud("b");
        let n = match a {
            Some(x) if chosen(&x) => { let _y = loud("y"); yield_!(op("p", ())); drop(b); x.touch() }
            Some(x) => x.touch(),
            None => 0,
        };
        yield_!(op("q", n))
    }
}

case! { fn what_the_last_wait_binds_drops_before_older_locals() -> usize {
    let other = loud("other");
    let name = yield_!(op("w", loud("name")));
    name.touch() + other.touch()
} }

case! { fn what_the_last_wait_binds_drops_before_older_locals_of_which_one_was_moved() -> usize {
    let conn = loud("conn");
    let other = loud("other");
    let name = yield_!(op("w", conn));
    name.touch() + other.touch()
} }

case! { fn what_a_let_else_binds_drops_before_older_locals() -> usize {
    let shared = loud("shared");
    let flag = loud("flag");
    let Some(name) = yield_!(op("w", Some(loud("name")))) else { return flag.touch() };
    name.touch() + shared.touch()
} }

case! { fn a_let_else_after_the_last_wait_leaves_by_its_else() -> usize {
    let shared = loud("shared");
    let flag = loud("flag");
    let Some(name) = yield_!(op("w", None::<Loud>)) else { return flag.touch() };
    name.touch() + shared.touch()
} }

case! { fn what_a_pattern_leaves_of_the_last_wait_drops_at_once() -> usize {
    let shared = loud("shared");
    let Pair { left, .. } = yield_!(op("w", Pair { left: loud("l"), right: loud("r") }));
    left.touch() + shared.touch()
} }

case! { fn what_a_pattern_borrows_of_the_last_wait_lives_on() -> usize {
    let shared = loud("shared");
    let Pair { ref left, .. } = yield_!(op("w", Pair { left: loud("l"), right: loud("r") }));
    left.touch() + shared.into_name().len()
} }

/// What ends together: blocks, a branch, a labelled block and a loop, each the tail of the one around it.
macro_rules! ends_together {
    ($name:ident, $n:expr, $leave:expr, |$value:ident| $after:expr) => {
        case! {
            fn $name() -> usize {
                let _a = loud("a");
                let $value = {
                    let _b = loud("b");
                    let n = yield_!(op("n", $n));
                    let _c = loud("c");
                    'out: {
                        let _d = loud("d");
                        if yield_!(op("leave", $leave)) {
                            break 'out 5;
                        }
                        let _e = loud("e");
                        match yield_!(op("matched", n)) {
                            1 => {
                                let _f = loud("f");
                                yield_!(op("last", 7))
                            }
                            _ => {
                                let _g = loud("g");
                                loop {
                                    let _h = loud("h");
                                    if yield_!(op("stop", true)) {
                                        break loud("broken").touch() + n;
                                    }
                                }
                            }
                        }
                    }
                };
                $after
            }
        }
    };
}

ends_together!(ends_together_with_the_body, 1, false, |value| value);
ends_together!(ends_together_with_the_body_by_a_loop, 2, false, |value| value);
ends_together!(ends_together_with_the_body_by_a_break, 2, true, |value| value);
ends_together!(ends_together_before_a_wait, 1, false, |value| yield_!(op("after", value)));
ends_together!(ends_together_before_a_wait_by_a_loop, 2, false, |value| yield_!(op("after", value)));
ends_together!(ends_together_before_a_wait_by_a_break, 1, true, |value| yield_!(op("after", value)));

case! {
    fn turns_that_end_by_the_end_of_what_is_in_them() -> usize {
        let mut sum = 0;
        'turns: for n in 0..4usize {
            let _turn = loud("turn");
            match n {
                0 => {
                    let kept = loud("kept");
                    yield_!(op("first", ()));
                    if kept.touch() > 100 {
                        break 'turns;
                    }
                    let _later = loud("later");
                    yield_!(op("second", ()))
                }
                1 => {
                    let _other = loud("other");
                    if yield_!(op("skip", true)) {
                        continue 'turns;
                    }
                }
                _ => yield_!(op("third", sum += n)),
            }
        }
        sum
    }
}

case! {
    fn an_output_that_is_the_last_wait_while_others_are_kept() -> Loud {
        let _a = loud("a");
        let b = loud("b");
        yield_!(op("x", ()));
        let _c = loud(format!("c{}", b.touch()));
        yield_!(op("y", loud("output")))
    }
}

// What is bound together is dropped in its order, though one of it is kept as something else than it is.
case! {
    fn one_of_a_pattern_may_be_a_copy() -> u32 {
        let p = loud("p");
        let r = &p;
        let (a, b, c, d) = beside(&r, (loud("a"), loud("b"), loud("c"), loud("d")));
        yield_!(op("o", 1));
        let n = beside(&b, 1);
        yield_!(op("o'", n));
        drop(c);
        value("v", 1)
    }
}
case! {
    fn one_of_a_pattern_may_be_a_copy_and_another_is_cloned() -> u32 {
        let n = 3;
        let r = &n;
        let Pair { left, right } = beside(&*r, Pair { left: yield_!(op("o", loud("l"))), right: loud("r") });
        yield_!(op("o'", right.clone()));
        beside(&left, 1)
    }
}
case! {
    fn copies_and_options_in_one_pattern() -> u32 {
        let (a, mut b, (c, d), e) = (loud("a"), loud("b"), (loud("c"), loud("d")), loud("e"));
        let r = &a;
        let (mut x, y, z) = beside(&r, (loud("x"), loud("y"), loud("z")));
        x = loud("x'");
        yield_!(op("o", y.name().len() as u32));
        if yield_!(op("o'", true)) {
            drop(b);
            b = loud("b'");
        }
        value("w", 1);
        let n = beside(&z, 1);
        beside(&y, 1);
        yield_!(op("o''", n));
        drop(c);
        value("v", 1)
    }
}
