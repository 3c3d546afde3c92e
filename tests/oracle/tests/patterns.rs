//! Patterns: what they bind, move, copy and leave behind, across yields.
#![allow(clippy::all, dead_code, irrefutable_let_patterns, reason = "the bodies are what is tested")]

use oracle::prelude::*;

#[derive(Debug)]
enum Shape {
    Point,
    Circle(Loud),
    Square { side: u32, name: Loud },
}

fn square(side: u32) -> Shape {
    Shape::Square { side, name: loud("square") }
}

case! {
    fn enum_variants() -> usize {
        let mut n = 0;
        for shape in [Shape::Point, Shape::Circle(loud("circle")), square(3)] {
            n += match shape {
                Shape::Point => yield_!(op("point", 1)),
                Shape::Circle(name) => { yield_!(op("circle", ())); name.touch() }
                Shape::Square { side, name } => yield_!(op("square", side as usize)) + name.touch(),
            };
        }
        n
    }
}

case! {
    fn or_patterns_with_bindings() -> i32 {
        let mut sum = 0;
        for result in [Ok(1), Err(2), Ok(30)] {
            sum += match result {
                Ok(n @ 1..=9) | Err(n) => yield_!(op("small", n)),
                Ok(n) => n + yield_!(op("large", 100)),
            };
        }
        sum
    }
}

case! {
    fn or_patterns_of_values_that_drop() -> usize {
        let mut n = 0;
        for result in [Ok(loud("ok")), Err(loud("err"))] {
            match result {
                Ok(a) | Err(a) => { yield_!(op("x", ())); n += a.touch(); }
            }
        }
        n
    }
}

case! {
    fn nested_or_patterns() -> i32 {
        let mut sum = 0;
        for pair in [(Some(1), 'a'), (Some(2), 'b'), (None, 'c')] {
            sum += match pair {
                (Some(1 | 2), c @ ('a' | 'z')) => yield_!(op("az", c as i32)),
                (Some(n), _) => yield_!(op("some", n)),
                (None, 'c' | 'd') => yield_!(op("cd", 1000)),
                _ => 0,
            };
        }
        sum
    }
}

case! {
    fn at_patterns() -> i32 {
        match yield_!(op("x", 7)) {
            n @ (1 | 3) => n,
            n @ 5.. => yield_!(op("y", n)) + n,
            _ => 0,
        }
    }
}

case! {
    fn at_pattern_with_a_subpattern() -> (i32, Option<i32>) {
        let whole @ Some(n) = yield_!(op("x", Some(3))) else { return (0, None) };
        yield_!(op("y", ()));
        (n, whole)
    }
}

case! {
    fn slice_patterns() -> i32 {
        let list = [1, 2, 3, 4];
        match list {
            [first, .., last] if first < last => yield_!(op("x", first)) + last,
            _ => 0,
        }
    }
}

case! {
    fn slice_patterns_of_a_static() -> i32 {
        let list: &'static [i32] = &[1, 2, 3];
        match list {
            [a, rest @ ..] => { yield_!(op("x", ())); a + rest.len() as i32 }
            [] => 0,
        }
    }
}

case! {
    fn literal_and_constant_patterns() -> i32 {
        const LIMIT: i32 = 5;
        let mut sum = 0;
        for n in [0, LIMIT, -1, 9] {
            sum += match n {
                0 => yield_!(op("zero", 1)),
                LIMIT => yield_!(op("limit", 10)),
                -1 => 100,
                _ => yield_!(op("other", 1000)),
            };
        }
        sum
    }
}

case! {
    fn string_patterns() -> i32 {
        let text = yield_!(op("x", String::from("two")));
        match text.as_str() {
            "one" => 1,
            "two" => yield_!(op("y", 2)),
            _ => 3,
        }
    }
}

case! {
    fn reference_patterns() -> i32 {
        let pair: &'static (i32, i32) = &(1, 2);
        let &(a, b) = pair;
        yield_!(op("x", ()));
        let (c, d) = pair;
        yield_!(op("y", ()));
        a + b + c + *d
    }
}

