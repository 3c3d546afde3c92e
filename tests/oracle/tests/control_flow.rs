//! Control flow: every branch, loop and exit.
#![allow(
    clippy::all,
    unsafe_code,
    non_upper_case_globals,
    unreachable_code,
    unused_assignments,
    unused_variables,
    reason = "the bodies are what is tested"
)]

use oracle::prelude::*;

case! {
    fn let_else_with_a_yield() -> i32 {
        let Some(a) = yield_!(op("x", None::<i32>)) else {
            return yield_!(op("y", 5));
        };
        a
    }
}

case! {
    fn if_else_if_else() -> i32 {
        let mut sum = 0;
        for n in 0..3 {
            let _held = loud(n);
            sum += if n == 0 {
                yield_!(op("a", 1))
            } else if yield_!(op("b", n == 1)) {
                10
            } else {
                yield_!(op("c", 100))
            };
        }
        sum
    }
}

case! {
    fn if_without_else() -> i32 {
        let mut n = 1;
        if yield_!(op("condition", true)) {
            n += yield_!(op("then", 1));
        }
        if n == 3 {
            yield_!(op("never", ()));
        }
        n
    }
}

case! {
    fn if_let_on_a_yield() -> String {
        if let Some(text) = yield_!(op("x", Some(loud("text")))) {
            yield_!(op("y", ()));
            text.into_name()
        } else {
            yield_!(op("z", "nothing".to_owned()))
        }
    }
}

case! {
    fn if_let_else_on_a_yield() -> String {
        if let Some(text) = yield_!(op("x", None::<Loud>)) {
            yield_!(op("y", ()));
            text.into_name()
        } else {
            yield_!(op("z", "nothing".to_owned()))
        }
    }
}

case! {
    fn if_let_else_if_let_else() -> i32 {
        let (a, b) = (None::<i32>, Some(4));
        if let Some(n) = a {
            yield_!(op("a", n))
        } else if let Some(n) = b {
            yield_!(op("b", n)) + n
        } else {
            yield_!(op("c", 0))
        }
    }
}

case! {
    fn match_with_yields_in_arms() -> i32 {
        let mut sum = 0;
        for n in 0..4 {
            sum += match n {
                0 => yield_!(op("zero", 1)),
                1 | 2 => {
                    let _held = loud(n);
                    yield_!(op("few", 10)) + n
                }
                _ => 1000,
            };
        }
        sum
    }
}

case! {
    fn match_with_guards() -> i32 {
        let mut sum = 0;
        for pair in [(1, 1), (1, 2), (2, 1)] {
            sum += match pair {
                (a, b) if a == b => yield_!(op("same", a)),
                (a, b) if value("less", a < b) => yield_!(op("less", 10 * b)),
                (a, _) => yield_!(op("more", 100 * a)),
            };
        }
        sum
    }
}

case! {
    fn match_on_a_yield() -> i32 {
        match yield_!(op("x", 3)) {
            n @ 1..=5 => yield_!(op("y", n)) + n,
            n => n,
        }
    }
}

case! {
    fn match_without_a_yield_in_its_arms() -> i32 {
        match yield_!(op("x", Some(3))) {
            Some(n) if n > 5 => 1,
            Some(n) => n,
            None => 0,
        }
    }
}

case! {
    fn match_guard_moves_nothing_until_it_holds() -> String {
        let held = Some(loud("held"));
        match held {
            Some(a) if a.touch() == 1 => { yield_!(op("x", ())); a.into_name() }
            Some(a) if a.touch() == 4 => { yield_!(op("y", ())); a.into_name() + "!" }
            _ => yield_!(op("z", String::new())),
        }
    }
}

case! {
    fn loop_with_break_value() -> i32 {
        let mut n = 0;
        let found = loop {
            let _turn = loud(n);
            n += yield_!(op("step", 1));
            if n == 3 {
                break n * 10;
            }
        };
        found + n
    }
}

case! {
    fn break_with_a_yield() -> i32 {
        let _a = loud("a");
        loop {
            let _b = loud("b");
            break yield_!(op("x", 3));
        }
    }
}

