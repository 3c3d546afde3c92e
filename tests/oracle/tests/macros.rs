//! Macros: yields and locals in the arguments of the standard macros, and of others.
#![allow(clippy::all, unused, reason = "the bodies are what is tested")]

use std::fmt::Write;

use oracle::prelude::*;

case! {
    fn format_with_yields() -> String {
        format!("{} {} {}", value("a", 1), yield_!(op("b", 2)), value("c", 3))
    }
}

case! {
    fn format_with_captures() -> String {
        let a = 1;
        let text = String::from("text");
        yield_!(op("x", ()));
        format!("{a} {text:?} {a:>4} {{a}}")
    }
}

case! {
    fn format_with_captures_and_yields() -> String {
        let a = loud("a");
        let s = format!("{a:?} {} {n}", yield_!(op("x", 1)), n = yield_!(op("y", 2)));
        s + a.name()
    }
}

case! {
    fn format_with_widths() -> String {
        let (width, precision) = (8, 2);
        let n = 1.23456;
        yield_!(op("x", ()));
        format!("{n:width$.precision$}|{:>1$}|{n:.2$}", yield_!(op("y", 3)), width, precision)
    }
}

case! {
    fn printing() -> i32 {
        let n = 3;
        println!("{n} {}", yield_!(op("x", 1)));
        eprintln!("{} {n:?}", yield_!(op("y", "y")));
        print!("{}", n);
        n
    }
}

case! {
    fn write_to_a_string() -> String {
        let mut text = String::new();
        write!(text, "{} {}", yield_!(op("x", 1)), value("y", 2)).unwrap();
        writeln!(text).unwrap();
        yield_!(op("z", ()));
        writeln!(&mut text, "{}", 3).unwrap();
        text
    }
}

case! {
    fn vec_of_yields() -> Vec<i32> {
        let mut all = vec![value("a", 1), yield_!(op("b", 2)), value("c", 3)];
        all.extend(vec![yield_!(op("d", 4)); 2]);
        all
    }
}

case! {
    fn vec_repeat_count() -> Vec<i32> {
        vec![value("a", 1); yield_!(op("n", 3))]
    }
}

case! {
    fn assertions() -> i32 {
        let n = 2;
        assert!(yield_!(op("a", true)));
        assert!(n == yield_!(op("b", 2)), "never {n}");
        assert_eq!(yield_!(op("c", 3)), value("d", 3));
        assert_ne!(n, yield_!(op("e", 3)), "never {}", n);
        debug_assert_eq!(n, 2);
        n
    }
}

case! {
    fn assertions_for_debugging() -> i32 {
        debug_assert!(yield_!(op("x", true)));
        debug_assert_eq!(yield_!(op("y", 1)), 1);
        3
    }
}

case! {
    fn assertion_that_fails() -> i32 {
        let _a = loud("a");
        let n = 2;
        assert!(n == yield_!(op("b", 3)), "n is {n}");
        n
    }
}

case! {
    fn assertion_that_fails_without_a_message() -> i32 {
        let _a = loud("a");
        let flag = yield_!(op("b", false));
        yield_!(op("c", ()));
        assert!(flag);
        1
    }
}

case! {
    fn assertion_of_a_yield_that_fails_without_a_message() -> i32 {
        let _a = loud("a");
        assert!(yield_!(op("b", 3)) == 4);
        1
    }
}

case! {
    fn equality_that_fails() -> i32 {
        let _a = loud("a");
        let n = 2;
        yield_!(op("x", ()));
        assert_eq!(n, yield_!(op("b", 3)), "they differ by {}", n);
        n
    }
}

case! {
    fn matches_with_a_yield() -> (bool, bool, bool) {
        let n = 3;
        let a = matches!(yield_!(op("x", Some(3))), Some(1..=5));
        let b = matches!(n, 1 | 2);
        let c = matches!(yield_!(op("y", Some(3))), Some(m) if m > n);
        (a, b, c)
    }
}

case! {
    fn panics_with_captures() -> i32 {
        let _a = loud("a");
        let n = yield_!(op("x", 3));
        yield_!(op("y", ()));
        if n == 3 {
            panic!("n is {n}, and {}", n + 1);
        }
        n
    }
}

case! {
    fn panics_with_a_yield() -> i32 {
        let _a = loud("a");
        panic!("{}", yield_!(op("x", 3)))
    }
}

case! {
    fn todo_and_unreachable() -> i32 {
        match yield_!(op("x", 1)) {
            0 => todo!(),
            1 => yield_!(op("y", 1)),
            _ => unreachable!("{}", 3),
        }
    }
}

