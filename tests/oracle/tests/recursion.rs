//! Functions that call themselves: their frames lie on a stack of their own.
#![allow(clippy::all, unused_qualifications, reason = "the bodies are what is tested")]

use oracle::prelude::*;

case! {
    locals_at_each_level(3) {
        #[task]
        fn body(n: usize) -> usize {
            let _outer = loud(format!("outer {n}"));
            let sum = if n > 0 {
                let _inner = loud(format!("inner {n}"));
                yield_!(body(n - 1)) + value("above", n)
            } else {
                yield_!(op("bottom", 0))
            };
            let _after = loud(format!("after {n}"));
            yield_!(op(format!("up {n}"), sum)) + 1
        }
    }
}

case! {
    nothing_is_suspended(3) {
        #[task]
        fn body(n: usize) -> usize {
            let _frame = loud(n);
            if n == 0 { value("bottom", 1) } else { yield_!(body(n - 1)) + yield_!(body(n - 1)) }
        }
    }
}

case! {
    arguments_that_are_dropped(loud("first"), 2, loud("last")) {
        #[task]
        fn body(a: Loud, n: usize, _: Loud) -> usize {
            let _local = loud("local");
            if n == 0 {
                return yield_!(op("bottom", a.touch()));
            }
            let below = yield_!(body(loud(format!("a{n}")), n - 1, loud(format!("b{n}"))));
            below + a.touch()
        }
    }
}

case! {
    arguments_that_are_not_mentioned(2, loud("x"), loud("y")) {
        #[task]
        fn body(n: usize, _x: Loud, _y: Loud) -> usize {
            if n == 0 {
                return value("bottom", 7);
            }
            yield_!(op("before", ()));
            yield_!(body(n - 1, loud(format!("x{n}")), loud(format!("y{n}"))))
        }
    }
}

case! {
    arguments_are_passed_on(3, loud("passed")) {
        #[task]
        fn body(n: usize, passed: Loud) -> Loud {
            let _frame = loud(n);
            if n == 0 { yield_!(op("bottom", passed)) } else { yield_!(body(n - 1, passed)) }
        }
    }
}

case! {
    arguments_in_their_order(2, 0, 0) {
        #[task]
        fn body(n: usize, a: usize, b: usize) -> usize {
            if n == 0 {
                return a + b;
            }
            let held = loud("held");
            yield_!(body(value("n", n - 1), held.touch(), yield_!(op("waits", loud("made"))).touch()))
        }
    }
}

case! {
    an_argument_that_leaves(2, 0) {
        #[task]
        fn body(n: usize, a: usize) -> Result<usize, String> {
            let _frame = loud(n);
            if n == 0 {
                return Ok(a);
            }
            yield_!(body(n - 1, if value("leave", n == 1) { return Err("left".to_owned()) } else { a + 1 }))
        }
    }
}

case! {
    patterns_of_parameters((loud("a"), loud("b")), 2) {
        #[task]
        fn body((a, b): (Loud, Loud), mut n: usize) -> usize {
            n *= 2;
            let touched = a.touch();
            if n < 2 {
                return yield_!(op("bottom", touched));
            }
            n -= 3;
            let below = yield_!(body((b, loud("c")), n));
            below + a.touch() + touched
        }
    }
}

case! {
    two_calls_in_an_expression(2) {
        #[task]
        fn body(n: usize) -> usize {
            let _frame = loud(n);
            if n == 0 {
                return yield_!(op("leaf", 1));
            }
            loud("left").touch() + yield_!(body(n - 1)) * value("between", 2) + yield_!(body(n - 1)) + loud("right").touch()
        }
    }
}

case! {
    a_call_in_a_call(2, 1) {
        #[task]
        fn body(n: usize, m: usize) -> usize {
            let _frame = loud(format!("{n} {m}"));
            if n == 0 { yield_!(op("m", m)) } else { yield_!(body(n - 1, yield_!(body(n - 1, m + 1)))) }
        }
    }
}

case! {
    calls_in_loops(2) {
        #[task]
        fn body(depth: usize) -> Vec<usize> {
            let mut found = vec![depth];
            let mut turn = 0;
            'outer: while turn < 3 {
                let held = loud(format!("{depth}.{turn}"));
                turn += 1;
                if depth == 0 {
                    break;
                }
                for n in yield_!(body(depth - 1)) {
                    if n == 9 {
                        continue 'outer;
                    }
                    found.push(n + turn);
                }
                yield_!(op("turn", held.touch()));
                if turn == 2 {
                    found.push(9);
                    break 'outer;
                }
            }
            found
        }
    }
}

