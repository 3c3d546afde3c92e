//! Children: tasks that wait for tasks, recursion, methods as tasks, generics.
#![allow(clippy::all, reason = "the bodies are what is tested")]

use std::fmt::{Debug, Display};

use oracle::prelude::*;

case! {
    child_with_arguments(loud("a")) {
        #[task]
        fn body(a: Loud) -> usize {
            let _b = loud("b");
            let n = yield_!(child(a, 3));
            n + yield_!(child(loud("c"), n))
        }

        #[task]
        fn child(a: Loud, n: usize) -> usize {
            let _local = loud("local");
            yield_!(op("in", ()));
            a.touch() + n
        }
    }
}

case! {
    child_that_fails(3) {
        #[task]
        fn body(n: i32) -> Result<i32, String> {
            let _a = loud("a");
            let n = yield_!(child(n))?;
            let _b = loud("b");
            let n = yield_!(child(n))?;
            Ok(n)
        }

        #[task]
        fn child(n: i32) -> Result<i32, String> {
            let _c = loud("c");
            if yield_!(op("odd", n % 2 == 1)) { Ok(n + 1) } else { Err(format!("{n} is even")) }
        }
    }
}

case! {
    child_kept_before_it_runs(loud("a")) {
        #[task]
        fn body(a: Loud) -> usize {
            let _b = loud("b");
            let later = child(a);
            yield_!(op("x", ()));
            yield_!(later)
        }

        #[task]
        fn child(a: Loud) -> usize {
            yield_!(op("in", a.touch()))
        }
    }
}

case! {
    child_that_never_runs(loud("a")) {
        #[task]
        fn body(a: Loud) -> usize {
            let _b = loud("b");
            let later = child(a);
            yield_!(op("x", ()));
            if yield_!(op("run", false)) { yield_!(later) } else { 7 }
        }

        #[task]
        fn child(a: Loud) -> usize {
            yield_!(op("in", a.touch()))
        }
    }
}

case! {
    child_in_an_expression(2) {
        #[task]
        fn body(n: i32) -> i32 {
            yield_!(double(n)) + value("between", 1) * yield_!(double(yield_!(double(n))))
        }

        #[task]
        fn double(n: i32) -> i32 {
            let _a = loud(format!("double {n}"));
            n + yield_!(op("n", n))
        }
    }
}

case! {
    children_of_children(3) {
        #[task]
        fn body(n: i32) -> i32 {
            let _a = loud("body");
            yield_!(middle(n)) + 1
        }

        #[task]
        fn middle(n: i32) -> i32 {
            let _a = loud("middle");
            let m = yield_!(inner(n));
            yield_!();
            m + yield_!(inner(m))
        }

        #[task]
        fn inner(n: i32) -> i32 {
            let _a = loud("inner");
            yield_!(op("in", n)) + 1
        }
    }
}

case! {
    fibonacci(5) {
        #[task]
        fn body(n: u64) -> u64 {
            if n < 2 {
                yield_!();
                n
            } else {
                yield_!(body(n - 1)) + yield_!(body(n - 2))
            }
        }
    }
}

case! {
    recursion_with_locals(3) {
        #[task]
        fn body(n: usize) -> Vec<String> {
            let held = loud(n);
            if n == 0 {
                return vec![];
            }
            let mut names = yield_!(body(n - 1));
            yield_!(op("up", ()));
            names.push(held.name().to_owned());
            names
        }
    }
}

case! {
    mutual_recursion(4) {
        #[task]
        fn body(n: u32) -> bool {
            let _a = loud(format!("even {n}"));
            if n == 0 { yield_!(op("end", true)) } else { yield_!(odd(n - 1)) }
        }

        #[task]
        fn odd(n: u32) -> bool {
            let _a = loud(format!("odd {n}"));
            if n == 0 { false } else { yield_!(body(n - 1)) }
        }
    }
}

case! {
    recursion_in_a_loop(2) {
        #[task]
        fn body(depth: u32) -> u32 {
            let mut n = 1;
            for i in 0..depth {
                let _turn = loud(format!("{depth}.{i}"));
                n += yield_!(body(depth - 1));
            }
            yield_!(op("leaf", n))
        }
    }
}

case! {
    generic_functions(3) {
        #[task]
        fn body(n: i32) -> String {
            let one = yield_!(show(n));
            let two = yield_!(show("text"));
            let three = yield_!(larger(4, yield_!(larger(2, 3))));
            format!("{one}{two}{three}")
        }

        #[task]
        fn show<T: Display>(value: T) -> String {
            yield_!(op("show", ()));
            value.to_string()
        }

        #[task]
        fn larger<T>(a: T, b: T) -> T where T: PartialOrd + Debug {
            tell(format!("{a:?} {b:?}"));
            if a < b { yield_!(op("b", b)) } else { yield_!(op("a", a)) }
        }
    }
}

