//! Temporaries whose lives a `let` extends, across waits.
#![allow(clippy::all, reason = "the bodies are what is tested")]

use oracle::prelude::*;

fn pair(left: &str, right: &str) -> Pair {
    Pair { left: loud(left), right: loud(right) }
}

case! {
    fn a_part_of_a_temporary() -> usize {
        let _before = loud("before");
        let left = &pair("left", "right").left;
        let _after = loud("after");
        yield_!(op("x", ()));
        left.touch()
    }
}

case! {
    fn a_temporary_behind_a_box() -> usize {
        let name = &*Box::new(loud("boxed"));
        let first = &vec![loud("a"), loud("b")][value("index", 1)];
        yield_!(op("x", ()));
        let n = name.touch();
        yield_!(op("y", ()));
        n + first.touch()
    }
}

case! {
    fn in_a_tuple() -> usize {
        let own = loud("own");
        let views = (&loud("temporary"), 3, &own);
        let _after = loud("after");
        yield_!(op("x", ()));
        let n = views.0.touch() + views.1;
        yield_!(op("y", ()));
        n + views.2.touch()
    }
}

case! {
    fn in_an_option_and_an_array() -> usize {
        let some = Some(&loud("some"));
        let list = [&loud("a"), &loud("b")];
        yield_!(op("x", ()));
        let n = some.map_or(0, |name| name.touch());
        yield_!(op("y", ()));
        n + list[1].touch() + list.len()
    }
}

case! {
    fn by_a_pattern() -> usize {
        let ref name = loud("name");
        let ref mut other = loud("other");
        yield_!(op("x", ()));
        other.rename("renamed");
        yield_!(op("y", ()));
        name.touch() + other.touch()
    }
}

case! {
    fn one_of_two() -> usize {
        let (a, b) = (loud("a"), loud("b"));
        let mut n = 0;
        for round in 0..2 {
            let one = if value("first", round == 0) { &a } else { &b };
            yield_!(op("x", ()));
            n += one.touch();
            yield_!(op("y", ()));
            n += one.touch();
        }
        n
    }
}

case! {
    fn a_temporary_that_is_waited_for() -> usize {
        let name = &yield_!(op("pair", pair("left", "right"))).right;
        let _after = loud("after");
        yield_!(op("x", ()));
        name.touch()
    }
}