case! {
    a_call_that_fails(3) {
        #[task]
        fn body(n: usize) -> Result<Loud, Loud> {
            let _frame = loud(n);
            if n == 0 {
                return yield_!(op("bottom", Err(loud("error"))));
            }
            let below = yield_!(body(n - 1))?;
            Ok(below)
        }
    }
}

case! {
    a_failure_that_is_handled(3) {
        #[task]
        fn body(n: usize) -> Result<usize, Loud> {
            let _frame = loud(n);
            match n {
                0 => Err(loud("error")),
                2 => match yield_!(body(n - 1)) {
                    Ok(_) => Ok(0),
                    Err(error) => {
                        let _late = loud("late");
                        Ok(yield_!(op("handled", error)).touch())
                    }
                },
                n => Ok(yield_!(body(n - 1))? + n),
            }
        }
    }
}

case! {
    a_value_that_is_discarded(2) {
        #[task]
        fn body(n: usize) -> Loud {
            let frame = loud(format!("frame {n}"));
            if n > 0 {
                yield_!(body(n - 1));
                let _ = yield_!(body(n - 1));
                let _kept = yield_!(body(n - 1));
                yield_!(op("kept", ()));
            }
            loud(format!("value {}", frame.name()))
        }
    }
}

case! {
    temporaries_of_the_statement(2) {
        #[task]
        fn body(n: usize) -> usize {
            if n == 0 {
                return yield_!(op("bottom", 1));
            }
            match yield_!(body(loud("temporary").renamed("t").touch() - 1)) {
                sum => loud("after").touch() + sum + n,
            }
        }
    }
}

case! {
    a_temporary_that_an_argument_borrows(2) {
        #[task]
        fn body(n: usize) -> usize {
            if n == 0 {
                return yield_!(op("bottom", 1));
            }
            yield_!(body(Some(loud(n)).as_ref().map_or(0, |held| held.touch() + n - 2))) + n
        }
    }
}

case! {
    arguments_are_coerced(4) {
        enum Tree {
            Leaf(usize),
            Node(Box<Tree>, Vec<Tree>),
        }

        #[task]
        fn body(n: usize) -> usize {
            let tree = Tree::Node(Box::new(Tree::Leaf(n)), vec![Tree::Leaf(2), Tree::Node(Box::new(Tree::Leaf(1)), vec![])]);
            let tree: &'static Tree = Box::leak(Box::new(tree));
            yield_!(sum(tree, &[], |n| n + 1, Box::new(3)))
        }

        #[task]
        fn sum<'t>(tree: &'t Tree, more: &'t [Tree], map: fn(usize) -> usize, any: Box<dyn std::fmt::Debug>) -> usize {
            let _frame = loud(format!("{any:?}"));
            let first = match tree {
                Tree::Leaf(n) => yield_!(op("leaf", map(*n))),
                Tree::Node(first, more) => yield_!(sum(first, more, |n| n * 2, Box::new("boxed"))),
            };
            match more.split_first() {
                Some((next, rest)) => first + yield_!(sum(next, rest, map, any)),
                None => first,
            }
        }
    }
}

case! {
    type_parameters_that_stay_the_same(3) {
        use std::fmt::Debug;

        #[task]
        fn body(n: usize) -> String {
            yield_!(show(n, loud("shown"), [&1, &2]))
        }

        #[task]
        fn show<T: Debug, U, const N: usize>(n: usize, value: T, more: [U; N]) -> String {
            let _frame = loud(n);
            if n == 0 {
                return yield_!(op("bottom", format!("{value:?} {}", more.len())));
            }
            format!("{} {}", yield_!(show::<T, U, N>(n - 1, value, more)), yield_!(show("".len(), "text", [n])))
        }
    }
}

case! {
    functions_as_arguments(3) {
        #[task]
        fn body(n: usize) -> usize {
            yield_!(apply(n, |n| n + 1))
        }

        #[task]
        fn apply(n: usize, f: fn(usize) -> usize) -> usize {
            if n == 0 { f(yield_!(op("bottom", 0))) } else { yield_!(apply(n - 1, |n| n * 2)) + yield_!(apply(n - 1, f)) }
        }
    }
}