case! {
    fn break_label_with_a_yield() -> i32 {
        'outer: loop {
            let _a = loud("a");
            loop {
                let _b = loud("b");
                break 'outer yield_!(op("x", 3));
            }
        }
    }
}

case! {
    fn labeled_block() -> i32 {
        let n = 'found: {
            let _a = loud("a");
            if yield_!(op("x", false)) {
                break 'found 1;
            }
            let _b = loud("b");
            if yield_!(op("y", true)) {
                break 'found yield_!(op("z", 2));
            }
            3
        };
        n + yield_!(op("end", 10))
    }
}

case! {
    fn labels_of_nested_loops() -> Vec<(i32, i32)> {
        let mut seen = Vec::new();
        'rows: for row in 0..4 {
            let _row = loud(format!("row{row}"));
            for column in 0..4 {
                let _column = loud(format!("column{column}"));
                if yield_!(op("skip", row == 1)) {
                    continue 'rows;
                }
                if column == 1 {
                    break;
                }
                if row == 3 {
                    break 'rows;
                }
                seen.push((row, yield_!(op("column", column))));
            }
        }
        seen
    }
}

case! {
    fn continue_drops_what_is_in_the_body() -> i32 {
        let mut n = 0;
        while n < 4 {
            let _turn = loud(n);
            n += 1;
            if n % 2 == 0 {
                continue;
            }
            yield_!(op("odd", ()));
        }
        n
    }
}

case! {
    fn while_with_a_yield_in_its_condition() -> i32 {
        let mut n = 0;
        while yield_!(op("more", n < 3)) {
            let _turn = loud(n);
            n += yield_!(op("by", 1));
        }
        n
    }
}

case! {
    fn while_condition_with_a_temporary() -> usize {
        let mut n = 0;
        while loud(format!("{n}")).touch() + yield_!(op("x", n)) < 3 {
            n += 1;
        }
        n
    }
}

case! {
    fn while_let_on_a_yield() -> Vec<i32> {
        let mut seen = Vec::new();
        let mut n = 0;
        while let Some(next) = yield_!(op("next", (n < 3).then_some(n))) {
            let _turn = loud(n);
            seen.push(next);
            n += yield_!(op("by", 1));
        }
        seen
    }
}

case! {
    fn while_let_pop() -> Vec<String> {
        let mut stack = vec![loud("a"), loud("b"), loud("c")];
        let mut names = Vec::new();
        while let Some(top) = stack.pop() {
            yield_!(op("x", ()));
            names.push(top.into_name());
        }
        names
    }
}

case! {
    fn for_over_a_vector_by_value() -> usize {
        let list = vec![loud("a"), loud("b"), loud("c")];
        let mut n = 0;
        for item in list {
            n += yield_!(op("x", 1));
            if n == 2 {
                break;
            }
            item.touch();
        }
        yield_!(op("end", n))
    }
}

case! {
    fn for_over_a_yield() -> i32 {
        let mut sum = 0;
        for n in yield_!(op("list", vec![1, 2, 3])) {
            sum += yield_!(op("x", n));
        }
        sum
    }
}

case! {
    fn for_with_a_pattern() -> Vec<String> {
        let mut all = Vec::new();
        for (index, Pair { left, right }) in [Pair { left: loud("a"), right: loud("b") }].into_iter().enumerate() {
            yield_!(op("x", ()));
            all.push(format!("{index}{}{}", left.name(), right.name()));
        }
        all
    }
}

case! {
    fn for_in_reverse_with_step() -> Vec<i32> {
        let mut all = vec![];
        for n in (0..10).rev().step_by(3) {
            all.push(yield_!(op("x", n)));
        }
        all
    }
}

case! {
    fn endless_loop_left_by_return() -> i32 {
        let mut n = 0;
        loop {
            let _turn = loud(n);
            n += 1;
            if yield_!(op("x", n == 2)) {
                return n;
            }
        }
    }
}

case! {
    fn return_of_a_yield() -> i32 {
        let _a = loud("a");
        {
            let _b = loud("b");
            return yield_!(op("x", 3));
        }
    }
}

case! {
    fn early_return_in_a_match() -> i32 {
        let _a = loud("a");
        let n = match yield_!(op("x", Some(3))) {
            Some(n) if n > 2 => return n + yield_!(op("y", 1)),
            Some(n) => n,
            None => return 0,
        };
        yield_!(op("z", n))
    }
}

