//! Code without yields between the waits, in which kept locals are used: loops, labels, conditions, items of its own.
#![allow(
    clippy::all,
    unused_assignments,
    unused_braces,
    unused_parens,
    dead_code,
    reason = "the bodies are what is tested"
)]

use oracle::prelude::*;

case! {
    fn plain_loop() -> (i32, usize) {
        let mut list = vec![3, 1, 2];
        let mut total = 0;
        yield_!(op("x", ()));
        let turns = loop {
            let Some(n) = list.pop() else { break total };
            if n == 1 {
                continue;
            }
            total += n;
        };
        yield_!(op("y", ()));
        (turns, list.len())
    }
}

case! {
    fn plain_loop_that_moves_once() -> usize {
        let a = loud("a");
        let mut kept = Vec::new();
        yield_!(op("x", ()));
        loop {
            kept.push(a);
            break;
        }
        yield_!(op("y", ()));
        kept.len()
    }
}

case! {
    fn plain_while() -> usize {
        let mut list = vec![loud("a"), loud("b")];
        let mut seen = 0;
        yield_!(op("x", ()));
        while seen < 1 {
            seen += list[0].touch();
        }
        while let Some(a) = list.pop() {
            seen += a.touch();
            yield_!(op("y", ()));
        }
        while let Some(a) = list.pop() {
            seen += a.touch();
        }
        seen
    }
}

case! {
    fn plain_for() -> usize {
        let list = vec![loud("a"), loud("b"), loud("c")];
        let mut seen = 0;
        yield_!(op("x", ()));
        for a in &list {
            if a.name() == "b" {
                break;
            }
            seen += a.touch();
        }
        yield_!(op("y", ()));
        seen + list.len()
    }
}

case! {
    fn plain_labels() -> (i32, i32) {
        let rows = vec![vec![1, 2], vec![3, 4]];
        let mut skipped = 0;
        yield_!(op("x", ()));
        let found = 'rows: loop {
            for row in &rows {
                'row: for n in row {
                    if *n == 1 {
                        skipped += 1;
                        continue 'row;
                    }
                    if *n == 3 {
                        break 'rows *n;
                    }
                }
            }
        };
        let checked = 'check: {
            if found == 3 {
                break 'check skipped;
            }
            yield_!(op("never", ()));
            0
        };
        yield_!(op("y", ()));
        let last = 'last: {
            if checked == 1 {
                break 'last found;
            }
            0
        };
        (checked, last)
    }
}

case! {
    fn guards_of_plain_arms() -> i32 {
        let limit = loud("ab");
        let n = yield_!(op("x", Some(2)));
        let seen = match n {
            Some(n) if n > 5 => 5,
            Some(n) if n == limit.touch() => n as i32,
            _ => 0,
        };
        yield_!(op("y", ()));
        seen
    }
}

case! {
    fn constant_blocks_and_raw_borrows() -> i32 {
        let a = loud("a");
        yield_!(op("x", ()));
        let n = const { 2 + 3 };
        let here = core::ptr::eq(&raw const a, &raw const a);
        yield_!(op("y", ()));
        if here { n + a.touch() as i32 } else { 0 }
    }
}

case! {
    fn items_of_plain_blocks() -> i32 {
        let n = 3;
        yield_!(op("x", ()));
        let m = {
            fn twice(n: i32) -> i32 {
                loop {
                    break n * 2;
                }
            }
            const ONE: i32 = 1;
            twice(n) + ONE
        };
        yield_!(op("y", ()));
        m
    }
}

case! {
    fn items_of_blocks_that_wait() -> i32 {
        let n = 3;
        let mut total = 0;
        loop {
            use std::cmp::max as larger;
            type Number = i32;
            trait Grow {
                fn grow(&self) -> Number;
            }
            impl Grow for Number {
                fn grow(&self) -> Number {
                    loop {
                        if *self > 0 {
                            break self + 1;
                        }
                        return 0;
                    }
                }
            }
            mod constants {
                pub(super) const TEN: i32 = 10;
            }
            union Bits {
                _whole: u32,
                _part: u8,
            }
            yield_!(op("x", ()));
            total += larger(n.grow(), constants::TEN) + size_of::<Bits>() as Number;
            if total > 20 {
                break total;
            }
        }
    }
}