case! {
    a_nested_function_of_the_same_name(2) {
        #[task]
        fn body(n: usize) -> usize {
            let _frame = loud(n);
            {
                fn body(n: usize) -> oracle::operations::Op<usize> {
                    op(format!("inner {n}"), n)
                }
                yield_!(body(n + 1))
            }
        }
    }
}

case! {
    an_imported_function_of_the_same_name(2) {
        mod other {
            #[allow(unused_imports, reason = "the readings differ in them")]
            use super::*;

            pub(crate) fn again(n: usize) -> oracle::operations::Op<usize> {
                op(format!("other {n}"), n)
            }
        }

        #[task]
        fn body(n: usize) -> usize {
            yield_!(again(n))
        }

        #[task]
        fn again(n: usize) -> usize {
            let _frame = loud(n);
            use other::again;
            yield_!(again(n + 1))
        }
    }
}

case! {
    an_argument_of_the_same_name(2) {
        #[task]
        fn body(n: usize) -> usize {
            yield_!(again(n, |n| op(format!("given {n}"), n)))
        }

        #[task]
        fn again(n: usize, again: fn(usize) -> oracle::operations::Op<usize>) -> usize {
            let _frame = loud(n);
            yield_!(again(n + 1))
        }
    }
}

case! {
    a_closure_of_the_same_name(2) {
        #[task]
        fn body(n: usize) -> usize {
            let _frame = loud(n);
            if n == 0 {
                return 1;
            }
            let below = yield_!(body(n - 1));
            let body = |n| op(format!("closure {n}"), n);
            below + yield_!(body(n + 1))
        }
    }
}

case! {
    beside_another_way_to_call_it(3) {
        #[task]
        fn body(n: usize) -> usize {
            let _frame = loud(n);
            match n {
                0 => yield_!(op("bottom", 1)),
                1 => yield_!(self::body(n - 1)),
                n => yield_!(body(n - 1)) + yield_!(other(n - 1)),
            }
        }

        #[task]
        fn other(n: usize) -> usize {
            let _frame = loud(format!("other {n}"));
            yield_!(body(n)) + yield_!(body(n - 1))
        }
    }
}

case! {
    many_levels(40) {
        #[task]
        fn body(n: usize) -> usize {
            let _frame = loud(n);
            if n == 0 {
                return yield_!(op("bottom", 0));
            }
            let below = yield_!(body(n - 1));
            if n % 13 == 0 {
                yield_!();
            }
            below + 1
        }
    }
}

case! {
    without_arguments() {
        use std::cell::Cell;
        thread_local!(static LEFT: Cell<usize> = const { Cell::new(0) });

        #[task]
        fn body() -> usize {
            LEFT.set(3);
            yield_!(down())
        }

        #[task]
        fn down() -> usize {
            let left = LEFT.get();
            let _frame = loud(left);
            if left == 0 {
                return yield_!(op("bottom", 1));
            }
            LEFT.set(left - 1);
            yield_!(down()) * 2
        }
    }
}

case! {
    locals_of_a_loop_that_is_left(2) {
        #[task]
        fn body(n: usize) -> usize {
            let mut list = vec![loud(format!("{n} a")), loud(format!("{n} b"))];
            let mut sum = 0;
            while let Some(last) = list.pop() {
                let _turn = loud("turn");
                if n > 0 {
                    sum += yield_!(body(n - 1));
                }
                if sum > 3 {
                    return sum + last.touch();
                }
                sum += 1;
            }
            sum
        }
    }
}

case! {
    calls_that_end_together_with_the_body(3) {
        #[task]
        fn body(n: usize) -> usize {
            let _a = loud(format!("a{n}"));
            let first = {
                let _b = loud(format!("b{n}"));
                if n == 0 { yield_!(op("bottom", 1)) } else { yield_!(body(n - 1)) }
            };
            let _c = loud(format!("c{n}"));
            'out: {
                let _d = loud("d");
                match n {
                    1 => {
                        let _e = loud("e");
                        yield_!(body(0))
                    }
                    2 => loop {
                        let _f = loud("f");
                        if yield_!(body(n - 2)) > 0 {
                            break 'out loud("broken").touch() + first;
                        }
                    },
                    _ => first,
                }
            }
        }
    }
}

case! {
    an_output_while_others_are_kept(2) {
        #[task]
        fn body(n: usize) -> Loud {
            let _a = loud(format!("a{n}"));
            let b = loud(format!("b{n}"));
            if n == 0 {
                return yield_!(op("bottom", loud("output")));
            }
            let below = yield_!(body(n - 1));
            let _c = loud(b.touch());
            let _below = below;
            yield_!(body(n - 1))
        }
    }
}