case! {
    fn question_mark_on_a_result() -> Result<i32, String> {
        let _a = loud("a");
        let one = yield_!(op("x", Ok::<_, String>(1)))?;
        let _b = loud("b");
        let two = yield_!(op("y", Err::<i32, _>("broken")))?;
        let _c = loud("c");
        Ok(one + two)
    }
}

case! {
    fn question_mark_on_an_option() -> Option<i32> {
        let _a = loud("a");
        let one = yield_!(op("x", Some(1)))?;
        let _b = loud("b");
        let two = None.or(yield_!(op("y", None::<i32>)))?;
        Some(one + two)
    }
}

case! {
    fn question_mark_between_yields() -> Result<i32, std::num::ParseIntError> {
        let mut sum = 0;
        for text in ["1", "2", "x", "4"] {
            let _turn = loud(text);
            let n: i32 = text.parse()?;
            sum += yield_!(op("add", n));
        }
        Ok(sum)
    }
}

case! {
    fn question_mark_in_an_operation() -> Result<i32, std::num::ParseIntError> {
        let _a = loud("a");
        let one = yield_!(op("x", "1".parse::<i32>()?));
        let two = yield_!(op("y", "y".parse::<i32>()?));
        Ok(one + two)
    }
}

case! {
    fn question_mark_on_control_flow() -> std::ops::ControlFlow<i32, i32> {
        use std::ops::ControlFlow;
        let one = yield_!(op("x", ControlFlow::<i32, i32>::Continue(1)))?;
        let two = yield_!(op("y", ControlFlow::<i32, i32>::Break(one + 1)))?;
        ControlFlow::Continue(two)
    }
}

case! {
    fn question_mark_inside_an_expression() -> Option<i32> {
        Some(yield_!(op("x", Some(1)))? + value("between", Some(2))? + yield_!(op("y", Some(4)))?)
    }
}

case! {
    fn let_else() -> i32 {
        let _a = loud("a");
        let Some(n) = yield_!(op("x", Some(3))) else { return 0 };
        let Some(m) = yield_!(op("y", None::<i32>)) else { return n };
        m + n
    }
}

case! {
    fn let_else_keeps_its_bindings() -> String {
        let (Some(a), b) = (Some(loud("a")), loud("b")) else { return String::new() };
        yield_!(op("x", ()));
        a.into_name() + b.name()
    }
}

case! {
    fn let_else_in_a_loop() -> i32 {
        let mut sum = 0;
        for n in [Some(1), None, Some(3)] {
            let _turn = loud(format!("{n:?}"));
            let Some(n) = n else { continue };
            sum += yield_!(op("x", n));
        }
        sum
    }
}

case! {
    fn blocks_as_values() -> i32 {
        let a = { let _x = loud("x"); yield_!(op("a", 1)) };
        let b = { let y = loud("y"); let n = yield_!(op("b", 2)); n + y.touch() as i32 };
        a + b
    }
}

case! {
    fn unsafe_block() -> i32 {
        #[allow(unused_unsafe, reason = "it is what is tested")]
        let n = unsafe { yield_!(op("x", 1)) + 1 };
        n
    }
}

case! {
    fn never_type_of_a_branch() -> i32 {
        let n: i32 = if yield_!(op("x", true)) { 3 } else { panic!("not here") };
        let m = match yield_!(op("y", Some(2))) { Some(m) => m, None => unreachable!() };
        n + m
    }
}

case! {
    fn panic_of_the_body() -> i32 {
        let _a = loud("a");
        let list = vec![loud("b")];
        let index = yield_!(op("x", 1));
        let _c = loud("c");
        list[index].touch() as i32
    }
}

case! {
    fn no_yield_at_all() -> i32 {
        let a = loud("a");
        a.touch() as i32
    }
}

case! {
    fn unit_output_and_give_way() {
        let _a = loud("a");
        yield_!();
        let _b = loud("b");
        yield_!();
    }
}

case! {
    fn operations_that_do_not_suspend() -> i32 {
        let mut sum = 0;
        for n in 0..3 {
            let _turn = loud(n);
            sum += yield_!(ready("x", n));
        }
        sum + yield_!(slow("slow", 3, 10))
    }
}