case! {
    fn dbg_of_a_yield() -> i32 {
        dbg!(yield_!(op("x", 1))) + dbg!(value("y", 2))
    }
}

case! {
    fn concat_stringify_and_line() -> String {
        let s = concat!("a", 1, stringify!(yield));
        yield_!(op("x", ()));
        format!("{s}{}", line!() > 0)
    }
}

case! {
    fn captures_of_shadowed_names() -> String {
        let a = 1;
        let first = format!("{a}");
        yield_!(op("x", ()));
        let a = "two";
        yield_!(op("y", ()));
        format!("{first}{a}")
    }
}

case! {
    fn captures_of_mutable_locals() -> String {
        let mut n = 1;
        yield_!(op("x", ()));
        n += 1;
        let a = format!("{n}");
        n += yield_!(op("y", 1));
        format!("{a}{n}")
    }
}

case! {
    fn captures_after_a_conditional_move() -> String {
        let a = loud("a");
        yield_!(op("x", ()));
        let s = format!("{a:?}");
        drop(a);
        yield_!(op("y", s))
    }
}

case! {
    fn macro_of_the_user_with_a_local() -> i32 {
        macro_rules! double { ($e:expr) => { $e + $e }; }
        let n = yield_!(op("x", 3));
        yield_!(op("y", ()));
        double!(n) + double!(n * 2)
    }
}

case! {
    fn macro_of_the_user_in_an_operation() -> i32 {
        macro_rules! make { ($n:expr) => { op("made", $n) }; }
        let n = 3;
        yield_!(make!(n)) + n
    }
}

case! {
    fn macro_of_the_user_beside_a_yield() -> i32 {
        macro_rules! twice { ($e:expr) => { $e * 2 }; }
        twice!(value("a", 4)) + yield_!(op("x", 1))
    }
}

case! {
    fn macro_with_other_tokens() -> Vec<(i32, i32)> {
        macro_rules! pairs { ($($a:expr => $b:expr),*) => { vec![$(($a, $b)),*] }; }
        let n = 3;
        yield_!(op("x", ()));
        pairs!(1 => n, n => 4)
    }
}

case! {
    fn format_in_a_call_with_a_yield_after() -> String {
        fn join(a: String, b: &str) -> String { a + b }
        let n = 4;
        join(format!("{n}{}", value("v", 1)), yield_!(op("x", "z")))
    }
}

case! {
    fn nested_macros() -> String {
        let v = vec![format!("{}", yield_!(op("x", 1))), format!("{:?}", vec![yield_!(op("y", 2))])];
        format!("{}{}", v[0], v[1])
    }
}

case! {
    fn macro_that_takes_a_block() -> i32 {
        macro_rules! twice { ($b:block) => { $b + $b }; }
        let n = 3;
        yield_!(op("x", ()));
        twice!({ let m = n; m + 1 })
    }
}

case! {
    fn macro_that_takes_a_method_call() -> usize {
        macro_rules! call { ($e:ident . $m:ident) => { $e.$m() }; }
        let text = loud("text");
        yield_!(op("x", ()));
        call!(text.touch)
    }
}

case! {
    fn format_with_temporaries_in_an_operation() -> usize {
        let n = yield_!(op("x", format!("{}", loud("temporary").name()).len()));
        yield_!(op("y", n))
    }
}

case! {
    fn vec_with_temporaries_in_an_operation() -> i32 {
        let n = yield_!(op("x", vec![2, (1, loud("temporary"), 3).0][1]));
        yield_!(op("y", n))
    }
}

/// Ignores what it is given.
macro_rules! ignore {
    ($($tokens:tt)*) => {};
}

case! {
    fn a_move_that_a_macro_may_not_make() -> usize {
        let name = loud("name");
        let other = loud("other");
        ignore!(drop(name), other);
        yield_!(op("x", ()));
        1
    }
}

case! {
    fn a_move_in_the_message_of_an_assertion() -> usize {
        let name = loud("name");
        assert!(name.touch() > 0, "{}", name.into_name());
        yield_!(op("x", ()));
        1
    }
}

case! {
    fn a_move_in_an_assertion_of_debug_builds() -> usize {
        let name = loud("name");
        debug_assert!(!name.into_name().is_empty());
        yield_!(op("x", ()));
        1
    }
}

case! {
    fn what_dbg_takes() -> i32 {
        let a = dbg!(yield_!(op("x", 1)));
        let b = loud("b");
        dbg!(&b);
        yield_!(op("y", ()));
        let b = dbg!(b);
        yield_!(op("z", ()));
        a + b.touch() as i32
    }
}
