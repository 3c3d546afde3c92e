//! Expressions: a yield in every position that takes a value.
#![allow(clippy::all, unused_assignments, unused_braces, reason = "the bodies are what is tested")]

use oracle::prelude::*;

case! {
    fn statement_and_tail() -> i32 {
        yield_!(op("statement", 1));
        yield_!(op("tail", 2))
    }
}

case! {
    fn parentheses_and_blocks() -> i32 {
        (yield_!(op("a", 1))) + { yield_!(op("b", 2)) } + ({ { yield_!(op("c", 3)) } })
    }
}

case! {
    fn field_of_a_yield() -> usize {
        yield_!(op("x", (1, loud("b")))).1.touch() + yield_!(op("y", (1, 2))).0
    }
}

case! {
    fn method_of_a_yield() -> usize {
        yield_!(op("x", vec![1, 2, 3])).iter().map(|n| n * 2).sum()
    }
}

case! {
    fn method_of_a_yield_with_a_yield_in_its_arguments() -> Vec<i32> {
        let mut all = yield_!(op("x", vec![1])).into_iter().chain(yield_!(op("y", vec![2]))).collect::<Vec<_>>();
        all.extend_from_slice(&yield_!(op("z", [3, 4]))[1..]);
        all
    }
}

case! {
    fn index_of_a_yield() -> i32 {
        yield_!(op("x", vec![1, 2, 3]))[yield_!(op("y", 1))]
    }
}

case! {
    fn reference_to_a_yield() -> usize {
        fn length(text: &str) -> usize { text.len() }
        length(&yield_!(op("x", String::from("four"))))
    }
}

case! {
    fn mutable_reference_to_a_yield() -> i32 {
        fn grow(n: &mut i32) -> i32 { *n += 1; *n }
        grow(&mut yield_!(op("x", 4)))
    }
}

case! {
    fn extended_temporary_of_a_yield() -> usize {
        let text = &yield_!(op("x", loud("text")));
        yield_!(op("y", ()));
        text.touch()
    }
}

case! {
    fn dereferenced_yield() -> i32 {
        *yield_!(op("x", Box::new(3))) + *yield_!(op("y", &4))
    }
}

case! {
    fn called_yield() -> i32 {
        yield_!(op("x", |n: i32| n + 1))(yield_!(op("y", 3)))
    }
}

case! {
    fn repeat_expression() -> [i32; 3] {
        [yield_!(op("x", 4)); 3]
    }
}

case! {
    fn chained_comparisons_and_arithmetic() -> bool {
        (yield_!(op("a", 3)) * 2 - 1 > yield_!(op("b", 4))) == (yield_!(op("c", 1)) != 2)
    }
}

case! {
    fn shifts_and_bits() -> u32 {
        (yield_!(op("a", 1u32)) << yield_!(op("b", 4)) | 3) ^ yield_!(op("c", 1)) & !0
    }
}

case! {
    fn nested_yields() -> i32 {
        let _a = loud("a");
        yield_!(op("out", yield_!(op("in", 3)) + 1))
    }
}

case! {
    fn deeply_nested_yields() -> i32 {
        yield_!(op("1", yield_!(op("2", yield_!(op("3", yield_!(op("4", 1)) + 1)) * 2)) + yield_!(op("5", 5))))
    }
}

case! {
    fn if_as_an_operand() -> i32 {
        value("a", 1) + if yield_!(op("b", true)) { yield_!(op("c", 2)) } else { 3 } + value("d", 4)
    }
}

case! {
    fn match_as_an_argument() -> String {
        let text = String::from("x");
        text.clone() + match yield_!(op("a", 2)) { 1 => "one", 2 => yield_!(op("b", "two")), _ => "many" } + &text
    }
}

case! {
    fn loop_as_an_operand() -> i32 {
        let mut n = 0;
        100 + loop { n += 1; if yield_!(op("x", n > 2)) { break n; } } * 2
    }
}

case! {
    fn block_as_an_argument() -> Vec<usize> {
        vec![1, { let a = loud("a"); yield_!(op("x", ())); a.touch() }, 3]
    }
}

case! {
    fn closure_as_an_argument_before_a_yield() -> i32 {
        fn apply(f: impl Fn(i32) -> i32, n: i32) -> i32 { f(n) }
        let factor = 3;
        apply(|n| n * factor, yield_!(op("x", 2)))
    }
}

case! {
    fn constructors() -> (Option<i32>, Result<i32, ()>, Box<i32>) {
        (Some(yield_!(op("a", 1))), Ok(yield_!(op("b", 2))), Box::new(yield_!(op("c", 3))))
    }
}