case! {
    fn struct_patterns_with_rest() -> u32 {
        struct Config { a: u32, b: u32, _c: u32 }
        let config = Config { a: 1, b: 2, _c: 3 };
        let Config { a, .. } = config;
        yield_!(op("x", ()));
        let Config { b: renamed, .. } = config;
        yield_!(op("y", ()));
        a + renamed
    }
}

case! {
    fn match_on_a_tuple_of_locals() -> usize {
        let (a, b) = (loud("a"), loud("b"));
        match (a, b) {
            (a, b) if a.touch() == 2 => b.touch(),
            (a, b) => { yield_!(op("x", ())); b.touch() + a.touch() }
        }
    }
}

case! {
    fn match_on_a_tuple_with_a_yield() -> usize {
        let a = loud("a");
        match (a, yield_!(op("x", Some(loud("b"))))) {
            (a, Some(b)) => { yield_!(op("y", ())); b.touch() + a.touch() }
            (a, None) => a.touch(),
        }
    }
}

case! {
    fn match_in_a_match() -> i32 {
        match yield_!(op("x", Some(Ok::<i32, i32>(3)))) {
            Some(result) => match result {
                Ok(n) => match n { 3 => yield_!(op("three", 3)), n => n },
                Err(n) => yield_!(op("err", -n)),
            },
            None => 0,
        }
    }
}

case! {
    fn match_with_unit_arms() -> i32 {
        let mut n = 0;
        match yield_!(op("x", true)) {
            true => n += yield_!(op("y", 1)),
            false => {}
        }
        match n { 1 => (), _ => yield_!(op("never", ())) }
        n
    }
}

case! {
    fn match_with_a_diverging_arm() -> i32 {
        loop {
            let n = match yield_!(op("x", 3)) {
                0 => continue,
                1 => return yield_!(op("y", 1)),
                3 => break 33,
                n => n,
            };
            yield_!(op("z", n));
        }
    }
}

case! {
    fn guard_that_uses_bindings() -> usize {
        match yield_!(op("x", (loud("a"), 3))) {
            (a, n) if a.touch() == n => 0,
            (a, n) if n == 3 && a.name() == "a" => { yield_!(op("y", ())); a.touch() }
            _ => 9,
        }
    }
}

case! {
    fn if_let_with_or_pattern() -> i32 {
        let value: Result<i32, i32> = Err(3);
        if let Ok(n) | Err(n) = value { yield_!(op("x", n)) + n } else { 0 }
    }
}

case! {
    fn nested_options_by_while_let() -> Vec<i32> {
        let mut stack = vec![Some(1), None, Some(2)];
        let mut all = vec![];
        while let Some(top) = stack.pop() {
            let Some(n) = top else { continue };
            all.push(yield_!(op("x", n)));
        }
        all
    }
}

case! {
    fn closure_parameters_with_patterns() -> i32 {
        let sum = |(a, b): (i32, i32), Point { x, .. }: Point| a + b + x;
        struct Point { x: i32, _y: i32 }
        yield_!(op("x", ()));
        sum((1, 2), Point { x: 3, _y: 4 })
    }
}

case! {
    fn mutable_bindings_in_patterns() -> Vec<i32> {
        let mut all = vec![];
        for (mut a, b) in [(1, 2), (3, 4)] {
            a += yield_!(op("x", b));
            all.push(a);
        }
        if let Some(mut n) = Some(5) {
            n += yield_!(op("y", 1));
            all.push(n);
        }
        match (1, 2) {
            (mut a, b) => { a += yield_!(op("z", b)); all.push(a); }
        }
        all
    }
}

case! {
    fn mutable_references_in_patterns() -> (i32, i32) {
        let mut pair = (1, 2);
        let (a, b) = &mut pair;
        *a += 1;
        *b += 1;
        yield_!(op("x", ()));
        pair
    }
}