case! {
    fn imports_that_hide_locals() -> (usize, i32) {
        let max = 3;
        let min = 4;
        let bits = {
            use std::u8::MAX as max;
            use std::cmp::{self as order, min};
            yield_!(op("x", ()));
            order::max(min(max as usize, 9), 1)
        };
        (bits, max + min)
    }
}

case! {
    local_with_the_name_of_the_macro(3) {
        #[task]
        fn body(yield_: i32) -> i32 {
            yield_!(op("x", ()));
            let n = [yield_][0];
            yield_!(op("y", n + yield_))
        }
    }
}

case! {
    return_without_a_value(3) {
        fn touch(a: &Loud) { a.touch(); }
        #[task]
        fn body(n: i32) {
            let a = loud("a");
            if n == 0 {
                return;
            }
            yield_!(op("x", ()));
            if n == 3 {
                let _b = loud("b");
                touch(&a);
                return;
            }
            yield_!(op("never", ()));
        }
    }
}

case! {
    fn destructuring_assignments() -> (i32, i32, String, i32) {
        struct Point { x: i32, y: i32, label: String }
        struct Wrap(i32, i32);
        let (mut a, mut b) = (1, 2);
        let mut label = String::new();
        let mut list = [0; 3];
        yield_!(op("x", ()));
        (a, b) = (b, a);
        Point { x: a, label, .. } = Point { x: yield_!(op("y", 5)), y: 6, label: String::from("text") };
        yield_!(op("z", ()));
        Wrap(list[a as usize - 4], _) = Wrap(a + b, 0);
        [list[0], .., b] = [b, 100, 200, 300];
        (a) = a + list[1];
        let mut point = Point { x: a, y: b, label };
        yield_!(op("w", ()));
        Point { x: point.y, y: point.x, label } = Point { x: point.x, y: point.y, label: point.label + "!" };
        (point.x, point.y, label, list[0])
    }
}

case! {
    fn functions_kept_as_values() -> i32 {
        fn twice(n: i32) -> i32 { n * 2 }
        let f: fn(i32) -> i32 = twice;
        let n: (i32) = (3);
        let m = f(n);
        yield_!(op("x", ()));
        let k = f(m) + n;
        yield_!(op("y", ()));
        k + f(n)
    }
}

/// A body of which pieces come out of a macro, in invisible groups.
macro_rules! case_of_fragments {
    ($name:ident($list:ident, $index:ident): $place:expr, $start:expr, $sum:expr, $operation:expr, $type:ty, $block:expr) => {
        case! {
            fn $name() -> (Vec<u8>, i32) {
                let mut $list: $type = vec![7; 4];
                let mut $index = 1;
                $index = $index + $start;
                $index += yield_!(fill("x", &mut $place));
                yield_!($operation);
                let total = $sum * 2 + yield_!(op("z", $sum)) as i32;
                $block;
                let value: $type = $list;
                (value, total)
            }
        }
    };
}

case_of_fragments! {
    fragments(list, n): list[1..][..2], 0 + 1, n as i32 + 3, look("y", &list), Vec<u8>,
    if n > 2 {
        yield_!(op("w", ()));
    }
}

fn longer(a: Loud) -> Loud {
    a.renamed("longer")
}

macro_rules! case_of_an_assignment {
    ($name:ident($local:ident): $place:expr, $value:expr) => {
        case! {
            fn $name() -> usize {
                let mut $local = loud("a");
                yield_!(op("x", ()));
                $place = $value;
                yield_!(op("y", ()));
                $local.touch()
            }
        }
    };
}

case_of_an_assignment!(assignment_to_a_fragment(local): local, longer(local));
case_of_an_assignment!(assignment_to_a_place_in_parentheses(local): (local), longer((local)));