case! {
    constant_generics([1, 2, 3]) {
        #[task]
        fn body<const N: usize>(list: [i32; N]) -> i32 {
            let mut sum = N as i32;
            for n in list {
                sum += yield_!(op("n", n));
            }
            sum
        }
    }
}

case! {
    impl_trait_arguments(vec![loud("a"), loud("b")]) {
        #[task]
        fn body(items: impl IntoIterator<Item = Loud>) -> usize {
            let mut n = 0;
            for item in items {
                n += yield_!(op("x", 1)) + item.touch();
            }
            yield_!(apply(|n: usize| n * 2, n))
        }

        #[task]
        fn apply(f: impl Fn(usize) -> usize, n: usize) -> usize {
            let n = f(n);
            yield_!(op("y", ()));
            f(n)
        }
    }
}

case! {
    trait_objects_as_arguments(Box::new(loud("a"))) {
        #[task]
        fn body(shown: Box<dyn Debug>) -> String {
            yield_!(op("x", ()));
            format!("{shown:?}")
        }
    }
}

case! {
    method_with_a_shared_self() {
        struct Counter { n: i32, held: Loud }

        impl Counter {
            #[task]
            fn get(&self) -> i32 {
                let n = self.n;
                yield_!(op("get", ()));
                n + self.held.touch() as i32
            }
        }

        #[task]
        fn body() -> i32 {
            let counter: &'static Counter = Box::leak(Box::new(Counter { n: 1, held: loud("held") }));
            yield_!(counter.get()) + yield_!(counter.get())
        }
    }
}

case! {
    child_made_in_a_branch(true) {
        #[task]
        fn body(first: bool) -> i32 {
            let _a = loud("a");
            let n = if first { yield_!(one()) } else { yield_!(two()) };
            match n {
                1 => yield_!(two()),
                _ => yield_!(one()),
            }
        }

        #[task]
        fn one() -> i32 { let _h = loud("one"); yield_!(op("1", 1)) }

        #[task]
        fn two() -> i32 { let _h = loud("two"); yield_!(op("2", 2)) }
    }
}

case! {
    child_whose_arguments_wait(1) {
        #[task]
        fn body(n: i32) -> i32 {
            yield_!(three(loud("first"), yield_!(op("second", n)), yield_!(op("third", loud("third")))))
        }

        #[task]
        fn three(first: Loud, n: i32, third: Loud) -> i32 {
            yield_!(op("in", ()));
            (first.touch() + third.touch()) as i32 + n
        }
    }
}

case! {
    child_with_a_borrowed_temporary(1) {
        #[task]
        fn body(n: usize) -> usize {
            n + yield_!(length(loud("temporary").name().to_owned())) + yield_!(op("x", 1))
        }

        #[task]
        fn length(text: String) -> usize {
            yield_!(op("in", text.len()))
        }
    }
}

case! {
    child_that_panics(1) {
        #[task]
        fn body(n: usize) -> usize {
            let _a = loud("a");
            n + yield_!(child())
        }

        #[task]
        fn child() -> usize {
            let _b = loud("b");
            yield_!(op("in", ()));
            panic!("as asked")
        }
    }
}

case! {
    child_that_does_not_suspend(1) {
        #[task]
        fn body(n: usize) -> usize {
            let _a = loud("a");
            n + yield_!(child(loud("b"))) + yield_!(op("x", 1))
        }

        #[task]
        fn child(b: Loud) -> usize {
            b.touch()
        }
    }
}

case! {
    functions_without_arguments_or_output() {
        #[task]
        fn body() {
            let _a = loud("a");
            yield_!(nothing());
            yield_!(nothing())
        }

        #[task]
        fn nothing() {
            yield_!(op("x", ()));
        }
    }
}

case! {
    recursion_with_type_parameters("text") {
        #[task]
        fn body<'a>(text: &'a str) -> usize {
            let n = yield_!(repeat(text, 3)).len();
            let m = yield_!(apply(move |n| n + text.len(), 3));
            n + m
        }

        #[task]
        fn repeat<T: Clone>(value: T, times: usize) -> Vec<T> {
            let _frame = loud(times);
            if times == 0 {
                return Vec::new();
            }
            let mut values = yield_!(repeat(value.clone(), times - 1));
            yield_!(op("up", ()));
            values.push(value);
            values
        }

        #[task]
        fn apply(change: impl Fn(usize) -> usize + Copy, times: usize) -> usize {
            if times == 0 { 0 } else { change(yield_!(apply(change, times - 1))) }
        }
    }
}