case! {
    fn while_with_break_and_labels() -> i32 {
        let mut n = 0;
        'a: while n < 10 {
            n += 1;
            'b: while yield_!(op("inner", true)) {
                let _held = loud(n);
                n += 1;
                if n > 6 { break 'a; }
                if n % 2 == 0 { continue 'a; }
                if n % 3 == 0 { break 'b; }
            }
        }
        n
    }
}

case! {
    fn loop_inside_a_match_inside_a_loop() -> Vec<i32> {
        let mut seen = vec![];
        let mut state = Some(0);
        while let Some(n) = state {
            state = match n {
                0 => loop {
                    if yield_!(op("zero", true)) { break Some(1); }
                },
                1 => { yield_!(op("one", ())); seen.push(1); Some(2) }
                _ => None,
            };
            seen.push(n);
        }
        seen
    }
}

case! {
    fn shadowed_labels() -> i32 {
        let mut n = 0;
        #[allow(unused_labels, reason = "the inner one hides it")]
        'l: for _ in 0..2 {
            #[allow(unused_labels, reason = "it is what is tested")]
            {
                n += 'm: { if yield_!(op("x", n == 0)) { break 'm 5; } yield_!(op("y", 1)) };
            }
            if n > 5 { break 'l; }
        }
        n
    }
}

case! {
    fn break_from_a_condition() -> i32 {
        let mut n = 0;
        loop {
            if yield_!(op("x", if n == 2 { break } else { n })) == 1 {
                let _held = loud("held");
                yield_!(op("y", ()));
            }
            n += 1;
        }
        n
    }
}

case! {
    fn return_from_an_operand() -> i32 {
        let _a = loud("a");
        let n = 1 + if yield_!(op("x", true)) { return yield_!(op("y", 9)) } else { 2 };
        yield_!(op("z", n))
    }
}

case! {
    fn question_mark_and_return_in_a_closure() -> Option<i32> {
        let f = |n: Option<i32>| -> Option<i32> { if n == Some(9) { return None; } Some(n? + 1) };
        let a = f(Some(1))?;
        yield_!(op("x", ()));
        Some(a + f(Some(2))? + f(None).unwrap_or(100))
    }
}

case! {
    fn return_inside_a_macro() -> i32 {
        let _a = loud("a");
        let n: Option<i32> = yield_!(op("x", None));
        let v = vec![1, match n { Some(n) => n, None => return 7 }];
        yield_!(op("y", v[1]))
    }
}

case! {
    fn return_inside_a_macro_with_a_yield() -> String {
        let _a = loud("a");
        let n: Option<i32> = yield_!(op("x", None));
        format!("{} {}", yield_!(op("y", 1)), match n { Some(n) => n, None => return String::from("none") })
    }
}

case! {
    fn break_by_a_macro_of_the_user() -> i32 {
        macro_rules! stop { () => { break }; }
        let mut n = 0;
        loop {
            let _turn = loud(n);
            n += yield_!(op("x", 1));
            if n == 2 { stop!(); }
        }
        n
    }
}

case! {
    fn labeled_block_in_an_operand() -> i32 {
        1 + 'a: {
            let _a = loud("a");
            if yield_!(op("x", true)) {
                break 'a 5;
            }
            yield_!(op("y", 1))
        } * 2
    }
}

case! {
    fn variants_by_their_bare_names() -> i32 {
        #[derive(Clone, Copy)]
        enum Way { Left, Right }
        use Way::*;
        let mut sum = 0;
        for way in [Left, Right] {
            sum += match way {
                Left => yield_!(op("l", 1)),
                Right => yield_!(op("r", 10)),
            };
        }
        sum
    }
}

case! {
    fn constants_with_lower_case_names_in_patterns() -> i32 {
        #[allow(non_upper_case_globals, reason = "it is what is tested")]
        const limit: i32 = 5;
        let mut sum = 0;
        for n in [5, 6] {
            sum += match n {
                limit => yield_!(op("limit", 1)),
                _ => yield_!(op("other", 10)),
            };
        }
        sum
    }
}