case! {
    what_is_left_by_the_way_that_waits(true) {
        #[task]
        fn body(wait: bool) -> usize {
            let mut a = loud("a");
            let b = loud("b");
            if wait {
                yield_!(op("x", ()));
                return 1;
            }
            a.rename("c");
            a.touch() + b.touch()
        }
    }
}

case! {
    what_is_left_by_the_way_that_does_not_wait(false) {
        #[task]
        fn body(wait: bool) -> usize {
            let mut a = loud("a");
            let b = loud("b");
            if wait {
                yield_!(op("never", ()));
                return 1;
            }
            a.rename("c");
            a.touch() + b.touch()
        }
    }
}

case! {
    fn operands_that_are_places() -> (usize, usize) {
        fn both(a: &Loud, b: i32) -> usize { a.touch() + b as usize }
        fn length(a: &[i32], b: &[i32], c: i32) -> usize { a.len() + b.len() + c as usize }
        let mut pair = Pair { left: loud("l"), right: loud("right") };
        let list = [1, 2, 3, 4];
        let (from, to) = (1, 3);
        let n = both(&pair.left, { pair.right.rename("r"); yield_!(op("x", 1)) });
        let m = length(&list[from..value("to", to)], &[1, 2], yield_!(op("y", 1)));
        (n + both(&(pair.right), yield_!(op("z", { loud("temporary").touch() as i32 }))), m)
    }
}

case! {
    fn patterns_that_skip_parts() -> i32 {
        let n = match yield_!(op("x", (Some(1), &3, loud("a")))) {
            (Some(1 | 2), &three, _) => three + yield_!(op("y", 1)),
            (_, _, a) => a.touch() as i32,
        };
        let Some(a) = &yield_!(op("z", Some(loud("b")))) else { return 0 };
        let m = a.touch() as i32;
        yield_!(op("w", ()));
        n + m
    }
}

case! {
    fn loops_over_places() -> usize {
        let list = vec![loud("a"), loud("b")];
        let mut boxed = Box::new([1, 2]);
        let mut seen = 0;
        for a in (list).iter() {
            seen += a.touch() + yield_!(op("x", 1));
        }
        for n in (*boxed).iter_mut() {
            *n += yield_!(op("y", 1));
        }
        seen + boxed[0] + boxed[1]
    }
}

case! {
    fn groups_in_a_macro_of_its_own() -> i32 {
        macro_rules! sum {
            (($a:expr) and [$($b:tt)*]) => { $a + $($b)* };
        }
        let n = 3;
        yield_!(op("x", ()));
        let m = sum!((n * 2) and [n - 1]);
        yield_!(op("y", ()));
        m + n
    }
}

case! {
    output_without_a_name() {
        #[task]
        fn body() -> impl core::fmt::Debug {
            let a = loud("a");
            yield_!(op("x", ()));
            a
        }
    }
}

case! {
    fn a_local_that_only_the_branch_that_waits_moves() -> usize {
        let mut turn = 0;
        'turns: loop {
            turn += 1;
            let Some(a) = yield_!(op("x", Some(loud("a")))) else { return 3 };
            let Some(_b) = (vec![loud("b")], (turn < 3).then(|| loud("c"))).1 else {
                drop(a);
                break 'turns yield_!(op("z", turn));
            };
        }
    }
}

case! {
    fn a_value_of_a_branch_that_does_not_wait() -> usize {
        for turn in 0..2 {
            let a = loud("a");
            match turn {
                0 => loud("b"),
                _ => {
                    drop(a);
                    yield_!(op("x", loud("c")))
                }
            };
        }
        2
    }
}

case! {
    a_local_that_the_branch_of_a_tail_moves_and_a_later_one_that_is_kept(2) {
        #[task]
        fn body(turns: usize) {
            for turn in 0..turns {
                let a = loud("a");
                let _b: Box<Loud>;
                if turn == 1 {
                    drop(a);
                    yield_!(op("x", 1));
                    _b = Box::new(loud("b"));
                } else {
                    _b = Box::new(loud("c"));
                }
            }
        }
    }
}
