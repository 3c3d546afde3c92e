//! Closures that are kept across a wait, and borrow locals.
#![allow(clippy::all, unused_mut, reason = "the bodies are what is tested")]

use oracle::prelude::*;

case! {
    fn a_closure_that_reads_a_local() -> u32 {
        let base = value("base", 10u32);
        let add = |n| n + base;
        let first = add(1);
        yield_!(op("x", ()));
        let second = add(2);
        yield_!(op("y", ()));
        first + add(second)
    }
}

case! {
    fn a_closure_that_borrows_what_drops() -> usize {
        let name = loud("name");
        let measure = |times: usize| name.touch() * times;
        let _other = loud("other");
        yield_!(op("x", ()));
        let n = measure(2);
        yield_!(op("y", ()));
        n + name.touch()
    }
}

case! {
    fn a_closure_that_changes_locals() -> (u32, String) {
        let mut total = 0;
        let mut log = Vec::new();
        let mut names = loud("names");
        let mut add = |n: u32| { total += n; log.push(n); names.rename(n); };
        add(1);
        yield_!(op("x", ()));
        for n in [2, 3] {
            add(n);
            yield_!(op(n, ()));
        }
        (total, format!("{log:?} {names:?}"))
    }
}

case! {
    fn a_closure_with_waits_in_a_loop() -> u32 {
        let factor = 3;
        let offset = yield_!(op("offset", 2));
        let scale = |n: u32| n * factor + offset;
        let mut sum = 0;
        for n in 0..3 {
            sum += scale(yield_!(op(n, n)));
        }
        sum
    }
}

case! {
    fn a_closure_that_is_passed_on() -> Vec<u32> {
        let limit = value("limit", 2);
        let keep = |n: &u32| *n > limit;
        yield_!(op("x", ()));
        let list: Vec<u32> = [1, 2, 3, 4].into_iter().filter(keep).collect();
        yield_!(op("y", ()));
        list.iter().copied().filter(|n| keep(n)).collect()
    }
}

case! {
    fn a_closure_in_a_closure() -> usize {
        let name = loud("name");
        let measure = || name.touch();
        let twice = || measure() + measure();
        yield_!(op("x", ()));
        let n = twice();
        yield_!(op("y", ()));
        n + twice()
    }
}

case! {
    fn a_closure_that_captures_by_move_is_kept() -> usize {
        let name = loud("name");
        let measure = move || name.touch();
        let _other = loud("other");
        yield_!(op("x", ()));
        let n = measure();
        yield_!(op("y", ()));
        n + measure()
    }
}

case! {
    a_closure_over_references() {
        #[task]
        fn change(list: &mut Vec<Loud>, other: &Loud) -> usize {
            let mut add = |name: &str| { list.push(loud(name)); list.len() + other.touch() };
            let n = add("c");
            yield_!(op("x", ()));
            let m = add("d");
            yield_!(op("y", ()));
            n + m
        }
        #[task]
        fn body() -> usize {
            let (list, other) = (Box::leak(Box::new(vec![loud("a")])), Box::leak(Box::new(loud("b"))));
            yield_!(change(list, other))
        }
    }
}

case! {
    fn a_closure_without_captures() -> u32 {
        let twice = |n: u32| n * 2;
        let early = |n: u32| -> Option<u32> { let m = Some(n)?; if m > 1 { return None; } Some(m) };
        yield_!(op("x", ()));
        let n = twice(4) + early(1).unwrap_or(7);
        yield_!(op("y", ()));
        twice(n)
    }
}