case! {
    turns_between_calls(2) {
        #[task]
        fn body(n: usize) -> usize {
            let frame = loud(n);
            let mut sum = 0;
            for turn in 0..n {
                let _turn = loud(format!("turn {turn}"));
                yield_!();
                sum += yield_!(body(turn));
                if sum > 1 {
                    yield_!();
                }
            }
            yield_!();
            sum + frame.touch()
        }
    }
}

case_exchange! {
    a_walk() yields usize, resumes () {
        #[task(yields = usize)]
        fn body() {
            yield_from!(walk(1, 3));
        }

        #[task(yields = usize)]
        fn walk(n: usize, levels: usize) {
            let _frame = loud(n);
            if levels > 1 {
                yield_from!(walk(2 * n, levels - 1));
            }
            yield_!(n);
            if levels > 1 {
                let _right = loud("right");
                yield_from!(walk(2 * n + 1, levels - 1));
            }
        }
    }
}

case_exchange! {
    inputs_reach_the_innermost(3) yields usize, resumes usize {
        #[task(yields = usize, resumes = usize)]
        fn body(n: usize) -> usize {
            let _frame = loud(n);
            let mut sum = yield_!(n);
            if n > 0 {
                sum += yield_from!(body(n - 1));
                sum += yield_!(sum);
            }
            sum
        }
    }
}

case_exchange! {
    inputs_are_dropped(2, loud("given")) yields usize, resumes Loud {
        #[task(yields = usize, resumes = Loud)]
        fn body(n: usize, given: Loud) -> Result<Loud, usize> {
            let _frame = loud(n);
            if n == 0 {
                yield_!(given.touch());
                return Err(1);
            }
            let input = yield_!(n);
            match yield_from!(body(n - 1, input)) {
                Ok(value) => Ok(value),
                Err(n) if n < 2 => Err(yield_from!(body(0, yield_!(20))).unwrap_err() + 1),
                Err(n) => Ok(yield_!(n)),
            }
        }
    }
}

case_exchange! {
    a_search_that_ends_early(3) yields usize, resumes usize {
        #[task(yields = usize, resumes = usize)]
        fn body(n: usize) -> Option<usize> {
            let _frame = loud(n);
            for i in 0..n {
                let _turn = loud(format!("{n}.{i}"));
                if let Some(found) = yield_from!(body(i)) {
                    return Some(found);
                }
            }
            if yield_!(n) == 3 { Some(n) } else { None }
        }
    }
}

case_exchange! {
    nothing_is_handed_out(3) yields usize, resumes () {
        #[task(yields = usize)]
        fn body(n: usize) -> usize {
            let _frame = loud(n);
            if n == 0 { 1 } else { yield_from!(body(n - 1)) + yield_from!(body(n - 1)) }
        }
    }
}

case_exchange! {
    references_are_handed_down() yields usize, resumes () {
        struct Node {
            value: usize,
            left: Option<Box<Node>>,
            right: Option<Box<Node>>,
        }

        fn tree(value: usize, levels: usize) -> Option<Box<Node>> {
            let levels = levels.checked_sub(1)?;
            Some(Box::new(Node { value, left: tree(2 * value, levels), right: tree(2 * value + 1, levels) }))
        }

        #[task(yields = usize)]
        fn body() {
            let tree: &'static Node = Box::leak(tree(1, 3).unwrap());
            yield_from!(walk(tree));
        }

        #[task(yields = usize)]
        fn walk(node: &Node) {
            let _frame = loud(node.value);
            if let Some(left) = &node.left {
                yield_from!(walk(left));
            }
            yield_!(node.value);
            if let Some(right) = &node.right {
                yield_from!(walk(right));
            }
        }
    }
}

case_exchange! {
    walks_that_end_together_with_the_body(2) yields usize, resumes usize {
        #[task(yields = usize, resumes = usize)]
        fn body(n: usize) -> Loud {
            let _a = loud(format!("a{n}"));
            let input = yield_!(n);
            let _b = loud(format!("b{n}"));
            match n {
                0 => loud(yield_!(input)),
                1 => {
                    let _c = loud("c");
                    yield_from!(body(0))
                }
                _ => loop {
                    let _d = loud("d");
                    let found = yield_from!(body(n - 1));
                    if found.touch() > 0 {
                        break yield_from!(body(0));
                    }
                },
            }
        }
    }
}