case! {
    fn let_else_of_places_with_written_types() -> usize {
        let pair = (Some(loud("a").touch()), None);
        let Some(a): Option<usize> = pair.0 else {
            yield_!(op("x", ()));
            return 1;
        };
        let Some(_): Option<u32> = pair.1 else {
            yield_!(op("y", a));
            let (b, _): (Loud, Loud) = beside(&loud("b"), yield_!(op("z", (loud("c"), loud("d")))));
            return b.touch();
        };
        2
    }
}

case! {
    what_is_left_of_an_array_that_an_element_is_taken_of(()) {
        #[task]
        fn body(_: ()) {
            if let Some([_, a, _]) = Some([loud("1"), loud("2"), loud("3")]) {
                yield_!(op("x", a.touch()));
            }
            if let Some([_, _, _]) = Some([loud("4"), loud("5"), loud("6")]) {
                yield_!(op("y", 1));
            }
            match ([loud("a"), loud("b"), loud("c"), loud("d"), loud("e"), loud("f")], loud("g")) {
                ([_, _, b, _, c, _], _) => {
                    yield_!(op("z", b.touch() + c.touch()));
                }
            }
            let mut list = vec![[loud("7"), loud("8"), loud("9")]];
            while let Some([a, _, _]) = yield_!(op("u", list.pop())) {
                yield_!(op("v", a.touch()));
            }
            for [_, _, a] in [[loud("h"), loud("i"), loud("j")]] {
                yield_!(op("w", a.touch()));
            }
            second(match [loud("k"), loud("l"), loud("m")] { [_, a, _] => a }, yield_!(op("t", 1)));
        }
    }
}

case! {
    what_is_left_of_an_array_whose_elements_are_taken_apart(()) {
        #[task]
        fn body(_: ()) {
            match [(1, loud("a")), (2, loud("b"))] {
                [(m, a), (n, b)] => {
                    yield_!(op("x", m + n));
                    drop(b);
                    drop(a);
                }
            }
            match [Some(loud("c")), None, None] {
                [_, None, _] => yield_!(op("y", ())),
                _ => {}
            }
        }
    }
}

case! {
    values_of_statements_go_before_what_was_matched(()) {
        #[task]
        fn body(_: ()) {
            (match Some(Pair { left: loud("a"), right: loud("b") }) {
                Some(Pair { left: _, right: _b }) => (loud("c"), 1),
                _ => yield_!(op("x", (loud("d"), 2))),
            });
            match Some(Pair { left: loud("e"), right: loud("f") }) {
                Some(Pair { left: _e, right: _ }) => {
                    value("n", 1);
                    loud("g")
                }
                _ => yield_!(op("y", loud("h"))),
            };
        }
    }
}

case! {
    fn a_name_for_all_that_matches() -> usize {
        match yield_!(op("x", Some(loud("a")))) { s @ Some(_) => { yield_!(op("y", ())); s.map_or(0, |l| l.touch()) } None => 0 }
    }
}

case! {
    fn what_is_left_of_a_slice() -> i32 {
        fn g() -> &'static [i32] { &[1, 2, 3] }
        match g() { [f, .., l] => { yield_!(op("x", ())); f + l } _ => 0 }
    }
}

case! {
    fn numbers_that_a_condition_leaves() -> i32 {
        fn g() -> (i32, i32, char) { (1, 2, 'c') }
        if let (f, ..) = g() { yield_!(op("x", ())); f } else { 0 }
    }
}

case! {
    fn numbers_that_an_arm_leaves() -> i32 {
        match yield_!(op("y", (1, 2, 'c'))) { (f, .., 'c') => { yield_!(op("x", ())); f } _ => 0 }
    }
}

case! {
    fn fields_that_an_arm_leaves() -> i32 {
        #[derive(Clone, Copy)] struct P { x: i32, y: i32 } match yield_!(op("y", P { x: 1, y: 2 })) { P { x, .. } => { yield_!(op("x", ())); x } }
    }
}

case! {
    fn a_match_that_only_names() -> usize {
        let b = loud("b");
        yield_!(op("w", ()));
        let c = match b { x => { note("in"); x } };
        yield_!(op("x", ()));
        c.touch()
    }
}