case! {
    fn turbofish_and_paths() -> i64 {
        i64::from(yield_!(op("a", 1i32))) + <i64 as From<i32>>::from(yield_!(op("b", 2))) + "3".parse::<i64>().unwrap()
    }
}

case! {
    fn integer_inference_flows_backwards() -> u64 {
        let n = yield_!(op("x", 3));
        let mut list = Vec::new();
        yield_!(op("y", ()));
        list.push(n);
        let m = Default::default();
        yield_!(op("z", ()));
        list.push(m);
        list.iter().sum::<u64>()
    }
}

case! {
    fn strings_and_slices() -> String {
        let text = yield_!(op("x", String::from("hello world")));
        let (head, tail) = text.split_at(yield_!(op("at", 5)));
        format!("{tail}{head}")
    }
}

case! {
    fn constants_and_statics() -> i32 {
        const STEP: i32 = 2;
        static BASE: i32 = 10;
        let n = BASE + yield_!(op("x", STEP));
        n * STEP
    }
}

case! {
    fn nested_items() -> i32 {
        yield_!(op("x", ()));
        return helper(yield_!(op("y", 3)));
        fn helper(n: i32) -> i32 { n * Local::FACTOR }
        struct Local;
        impl Local { const FACTOR: i32 = 2; }
    }
}

case! {
    fn large_and_zero_sized_values() -> usize {
        let large = [7u8; 4096];
        let unit = yield_!(op("x", ()));
        let () = unit;
        large.iter().map(|&n| usize::from(n)).sum()
    }
}

case! {
    fn iterator_adapters_beside_yields() -> Vec<i32> {
        let list = vec![3, 1, 2];
        let mut sorted = list.clone();
        sorted.sort();
        let limit = yield_!(op("x", 2));
        sorted.iter().copied().filter(|n| *n <= limit).chain(list).collect()
    }
}

case! {
    fn assignment_is_a_unit() -> i32 {
        let mut n = 0;
        let () = n = yield_!(op("x", 3));
        n
    }
}

case! {
    fn destructuring_assignment() -> (i32, i32) {
        let (mut a, mut b) = (1, 2);
        (a, b) = (b, yield_!(op("x", a)));
        [a, b] = yield_!(op("y", [b, a]));
        (a, b)
    }
}

case! {
    fn destructuring_assignment_with_underscore() -> usize {
        let mut a = loud("a");
        (a, _) = yield_!(op("x", (loud("b"), loud("c"))));
        yield_!(op("y", ()));
        a.touch()
    }
}

case! {
    fn underscore_assignment() -> i32 {
        _ = yield_!(op("x", loud("gone")));
        let _held = loud("held");
        _ = loud("at once").touch() + yield_!(op("y", 1));
        yield_!(op("z", 1))
    }
}

case! {
    fn field_assignment() -> Pair {
        let mut pair = Pair { left: loud("l"), right: loud("r") };
        pair.left = yield_!(op("x", loud("L")));
        yield_!(op("y", ()));
        pair.right = loud("R");
        pair
    }
}

case! {
    fn variable_assignment() -> i32 {
        let mut n = 0;
        yield_!(op("x", ()));
        n = n + 1;
        n = yield_!(op("y", n + 5));
        n
    }
}

case! {
    fn attributes_on_statements() -> i32 {
        #[allow(unused_variables)]
        let a = yield_!(op("x", 1));
        #[cfg(any())]
        let b = 5;
        #[cfg(not(any()))]
        let b = 6;
        yield_!(op("y", ()));
        b
    }
}

case! {
    fn large_expression_tree() -> i32 {
        ((yield_!(op("a", 1)) + 2) * (3 + yield_!(op("b", 4)))) - [yield_!(op("c", 5)), 6][1] + (7, yield_!(op("d", 8))).1
            + *Some(yield_!(op("e", 9))).as_ref().unwrap()
            + i32::pow(yield_!(op("f", 2)), yield_!(op("g", 3)))
    }
}

case! {
    fn raw_identifiers() -> i32 {
        let r#type = yield_!(op("x", 1));
        yield_!(op("y", ()));
        let r#match = r#type + yield_!(op("z", 2));
        r#match
    }
}

case! {
    fn path_to_the_macro() -> i32 {
        let a = self::yield_!(op("x", 1));
        a + yield_![op("y", 2)] + yield_! { op("z", 3) }
    }
}
