//! Guards of `match` that wait: which arm is taken, what a guard sees, and what is evaluated how often.
#![allow(clippy::all, reason = "the bodies are what is tested")]

use oracle::prelude::*;

case! {
    fn a_guard_that_holds_or_not() -> usize {
        let mut n = 0;
        for (shape, holds) in [(Some(loud("a")), true), (Some(loud("b")), false), (None, true)] {
            n += match shape {
                Some(name) if yield_!(op("guard", holds)) => name.touch(),
                Some(other) => { yield_!(op("other", ())); other.touch() + 10 }
                None => 100,
            };
        }
        n
    }
}

case! {
    fn arms_without_waits() -> usize {
        let shape = Some(loud("a"));
        let n = match shape {
            None => 1,
            Some(name) if yield_!(op("guard", true)) => name.touch(),
            Some(_) => 2,
        };
        note("after");
        n
    }
}

case! {
    fn several_guards_and_several_waits() -> u32 {
        let mut sum = 0;
        for n in 0..4u32 {
            sum += match value("scrutinee", n) {
                n if value("plain", n == 3) => 1000,
                n if yield_!(op("first", n)) + yield_!(op("second", n)) == 2 => 1,
                0 if value("plain, too", false) => 2,
                n if { let limit = yield_!(op("limit", 2)); n < limit } => 10 + yield_!(op("arm", 5)),
                _ => yield_!(op("rest", 100)),
            };
        }
        sum
    }
}

case! {
    fn a_guard_that_borrows_what_is_bound() -> String {
        let pair = Pair { left: loud("left"), right: loud("right") };
        match pair {
            Pair { left, right } if yield_!(look("looked", &left)) == "right" => { drop(left); right.name().to_owned() }
            Pair { left, right } if yield_!(look("looked", &right)) == "right" => {
                yield_!(op("in the arm", ()));
                let _left = left;
                right.into_name()
            }
            pair => pair.left.into_name(),
        }
    }
}

case! {
    fn an_or_pattern_is_asked_for_each_alternative() -> (i32, i32) {
        let mut results = (0, 0);
        for pair in [(Some(1), Some(2)), (Some(2), Some(1)), (Some(1), None), (Some(3), Some(3))] {
            match pair {
                (Some(n), _) | (_, Some(n)) if yield_!(op(n, n == 2)) => results.0 += n,
                (_, None) if yield_!(op("none", true)) => results.1 += 1,
                _ => results.1 += 100,
            }
        }
        results
    }
}

case! {
    fn the_alternative_that_was_accepted_is_bound() -> String {
        let pair = (Some(loud("a")), Some(loud("b")));
        match &pair {
            (Some(name), _) | (_, Some(name)) if { yield_!(op("asked", ())); name.name() == "b" } => {
                yield_!(op("arm", ()));
                name.name().to_owned()
            }
            _ => String::new(),
        }
    }
}

case! {
    fn at_patterns_and_ranges() -> u8 {
        let mut sum = 0;
        for byte in [1u8, 7, 200] {
            sum += match byte {
                low @ 0..=9 if yield_!(op("low", low > 5)) => low,
                all @ (1 | 200) if yield_!(op("all", all == 200)) => 20,
                other => other,
            };
        }
        sum
    }
}

case! {
    fn by_reference() -> usize {
        let slot = Some(loud("slot"));
        let n = match &slot {
            Some(name) if yield_!(op("guard", false)) => name.touch(),
            Some(name) if { yield_!(op("another", ())); name.touch() > 3 } => { yield_!(op("arm", ())); name.touch() + 1 }
            _ => 0,
        };
        match slot {
            Some(ref name) if yield_!(op("ref", true)) => n + name.touch(),
            _ => n,
        }
    }
}

case! {
    fn by_exclusive_reference() -> String {
        let mut slot = Some(loud("slot"));
        match &mut slot {
            Some(name) if { yield_!(op("guard", ())); name.touch() == 4 } => { yield_!(op("arm", ())); name.rename("other") }
            _ => {}
        }
        match slot {
            Some(ref mut name) if { yield_!(op("guard", ())); name.name() == "other" } => name.rename("third"),
            _ => {}
        }
        yield_!(op("after", ()));
        format!("{slot:?}")
    }
}

case! {
    fn a_scrutinee_that_is_made_or_waited_for() -> usize {
        let n = match loud(value("made", "again")) {
            made if yield_!(op("guard", made.touch() == 5)) => { yield_!(op("arm", ())); made.touch() }
            _ => 0,
        };
        n + match yield_!(op("scrutinee", (loud("x"), loud("y")))) {
            (x, _y) if yield_!(op("guard", x.touch() == 2)) => 1,
            (_x, y) => { yield_!(op("arm", ())); y.touch() }
        }
    }
}

case! {
    fn in_matches() -> (bool, bool) {
        let word = Some(loud("word"));
        let yes = matches!(&word, Some(name) if yield_!(op("guard", name.touch() == 4)));
        (yes, matches!(word, Some(ref name) if yield_!(op("guard", name.touch() == 5))))
    }
}

case! {
    fn a_guard_that_leaves() -> Result<usize, String> {
        let word = Some(loud("word"));
        for round in 0..3 {
            let n = match &word {
                Some(name) if { yield_!(op("wait", ())); if round == 0 { continue } name.touch() == 5 } => 1,
                Some(name) if yield_!(op("asked", if round == 1 { Ok(true) } else { Err(String::from("no")) }))? => name.touch(),
                _ => 0,
            };
            note(n);
        }
        Ok(0)
    }
}

case! {
    fn locals_of_a_guard() -> usize {
        let names = vec![loud("a"), loud("b")];
        match names.len() {
            n if {
                let first = &names[n - 2];
                let _held = loud("held");
                yield_!(op("wait", ()));
                first.touch() == n
            } => 1,
            n if { let twice = n * 2; yield_!(op("again", ())); twice == 4 } => names[1].touch() + 20,
            _ => 0,
        }
    }
}

case! {
    fn a_match_in_a_guard() -> u32 {
        let outer = Some(4u32);
        match outer {
            Some(n) if match yield_!(op("inner", n)) { 4 if yield_!(op("four", true)) => true, _ => false } => n + 1,
            _ => 0,
        }
    }
}

case! {
    fn a_constant_match_in_a_loop() -> u32 {
        let mut n = 0;
        loop {
            match n {
                n if yield_!(op(n, n > 2)) => break n,
                _ => n += 1,
            }
        }
    }
}

case! {
    fn the_alternative_of_a_guard_that_does_not_wait() -> String {
        let pair = (loud("a"), loud("b"));
        match &pair {
            (name, _) | (_, name) if name.name() == "b" => { yield_!(op("arm", ())); name.name().to_owned() }
            _ => String::new(),
        }
    }
}

case! {
    fn a_slice_whose_guard_waits() -> i32 {
        let v = vec![1, 2, 3];
        match v.as_slice() { [f, .., l] if yield_!(op("g", *f)) < *l => { yield_!(op("x", ())); f + l } _ => 0 }
    }
}

case! {
    fn the_last_element_whose_guard_waits() -> usize {
        let v = vec![loud("a"), loud("b")];
        match v.last() { Some(l) if yield_!(op("g", l.touch())) == 1 => { yield_!(op("x", ())); l.touch() } _ => 0 }
    }
}