case! {
    fn diverging_operand_before_a_yield() -> i32 {
        fn two(a: i32, b: i32) -> i32 { a + b }
        let _a = loud("a");
        two(if yield_!(op("x", true)) { return 4 } else { 5 }, yield_!(op("y", 1)))
    }
}

case! {
    fn closure_that_formats_what_it_captures() -> String {
        let a = String::from("a");
        let f = move |n: i32| format!("{a}{n}");
        yield_!(op("x", ()));
        f(1) + &f(2)
    }
}

case! {
    fn if_let_whose_else_alone_yields() -> usize {
        if let Some(a) = Some(loud("a")) {
            let b = a;
            b.touch()
        } else {
            yield_!(op("x", 1))
        }
    }
}

case! {
    fn match_whose_last_arm_alone_yields() -> usize {
        match Some(loud("a")) {
            Some(a) if a.touch() > 5 => a.touch(),
            Some(_) => { yield_!(op("x", 2)) }
            None => 0,
        }
    }
}

case! {
    fn for_over_a_yield_with_a_plain_body() -> i32 {
        let mut sum = 0;
        for n in yield_!(op("list", vec![1, 2, 3])) {
            sum += n;
        }
        for a in vec![yield_!(op("a", loud("a"))), loud("b")] {
            a.touch();
        }
        sum
    }
}

case! {
    fn let_else_of_a_type_that_follows_later() -> u64 {
        fn double(n: u64) -> u64 { n * 2 }
        let _a = loud("a");
        let Ok(n) = "12".parse() else {
            yield_!(op("x", ()));
            return 1;
        };
        let m = match "x".parse() {
            Ok(m) => yield_!(op("y", m)),
            Err(_) => yield_!(op("z", 5)),
        };
        double(n) + m
    }
}

case! { fn a_question_mark_before_an_operator_in_a_condition() -> Result<u32, String> {
    let mut n = 2;
    while yield_!(op(n, Ok::<_, String>(n)))? > 0 {
        n -= 1;
    }
    if yield_!(op("last", Err::<u32, _>(String::from("over"))))? == 0 { Ok(n) } else { Ok(9) }
} }

case! {
    fn continue_drops_what_the_turn_declared_first() -> usize {
        let mut turn = 0;
        'outer: loop {
            turn += 1;
            let a = loud("a");
            if turn == 1 { let _early = loud("early"); continue; }
            let Some(n) = yield_!(op("x", (turn > 2).then_some(turn))) else {
                let _b = loud("b");
                continue;
            };
            let c = loud("c");
            for m in 0..3 {
                let d = loud("d");
                yield_!(op("y", m));
                if n == 3 && m == 1 { let _e = loud("e"); continue 'outer; }
                if m == 0 { let _f = loud("f"); continue; }
                yield_!(op("z", d.touch()));
            }
            yield_!();
            break a.touch() + c.touch();
        }
    }
}

case! {
    fn mention_of_what_was_moved_after_a_return() -> usize {
        let x = loud("x");
        let n = yield_!(op("x", 1));
        drop(x);
        {
            return n;
        }
        drop(x);
        n
    }
}

case! {
    fn mentions_after_a_loop_without_an_end() -> usize {
        let n = 5;
        let (x, name) = (loud("x"), String::from("name"));
        let m = yield_!(op("x", 1));
        loop {
            if m == yield_!(op("y", 1)) {
                return n;
            }
        }
        drop(x);
        name.len()
    }
}

case! {
    fn operand_after_one_that_returns() -> usize {
        let n = yield_!(op("x", 2));
        let m = n;
        yield_!(op("y", 1));
        let list = second(loud("a"), vec![0; n]);
        let f = move || m;
        (Pair { left: loud("b"), right: return 3 }, list, f()).1.len()
    }
}

case! {
    fn assignment_of_what_returns() -> bool {
        let mut n = 1;
        n += yield_!(op("x", 1));
        n = (Pair { left: loud("a"), right: return value("v", true) }, 1).1;
        n == 1
    }
}

case! {
    fn wait_after_a_return() -> usize {
        let n = yield_!(op("x", 2));
        let x = loud("x");
        return 1;
        yield_!(op("y", 1));
        drop(x);
        n
    }
}
