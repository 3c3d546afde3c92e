//! Temporaries whose lives a `let` extends, across waits.
#![allow(clippy::all, dead_code, reason = "the bodies are what is tested")]

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

case! {
    fn in_a_tuple_beside_a_value() -> usize {
        let (own, _) = (loud("own"), &loud("temporary"));
        let _after = loud("after");
        yield_!(op("x", ()));
        own.touch()
    }
}

case! {
    fn beside_another_temporary() -> usize {
        let both = (loud("ends").touch(), &loud("lives"));
        let n = both.0 + both.1.touch();
        yield_!(op("x", ()));
        n
    }
}

case! {
    fn behind_no_name() -> usize {
        struct Named<'a> { name: &'a Loud, n: usize }
        let _ = Named { name: &loud("first"), n: 1 };
        let Named { n, .. } = Named { name: &loud("second"), n: 2 };
        yield_!(op("x", ()));
        n
    }
}

case! {
    fn by_the_tail_of_a_block() -> usize {
        let name = { let _own = loud("own"); &loud("lives") };
        let (other, n) = { (&loud("other"), 4) };
        let n = n + name.touch() + other.touch();
        yield_!(op("x", ()));
        n
    }
}

case! {
    fn by_a_branch() -> usize {
        let mut n = 0;
        for round in 0..2 {
            let one = if value("first", round == 0) { &loud("a") } else { &loud("b") };
            let other = match value("round", round) { 0 => &loud("c"), _ => { let _own = loud("own"); &loud("d") } };
            n += one.touch() + other.touch();
            yield_!(op("x", ()));
            note(n);
        }
        n
    }
}

case! {
    fn by_a_branch_that_is_waited_for() -> usize {
        let name = match yield_!(op("which", 1)) { 1 => &loud("a"), _ => &loud("b") };
        let n = name.touch();
        yield_!(op("x", ()));
        n
    }
}

case! {
    fn of_a_block_or_a_branch() -> usize {
        let name = &{ let _own = loud("own"); loud("of a block") };
        let one = &if yield_!(op("first", true)) { loud("a") } else { loud("b") };
        let other = &match value("n", 1) { 1 => loud("c"), _ => loud("d") };
        let last = &loop { break loud("of a loop") };
        yield_!(op("x", ()));
        name.touch() + one.touch() + other.touch() + last.touch()
    }
}

case! {
    fn of_another_type() -> usize {
        let name = &loud("name") as &Loud;
        let n = name.touch();
        yield_!(op("x", ()));
        n
    }
}

case! {
    fn in_an_array_that_is_borrowed() -> usize {
        let names: &[&Loud] = &[&loud("a"), &loud("b")];
        let n = names[0].touch();
        yield_!(op("x", ()));
        n
    }
}
